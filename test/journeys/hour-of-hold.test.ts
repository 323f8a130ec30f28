/** An hour on hold, recorded in two channels, takes seconds, and twice gives the same file to the byte. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { makeWav, toneSamples } from '../../src/wire/codec/test-sound-files.ts'
import { journey } from '../kit/journey.ts'
import { callPhone, fetchMedia } from '../kit/recordings.ts'

const ROUND = 'Thank you for holding. You are caller number one.' // 49 characters: 2,940 ms
const MUSIC_SEC = 20
const PAUSE_SEC = 37
const ROUNDS = 60
const LENGTH_MS = ROUNDS * (ROUND.length * 60 + MUSIC_SEC * 1000 + PAUSE_SEC * 1000)
const HEADER_BYTES = 44

async function anHour(t: TestContext) {
  let round = 0
  const music = makeWav({
    channels: [toneSamples({ hz: 440, sampleRate: 8000, lengthMs: MUSIC_SEC * 1000, amplitude: 0.2 })],
    sampleRate: 8000,
    coding: 'pcm16',
  })
  const run = await journey(t, {
    '/voice': () => {
      if (++round > ROUNDS) return '<Hangup/>'
      return `<Say>${ROUND}</Say><Play>/music.wav</Play><Pause length="${PAUSE_SEC}"/><Redirect/>`
    },
    '/music.wav': () => ({ headers: { 'content-type': 'audio/wav', 'cache-control': 'max-age=86400' }, body: music }),
  })
  const grumbles = Array.from({ length: 20 }, () => [{ waitMs: 170_000 }, { say: 'Is anybody there?' }]).flat()
  const order = { record: true, recordingChannels: 'dual', trim: 'do-not-trim' }
  const { sid } = await callPhone(run, [...grumbles, { press: '0', inBand: true }], order)
  const [recording] = await run.client.calls(sid).recordings.list()
  const response = await fetchMedia(run.ringback, recording!.sid)
  const hash = createHash('sha256')
  let bytes = 0
  for await (const piece of response.body!) {
    hash.update(piece)
    bytes += piece.length
  }
  return { digest: hash.digest('hex'), bytes, duration: recording!.duration, asked: run.app.to('/music.wav').length }
}

test('an hour of hold prompts, recorded twice: byte for byte the same', async (t) => {
  const first = await anHour(t)
  assert.ok(LENGTH_MS >= 3_590_000)
  assert.equal(first.duration, String(Math.ceil(LENGTH_MS / 1000)))
  assert.equal(first.bytes, HEADER_BYTES + LENGTH_MS * 8 * 2 * 2)
  assert.deepEqual(await anHour(t), first)
})
