/** `<Play>` of what customers serve: each kind of file is heard with its own length, and its tone is in the recording. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeMp3 } from '../../src/adapters/sound-files/test-mp3.ts'
import { encodeSamples, makeAiff, makeWav, toneSamples } from '../../src/wire/codec/test-sound-files.ts'
import { journey } from '../kit/journey.ts'
import { callPhone, near, nearStretches, recordedWav } from '../kit/recordings.ts'
import { powerAt, soundings } from '../kit/wav-file.ts'

const LENGTH_MS = 1500
const HIGH_RATE = 44_100
/** Each has a tone of its own, so that none is taken for another. */
const tone = (hz: number, sampleRate = 8000) => toneSamples({ hz, sampleRate, lengthMs: LENGTH_MS })

interface Source {
  readonly name: string
  readonly type: string
  readonly hz: number
  readonly body: Uint8Array
  readonly withinMs?: number
}

const SOURCES: readonly Source[] = [
  {
    name: 'stereo.wav',
    type: 'audio/wav',
    hz: 440,
    body: makeWav({
      channels: [tone(440, HIGH_RATE), tone(440, HIGH_RATE)],
      sampleRate: HIGH_RATE,
      coding: 'pcm16',
    }),
  },
  {
    name: 'mulaw.wav',
    type: 'audio/x-wav',
    hz: 520,
    body: makeWav({ channels: [tone(520)], sampleRate: 8000, coding: 'mulaw' }),
  },
  {
    name: 'alaw.wav',
    type: 'audio/wave',
    hz: 610,
    body: makeWav({ channels: [tone(610)], sampleRate: 8000, coding: 'alaw' }),
  },
  { name: 'raw.ulaw', type: 'audio/basic', hz: 700, body: encodeSamples([tone(700)], 'mulaw', true) },
  {
    name: 'song.mp3',
    type: 'audio/mpeg; charset=binary',
    hz: 830,
    body: await makeMp3({ channels: [tone(830, HIGH_RATE)], sampleRate: HIGH_RATE, bitrate: 64 }),
    withinMs: 60,
  },
  {
    name: 'old.aiff',
    type: 'audio/x-aiff',
    hz: 950,
    body: makeAiff({ channels: [tone(950, HIGH_RATE)], sampleRate: HIGH_RATE, coding: 'pcm16', type: null }),
  },
]

test('six kinds of files, one after the other', async (t) => {
  const routes = SOURCES.map(({ name, type, body }) => [
    `/sounds/${name}`,
    () => ({ headers: { 'content-type': type }, body }),
  ])
  const run = await journey(t, {
    ...Object.fromEntries(routes),
    '/voice': () => SOURCES.map(({ name }) => `<Play>sounds/${name}</Play><Pause length="1"/>`).join(''),
  })
  const order = { record: true, recordingTrack: 'outbound', trim: 'do-not-trim' }
  const { sid, heard } = await callPhone(
    run,
    [{ hear: 'song.mp3', withinMs: 60_000 }, { say: 'I know that one' }],
    order,
  )
  const [recording] = await run.client.calls(sid).recordings.list()
  const [platform] = (await recordedWav(run.ringback, recording!.sid)).channels
  assert.equal(heard.script?.state, 'done')
  assert.equal(heard.heard.length, SOURCES.length)
  for (const [index, { name, hz, withinMs = 1 }] of SOURCES.entries()) {
    const span = heard.heard[index]!
    assert.deepEqual([span.kind, span.url, span.cut], ['play', `${run.app.url}/sounds/${name}`, false])
    near(span.lengthMs, LENGTH_MS, name, withinMs)
    assert.equal(span.playedMs, span.lengthMs)
    const [fromMs, toMs] = [span.atMs + 200, span.atMs + 1300]
    const share = powerAt(platform!, hz, fromMs, toMs)
    assert.ok(share > 0.95, `${name}: ${share} of its power is at ${hz} Hz`)
  }
  const stretches = heard.heard.map(({ atMs }) => [atMs, atMs + LENGTH_MS] as const)
  const within = soundings(platform!)
  nearStretches(within.toSpliced(4, 1), stretches.toSpliced(4, 1), 'what sounds when')
  near(within[4]?.[0], stretches[4]![0], 'the MP3', 60)
  assert.deepEqual((await run.ringback.ask<{ alerts: unknown[] }>('GET', `/Alerts?callSid=${sid}`)).alerts, [])
})

test('a file that is played again is asked for once while its answer may be kept, and loops are gapless', async (t) => {
  const { type, body } = SOURCES[1]!
  const headers = { 'content-type': type, 'cache-control': 'max-age=600' }
  const run = await journey(t, {
    '/voice': () => '<Play loop="3">/tone.wav</Play><Gather timeout="1"><Play>/tone.wav</Play></Gather>',
    '/tone.wav': () => ({ headers, body }),
  })
  const order = { record: true, recordingTrack: 'outbound', trim: 'do-not-trim' }
  const { sid, heard } = await callPhone(run, [], order)
  assert.equal(run.app.to('/tone.wav').length, 1)
  assert.deepEqual(
    heard.heard.map(({ verb, atMs, playedMs }) => [verb, atMs, playedMs]),
    [
      ['Play', 0, LENGTH_MS],
      ['Play', LENGTH_MS, LENGTH_MS],
      ['Play', 2 * LENGTH_MS, LENGTH_MS],
      ['Gather', 3 * LENGTH_MS, LENGTH_MS],
    ],
  )
  const [recording] = await run.client.calls(sid).recordings.list()
  const [platform] = (await recordedWav(run.ringback, recording!.sid)).channels
  nearStretches(soundings(platform!, 30), [[0, 4 * LENGTH_MS]], 'one tone')
  const round = platform!.subarray(0, LENGTH_MS * 8)
  for (let from = round.length; from < 4 * round.length; from += round.length)
    assert.deepEqual(platform!.subarray(from, from + round.length), round)
})

test('an answer that is itself sound is played, then the call is over', async (t) => {
  const { type, body } = SOURCES[3]!
  const run = await journey(t, { '/voice': () => ({ headers: { 'content-type': type }, body }) })
  const { heard } = await callPhone(run, [])
  assert.deepEqual(
    heard.heard.map(({ kind, playedMs, cut }) => [kind, playedMs, cut]),
    [['play', LENGTH_MS, false]],
  )
})
