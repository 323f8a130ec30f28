/** A key cuts a prompt: the ledger and the recording agree on when, sample by sample. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { journey } from '../kit/journey.ts'
import { callPhone, near, recordedWav } from '../kit/recordings.ts'

const PROMPT = 'If you know your extension you may dial it now, or stay on the line.' // 68 characters: 4,080 ms
const FULL_MS = PROMPT.length * 60
/** Longer than any pause of the murmur that stands for a voice. */
const SILENT_RUN = 8

for (const { what, waitMs, inBand, lateMs } of [
  { what: 'a key beside the sound, at once', waitMs: 1234, inBand: false, lateMs: 0 },
  { what: 'a key in the very first millisecond', waitMs: 1, inBand: false, lateMs: 0 },
  { what: 'a key in the very last millisecond', waitMs: FULL_MS - 1, inBand: false, lateMs: 0 },
  { what: 'a tone in the sound, within 60 ms', waitMs: 1234, inBand: true, lateMs: 60 },
  { what: 'a tone that begins with the prompt', waitMs: 0, inBand: true, lateMs: 60 },
])
  test(`barge-in: ${what}`, async (t) => {
    const run = await journey(t, {
      '/voice': () => `<Gather numDigits="1" action="/done"><Say>${PROMPT}</Say><Say>Never heard.</Say></Gather>`,
      '/done': () => '<Pause length="3"/>',
    })
    const order = { record: true, recordingTrack: 'outbound', trim: 'do-not-trim' }
    const { sid, heard } = await callPhone(run, [{ waitMs }, { press: '4', inBand }], order)
    const { parameters } = await run.app.requested('/done')
    assert.equal(parameters.Digits, '4')
    const [prompt, ...others] = heard.heard
    assert.ok(prompt && others.length === 0)
    const { atMs: pressedMs, digits } = heard.pressed[0]!
    assert.deepEqual([pressedMs, digits], [waitMs, '4'])
    assert.deepEqual([prompt.atMs, prompt.lengthMs, prompt.cut], [0, FULL_MS, true])
    assert.ok(
      prompt.playedMs >= pressedMs && prompt.playedMs <= pressedMs + lateMs,
      `a key at ${pressedMs} ms cut it at ${prompt.playedMs}`,
    )

    const [recording] = await run.client.calls(sid).recordings.list()
    const [platform] = (await recordedWav(run.ringback, recording!.sid)).channels
    const cutAt = prompt.playedMs * 8
    const after = platform!.findIndex((sample, at) => at >= cutAt && sample !== 0)
    assert.equal(after, -1, `sample ${after} sounds, the prompt was cut at ${cutAt}`)
    const lastSound = platform!.findLastIndex((sample) => sample !== 0)
    assert.ok(cutAt - lastSound <= SILENT_RUN, `sound ends at sample ${lastSound}, the cut is at ${cutAt}`)
    near(platform!.length / 8, prompt.playedMs + 3000, 'the file')
  })

test('what was played before the cut is the beginning of the whole prompt', async (t) => {
  const run = await journey(t, {
    '/voice': () => `<Gather numDigits="1" action="/done"><Say>${PROMPT}</Say></Gather>`,
    '/done': () => '<Hangup/>',
  })
  const order = { record: true, recordingTrack: 'outbound', trim: 'do-not-trim' }
  const samples = async (script: Parameters<typeof callPhone>[1]) => {
    const { sid, heard } = await callPhone(run, script, order)
    const [recording] = await run.client.calls(sid).recordings.list()
    const { channels } = await recordedWav(run.ringback, recording!.sid)
    return { recorded: channels[0]!, playedMs: heard.heard[0]!.playedMs }
  }
  const whole = await samples([])
  const cut = await samples([{ waitMs: 2000 }, { press: '1' }])
  assert.deepEqual([whole.playedMs, cut.playedMs], [FULL_MS, 2000])
  assert.equal(cut.recorded.length, 16_000)
  assert.deepEqual(cut.recorded, whole.recorded.subarray(0, 16_000))
})

test('keys that nobody collects cut nothing', async (t) => {
  const run = await journey(t, { '/voice': () => `<Say>${PROMPT}</Say><Say>Heard too.</Say>` })
  const { heard } = await callPhone(run, [{ waitMs: 500 }, { press: '1' }, { press: '2', inBand: true }])
  assert.deepEqual(
    heard.heard.map(({ playedMs, cut }) => [playedMs, cut]),
    [
      [FULL_MS, false],
      [600, false],
    ],
  )
})
