import assert from 'node:assert/strict'
import { get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { CallRecord } from '../../engine/call/call-record.ts'
import { NamedSounds } from '../../engine/sounds/named-sounds.ts'
import { aLibrary, LETTER_MS, MemoryCache, MemoryRows, plain, VOICE_SAMPLE } from '../../engine/sounds/test-library.ts'
import type { HeardSpan } from '../../journal/entry.ts'
import type { Instant } from '../../lib/ids.ts'
import { silentLogger } from '../../lib/logger.ts'
import { encodeUlaw, ULAW_TO_LINEAR } from '../../wire/codec/g711.ts'
import { readWav } from '../../wire/codec/wav.ts'
import { ACCOUNT, aPlatform, CALL, OTHER_ACCOUNT, OTHER_CALL } from './test-platform.ts'

const PATH = `/Calls/${CALL}/Audio.wav`
const START = Date.UTC(2030, 0, 1)
const VOICE = ULAW_TO_LINEAR[encodeUlaw(VOICE_SAMPLE)]!

interface Known {
  readonly answeredAtMs: number | null
  readonly endedAtMs: number | null
  readonly hearing?: { readonly span: HeardSpan; readonly atMs: number }
}

/** A platform with one call, whose times count from the start of the clock. */
function aCallPlatform({ answeredAtMs, endedAtMs, hearing }: Known) {
  const { library, clock, ...rest } = aLibrary()
  const pinned = new MemoryCache()
  const named = new NamedSounds({ clock, logger: silentLogger, journal: new MemoryRows(), library, pinned })
  const instant = (ms: number | null) => (ms === null ? null : ((START + ms) as Instant))
  const call = { sid: CALL, answeredAt: instant(answeredAtMs), endedAt: instant(endedAtMs) } as CallRecord
  const platform = aPlatform({
    audio: { library, named },
    calls: {
      find: async (accountSid, sid) => (accountSid === ACCOUNT && sid === CALL ? call : null),
      hearing: () => hearing ?? null,
      wire: async () => null,
    },
  })
  return { ...platform, library, cache: rest.cache }
}

const span = (playedMs: number, sound?: string): HeardSpan => ({
  verb: 'Say',
  kind: 'say',
  text: 'words',
  playedMs,
  lengthMs: playedMs,
  cut: false,
  ...(sound !== undefined && { sound }),
})

/** Samples of one channel at some milliseconds. */
const samplesAt = (wav: Buffer, channel: 'left' | 'right', atMs: readonly number[]) =>
  atMs.map((ms) => wav.readInt16LE(44 + ms * 32 + (channel === 'left' ? 0 : 2)))

test('a call is heard as it was: the party left, the platform right', async () => {
  const { ask, journal, fact, library } = aCallPlatform({ answeredAtMs: 500, endedAtMs: 2700 })
  const spoken = await library.say(plain('0123456789'))
  const answer = await library.words('yes')
  await journal.append([
    fact({ fact: 'heard', atMs: 0, span: span(100, spoken.id) }),
    fact({ fact: 'said', atMs: 1000, text: 'yes', sound: answer.id, lengthMs: 3 * LETTER_MS }),
    fact({ fact: 'pressed', atMs: 1200, digits: '5', inBand: true }),
    fact({ fact: 'pressed', atMs: 1500, digits: '6' }),
    fact({ fact: 'heard', atMs: 1600, span: span(50, spoken.id) }),
  ])
  const response = await ask('GET', PATH)
  const wav = response.rawPayload
  assert.equal(response.statusCode, 200)
  assert.equal(response.headers['content-type'], 'audio/wav')
  assert.equal(Number(response.headers['content-length']), wav.length)
  assert.equal(response.headers['x-ringback-missing-sounds'], '0')
  const { encoding, channels, sampleRate, bits, lengthMs } = readWav(wav)
  assert.deepEqual([encoding, channels, sampleRate, bits, lengthMs], ['pcm', 2, 8000, 16, 2200])
  assert.deepEqual(samplesAt(wav, 'right', [0, 99, 100, 1599, 1600, 1649, 1650]), [VOICE, VOICE, 0, 0, VOICE, VOICE, 0])
  assert.deepEqual(samplesAt(wav, 'left', [0, 999, 1000, 1029, 1030]), [0, 0, VOICE, VOICE, 0])
  const loudest = (fromMs: number) =>
    Math.max(
      ...samplesAt(
        wav,
        'left',
        Array.from({ length: 90 }, (_, n) => fromMs + 5 + n),
      ),
    )
  assert.ok(loudest(1200) > 5000, 'the key in the sound')
  assert.equal(loudest(1500), 0, 'the key beside it')
})

test('sounds that are gone or were never known are silence, and counted', async () => {
  const { ask, journal, fact, library } = aCallPlatform({ answeredAtMs: 0, endedAtMs: 1000 })
  const spoken = await library.say(plain('0123456789'))
  await journal.append([
    fact({ fact: 'heard', atMs: 0, span: span(100, 'f'.repeat(32)) }),
    fact({ fact: 'heard', atMs: 100, span: span(100) }),
    fact({ fact: 'heard', atMs: 200, span: span(100, spoken.id) }),
    fact({ fact: 'said', atMs: 0, text: '(beep)' }),
  ])
  const response = await ask('GET', PATH)
  assert.equal(response.headers['x-ringback-missing-sounds'], '3')
  assert.deepEqual(samplesAt(response.rawPayload, 'right', [0, 99, 199, 200]), [0, 0, 0, VOICE])
})

test('a call that runs is as long as it has got, with the sound of the moment', async () => {
  const { id } = await aLibrary().library.say(plain('0123456789'))
  const hearing = { atMs: 50, span: span(30, id) }
  const { ask, library, clock } = aCallPlatform({ answeredAtMs: 20, endedAtMs: null, hearing })
  await library.say(plain('0123456789'))
  await clock.advance(100)
  const wav = (await ask('GET', PATH)).rawPayload
  assert.equal(readWav(wav).lengthMs, 80)
  assert.deepEqual(samplesAt(wav, 'right', [49, 50, 79]), [0, VOICE, VOICE])
})

for (const [what, known] of [
  ['that was never answered', { answeredAtMs: null, endedAtMs: 3000 }],
  ['that rings', { answeredAtMs: null, endedAtMs: null }],
  ['that ended with its answer', { answeredAtMs: 3000, endedAtMs: 3000 }],
] as const)
  test(`a call ${what} is a file without samples`, async () => {
    const { ask, journal, fact } = aCallPlatform(known)
    await journal.append([fact({ fact: 'heard', atMs: 0, span: span(100) })])
    const response = await ask('GET', PATH)
    assert.deepEqual([response.statusCode, response.rawPayload.length], [200, 44])
    assert.equal(response.headers['content-length'], '44')
    assert.equal(response.headers['x-ringback-missing-sounds'], '0')
  })

for (const [what, path, account] of [
  ['another account', PATH, OTHER_ACCOUNT],
  ['nobody', `/Calls/${OTHER_CALL}/Audio.wav`, ACCOUNT],
  ['no SID', '/Calls/CA1/Audio.wav', ACCOUNT],
] as const)
  test(`the audio of a call of ${what} is 404`, async () => {
    const { ask } = aCallPlatform({ answeredAtMs: 0, endedAtMs: 10 })
    const response = await ask('GET', path, undefined, { account })
    assert.deepEqual([response.statusCode, response.json().code], [404, 20404])
  })

test('downloads that nobody reads are limited, and do not keep the server from closing', async () => {
  const { app } = aCallPlatform({ answeredAtMs: 0, endedAtMs: 3_600_000 })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const download = () =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const path = `/ringback/v1${PATH}`
      get({ port, host: '127.0.0.1', path, agent: false }, (response) => {
        // It is not read, and the server closes before it is over.
        response.on('error', () => {})
        resolve(response)
      }).on('error', reject)
    })
  const downloads: IncomingMessage[] = []
  for (let n = 0; n < 21; n++) downloads.push(await download())
  assert.deepEqual(
    downloads.map(({ statusCode }) => statusCode),
    [...Array(20).fill(200), 503],
  )
  await app.close()
  for (const response of downloads) response.destroy()
})

test('where nothing sounds there is no such resource', async () => {
  const { ask, calls } = aPlatform()
  calls.set(CALL, { accountSid: ACCOUNT, status: 'completed' })
  assert.equal((await ask('GET', PATH)).statusCode, 404)
  assert.equal((await ask('GET', '/Sounds')).statusCode, 404)
})
