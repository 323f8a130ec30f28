/** The audio of a recording over HTTP: formats, channels, ranges, and who may have it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createSoundFiles } from '../../src/adapters/sound-files/sound-files.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { type Ringback, startRingback } from '../../src/testing/index.ts'
import { fromUlaw } from '../../src/wire/codec/g711.ts'
import { type CustomerApp, startApp } from '../kit/customer-app.ts'
import { type Journey, officialClient } from '../kit/journey.ts'
import { basic, callPhone, fetchMedia, near, recordedBytes, recordedWav } from '../kit/recordings.ts'
import { parseWav, powerAt, soundings } from '../kit/wav-file.ts'

// One platform with a call of two channels, and one of one: nothing here changes them.
let ringback: Ringback
let app: CustomerApp
let dual: string
let mono: string

const decoder = createSoundFiles({ logger: silentLogger, ffmpegPath: null })

before(async () => {
  ringback = await startRingback()
  app = await startApp({
    '/voice': () => '<Play digits="5"/><Pause length="1"/><Say>Goodbye then, and thank you.</Say>',
  })
  const run: Journey = { ringback, app, client: officialClient(ringback) }
  const recordedCall = async (recordingChannels: string) => {
    const more = { record: true, recordingChannels, trim: 'do-not-trim' }
    const { sid } = await callPhone(run, [{ waitMs: 600 }, { press: '1', inBand: true }], more)
    return (await run.client.calls(sid).recordings.list())[0]!.sid
  }
  dual = await recordedCall('dual')
  mono = await recordedCall('mono')
})
after(async () => {
  await ringback.stop()
  await app.close()
  await decoder.close()
})

/** 200 ms of tones with their gap, a second of silence, and 28 characters. */
const LENGTH_MS = 200 + 1000 + 28 * 60
/** Of MP3 at 8 kHz. What was encoded lies between one and two of them that are none of its own. */
const FRAME_MS = 72

for (const suffix of ['', '.wav', '?RequestedChannels=2', '.wav?RequestedChannels=2'])
  test(`WAV of two channels: "${suffix}"`, async () => {
    const response = await fetchMedia(ringback, dual, suffix)
    assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'audio/x-wav'])
    const { sampleRate, channels, lengthMs } = parseWav(new Uint8Array(await response.arrayBuffer()))
    assert.deepEqual([sampleRate, channels.length, lengthMs], [8000, 2, LENGTH_MS])
    assert.ok(powerAt(channels[0]!, 697, 600, 700) > 0.3, 'the low tone of 1 from the phone')
    assert.ok(powerAt(channels[1]!, 770, 0, 100) > 0.3, 'the low tone of 5 from the platform')
  })

test('mixed to one channel: the sum of both', async () => {
  const [phone, platform] = (await recordedWav(ringback, dual)).channels
  const { channels } = await recordedWav(ringback, dual, '.wav?RequestedChannels=1')
  assert.equal(channels.length, 1)
  const differs = channels[0]!.findIndex((sample, at) => sample !== phone![at]! + platform![at]!)
  assert.equal(differs, -1, `sample ${differs}`)
})

for (const [what, sid, suffix] of [
  ['two channels', () => dual, '.mp3'],
  ['two channels mixed', () => dual, '.mp3?RequestedChannels=1'],
  ['one channel', () => mono, '.mp3'],
] as const)
  test(`MP3 of ${what}: the same sound between a little silence`, async () => {
    const response = await fetchMedia(ringback, sid(), suffix)
    assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'audio/mpeg'])
    const decoded = await decoder.decode(new Uint8Array(await response.arrayBuffer()), 'audio/mpeg')
    assert.ok(!('unplayable' in decoded))
    const samples = fromUlaw(decoded)
    const longerMs = samples.length / 8 - LENGTH_MS
    assert.ok(longerMs >= 0 && longerMs <= 3 * FRAME_MS, `${longerMs} ms longer`)
    const found = soundings(samples)
    const beganMs = found[0]![0]
    assert.ok(beganMs >= 0 && beganMs <= 2 * FRAME_MS, `it begins ${beganMs} ms late`)
    assert.ok(powerAt(samples, 1336, beganMs, beganMs + 100) > 0.3, 'the high tone of 5')
    near(found.at(-1)![1] - beganMs, LENGTH_MS, 'from the first sound to the last')
  })

test('two channels of a recording that has one are refused', async () => {
  for (const suffix of ['?RequestedChannels=2', '.wav?RequestedChannels=2', '.mp3?RequestedChannels=2']) {
    const response = await fetchMedia(ringback, mono, suffix)
    assert.deepEqual([response.status, ((await response.json()) as { code: number }).code], [400, 16113], suffix)
  }
  assert.equal((await recordedWav(ringback, mono, '?RequestedChannels=1')).channels.length, 1)
})

test('HEAD tells the length and nothing more', async () => {
  for (const suffix of ['.wav', '.mp3']) {
    const head = await fetchMedia(ringback, dual, suffix, { method: 'HEAD' })
    assert.equal(head.status, 200)
    assert.equal(Number(head.headers.get('content-length')), (await recordedBytes(ringback, dual, suffix)).length)
    assert.equal(head.headers.get('accept-ranges'), 'bytes')
    assert.equal((await head.arrayBuffer()).byteLength, 0)
  }
})

test('ranges: parts that make the whole', async () => {
  const whole = await recordedBytes(ringback, dual)
  const last = whole.length - 1
  for (const [range, from, to] of [
    ['bytes=0-43', 0, 43],
    ['bytes=44-1043', 44, 1043],
    [`bytes=${last - 99}-`, last - 99, last],
    ['bytes=-500', last - 499, last],
    [`bytes=1000-${last + 5000}`, 1000, last],
  ] as const) {
    const response = await fetchMedia(ringback, dual, '.wav', { headers: { range } })
    assert.deepEqual([response.status, response.headers.get('content-range')], [206, `bytes ${from}-${to}/${last + 1}`])
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), whole.subarray(from, to + 1), range)
  }
  const beyond = await fetchMedia(ringback, dual, '.wav', { headers: { range: `bytes=${last + 1}-` } })
  assert.deepEqual([beyond.status, beyond.headers.get('content-range')], [416, `bytes */${last + 1}`])
})

test('without the right credentials there is nothing to hear', async () => {
  const wrong = basic({ accountSid: ringback.accountSid, authToken: 'not the token' })
  for (const suffix of ['', '.wav', '.mp3'])
    for (const method of ['GET', 'HEAD'])
      for (const authorization of [wrong, 'Basic bm9ib2R5', '']) {
        const response = await fetchMedia(ringback, dual, suffix, { method, headers: { authorization } })
        assert.equal(response.status, 401, `${method} ${suffix} with ${authorization}`)
        assert.notEqual(response.headers.get('content-type')?.split('/')[0], 'audio')
      }
  const key = await officialClient(ringback).newKeys.create({ friendlyName: 'a player' })
  const authorization = basic({ accountSid: key.sid, authToken: key.secret })
  assert.equal((await fetchMedia(ringback, dual, '.wav', { headers: { authorization } })).status, 200)
})

test('what does not exist is not found', async () => {
  for (const [sid, suffix] of [
    [`RE${'0'.repeat(32)}`, '.wav'],
    [dual.slice(0, -1), '.wav'],
    [dual, '.ogg'],
  ] as const)
    assert.equal((await fetchMedia(ringback, sid, suffix)).status, 404, `${sid}${suffix}`)
})
