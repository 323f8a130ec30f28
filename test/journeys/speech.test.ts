/** The embedded voice: what the ledger says of words is what is heard, and nothing is spoken twice that can be kept. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { StartRingback } from '../../src/testing/index.ts'
import type { Handler } from '../kit/customer-app.ts'
import { journey } from '../kit/journey.ts'
import { callPhone, recordedWav } from '../kit/recordings.ts'
import { soundings } from '../kit/wav-file.ts'

const FLITE = { settings: { speechProvider: 'flite' } } as const
const ORDER = { record: true, recordingTrack: 'outbound', trim: 'do-not-trim' }
/** A voice fades in and out, and ends in a little silence of its own. */
const BREATH_MS = 350

async function spoken(t: TestContext, document: Handler, options: StartRingback = FLITE) {
  const run = await journey(t, { '/voice': document }, options)
  const { sid, heard } = await callPhone(run, [], ORDER)
  const [recording] = await run.client.calls(sid).recordings.list()
  const { channels, lengthMs } = await recordedWav(run.ringback, recording!.sid)
  return { run, spans: heard.heard, samples: channels[0]!, lengthMs }
}

test('a prompt lasts as long in the ledger as in the recording', async (t) => {
  const { spans, samples, lengthMs } = await spoken(
    t,
    () => '<Say>Please hold the line, your call is important to us.</Say>',
  )
  const [span] = spans
  assert.equal(spans.length, 1)
  assert.deepEqual([span!.playedMs, span!.cut], [span!.lengthMs, false])
  assert.ok(span!.lengthMs > 1500 && span!.lengthMs < 6000, `${span!.lengthMs} ms`)
  assert.equal(lengthMs, span!.lengthMs)
  const found = soundings(samples, 400)
  assert.ok(found[0]![0] <= BREATH_MS && lengthMs - found.at(-1)![1] <= BREATH_MS, JSON.stringify(found))
})

test('a loop is the same sound again and again', async (t) => {
  const { spans, samples } = await spoken(t, () => '<Say loop="3">Goodbye.</Say>')
  assert.equal(spans.length, 3)
  const round = spans[0]!.lengthMs
  assert.deepEqual(
    spans.map(({ atMs, lengthMs }) => [atMs, lengthMs]),
    [0, 1, 2].map((index) => [index * round, round]),
  )
  assert.equal(samples.length, 3 * round * 8)
  const once = samples.subarray(0, round * 8)
  assert.ok(once.some((sample) => Math.abs(sample) > 1000))
  for (const index of [1, 2]) assert.deepEqual(samples.subarray(index * round * 8, (index + 1) * round * 8), once)
})

test('a break is silence of its length, and markup is not spoken', async (t) => {
  const { spans, samples } = await spoken(
    t,
    () => '<Say>One moment.</Say><Say>One moment.<break time="1500ms"/>One moment.</Say>',
  )
  const [plain, broken] = spans
  assert.equal(broken!.lengthMs, 2 * plain!.lengthMs + 1500)
  const inside = samples.subarray((broken!.atMs + plain!.lengthMs) * 8, (broken!.atMs + plain!.lengthMs + 1500) * 8)
  assert.ok(inside.every((sample) => sample === 0))
  assert.doesNotMatch(broken!.text ?? '', /break|1500/)
})

test('voices and rates sound different, a key cuts words in their middle', async (t) => {
  const words = 'The quick brown fox jumps over the lazy dog.'
  const { spans } = await spoken(
    t,
    () =>
      `<Say voice="man">${words}</Say><Say voice="woman">${words}</Say><Say voice="Polly.Joanna"><prosody rate="50%">${words}</prosody></Say>`,
  )
  const [man, woman, slow] = spans.map(({ lengthMs }) => lengthMs)
  assert.notEqual(man, woman)
  assert.ok(slow! > 1.5 * woman!, `${slow} ms is not much longer than ${woman}`)
  const run = await journey(t, { '/voice': () => `<Gather numDigits="1"><Say>${words}</Say></Gather>` }, FLITE)
  const { heard } = await callPhone(run, { script: [{ waitMs: 800 }, { press: '1' }, { hangup: true }] })
  assert.deepEqual([heard.heard[0]!.playedMs, heard.heard[0]!.cut], [800, true])
})

test('words are made once: the second call, and the next start, take them from the cache', async (t) => {
  const data = await mkdtemp(join(tmpdir(), 'ringback-speech-'))
  t.after(() => rm(data, { recursive: true, force: true }))
  const kept = () =>
    readdirSync(join(data, 'sounds/cache'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
  const document: Handler = () => '<Say>We remember what we said.</Say>'
  const first = await spoken(t, document, { ...FLITE, data })
  const after = kept()
  assert.equal(after.length, 1)
  const again = await callPhone(first.run, [], ORDER)
  assert.deepEqual(kept(), after)
  assert.equal(again.heard.heard[0]!.lengthMs, first.spans[0]!.lengthMs)
  await first.run.ringback.stop()
  const second = await spoken(t, document, { ...FLITE, data })
  assert.deepEqual(kept(), after)
  assert.deepEqual(second.samples, first.samples)
})

test('a phone speaks with the same voice, and is understood evenly over its words', async (t) => {
  const run = await journey(
    t,
    { '/voice': () => '<Say>For sales press one, for help press two.</Say><Pause length="5"/>' },
    FLITE,
  )
  const order = { record: true, recordingChannels: 'dual', trim: 'do-not-trim' }
  const { sid, heard } = await callPhone(run, [{ hear: 'press one' }, { say: 'Hello, who is there?' }], order)
  const [recording] = await run.client.calls(sid).recordings.list()
  const [phone] = (await recordedWav(run.ringback, recording!.sid)).channels
  const [span] = heard.heard
  const [said] = heard.said
  // "For sales press one" is 19 of 40 characters.
  const expected = (span!.lengthMs * 19) / 40
  assert.ok(Math.abs(said!.atMs - expected) <= 1, `${said!.atMs} ms instead of ${expected}`)
  const [begins] = soundings(phone!, 400)[0]!
  assert.ok(begins >= said!.atMs && begins <= said!.atMs + BREATH_MS, `it sounds from ${begins} ms on`)
})
