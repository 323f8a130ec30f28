import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeUlaw, ULAW_SILENCE } from '../../wire/codec/g711.ts'
import type { SsmlNode } from '../../wire/twiml/index.ts'
import { timedVoiceMs } from '../media/timed-voice.ts'
import type { Sound, Unplayable } from '../ports/sound.ts'
import { louder } from './assemble-speech.ts'
import { aLibrary, LETTER_MS, MemoryCache, plain, VOICE_SAMPLE } from './test-library.ts'

const VOICE_CODE = encodeUlaw(VOICE_SAMPLE)
const MINUTES_40 = 40 * 60_000
const pause = (timeMs: number): SsmlNode => ({ tag: 'break', content: [], strength: null, timeMs })
const prosody = (text: string, how: { volume?: string; rate?: string }): SsmlNode => ({
  tag: 'prosody',
  content: [text],
  volume: null,
  rate: null,
  pitch: null,
  ...how,
})

function assertSound(sound: Sound | Unplayable | null): asserts sound is Sound {
  assert.ok(sound && 'ulaw' in sound, 'it is a sound')
  assert.match(sound.id, /^[0-9a-f]{32}$/)
  assert.equal(sound.ulaw.length, sound.lengthMs * 8)
  assert.ok(sound.ulaw.buffer instanceof SharedArrayBuffer)
}

/** The sound as stretches of one code: `[code, bytes]`. */
function stretches({ ulaw }: Sound): [code: number, bytes: number][] {
  const found: [number, number][] = []
  for (const code of ulaw) {
    const last = found.at(-1)
    if (last?.[0] === code) last[1] += 1
    else found.push([code, 1])
  }
  return found
}

test('words are spoken once, and equal wishes are one sound', async () => {
  const { library, voice } = aLibrary()
  const [one, two] = await Promise.all([library.say(plain('hello')), library.say(plain('hello'))])
  assertSound(one)
  assert.equal(one.lengthMs, 5 * LETTER_MS)
  assert.equal(two, one)
  assert.equal(await library.say(plain('hello')), one)
  assert.equal(await library.byId(one.id), one)
  assert.equal(voice.spoken.length, 1)
  assert.notEqual((await library.say(plain('hallo'))).id, one.id)
  assert.notEqual((await library.say({ ...plain('hello'), voice: 'woman' })).id, one.id)
})

test("a sound's id says who spoke it", async () => {
  const { library, voice } = aLibrary()
  const before = await library.say(plain('hello'))
  voice.id = 'test-2'
  assert.notEqual((await library.say(plain('hello'))).id, before.id)
})

test('parts of a speech follow each other in order, at most two of them spoken at a time', async () => {
  const { library, voice } = aLibrary()
  const slow = ['first', 'third']
  voice.before = async ({ text }) => {
    if (slow.includes(text)) for (let turn = 0; turn < 50; turn++) await Promise.resolve()
  }
  const content = ['first', 'second', 'third', 'fourth'].map((text, n) => prosody(text, { rate: `${50 + n}%` }))
  const sound = await library.say({ content, voice: 'man', language: null })
  assertSound(sound)
  assert.equal(sound.lengthMs, 'firstsecondthirdfourth'.length * LETTER_MS)
  assert.deepEqual(
    voice.spoken.map(({ text }) => text),
    ['first', 'second', 'third', 'fourth'],
  )
  assert.equal(voice.busiest, 2)
})

test('pauses are silence of their length', async () => {
  const { library } = aLibrary()
  const sound = await library.say({ content: ['ab', pause(70), 'c'], voice: 'man', language: null })
  assert.deepEqual(stretches(sound), [
    [VOICE_CODE, 2 * LETTER_MS * 8],
    [ULAW_SILENCE, 70 * 8],
    [VOICE_CODE, LETTER_MS * 8],
  ])
})

for (const [volume, sample] of [
  ['+6dB', Math.round(VOICE_SAMPLE * 10 ** 0.3)],
  ['-12dB', Math.round(VOICE_SAMPLE * 10 ** -0.6)],
  ['silent', 0],
] as const)
  test(`words at ${volume} are as loud as that`, async () => {
    const { library } = aLibrary()
    const sound = await library.say({ content: ['a', prosody('b', { volume }), 'c'], voice: 'man', language: null })
    const code = encodeUlaw(sample)
    assert.deepEqual(
      stretches(sound),
      [VOICE_CODE, code, VOICE_CODE].map((each) => [each, LETTER_MS * 8]),
    )
  })

test('what would be louder than the loudest is clipped', () => {
  const pcm = { samples: Int16Array.of(20_000, -20_000, 100), sampleRate: 8000 }
  assert.deepEqual([...louder(pcm, 20).samples], [32_767, -32_768, 1000])
  assert.deepEqual([...pcm.samples], [20_000, -20_000, 100])
})

test('nothing to say is a sound without length', async () => {
  const { library, voice } = aLibrary()
  const sound = await library.say(plain(''))
  assertSound(sound)
  assert.deepEqual([sound.lengthMs, voice.spoken.length], [0, 0])
})

test('a speech of more than 40 minutes is cut, and its rest is not spoken', async () => {
  const { library, voice } = aLibrary()
  const words = 'x'.repeat(MINUTES_40 / LETTER_MS - 1)
  const content: SsmlNode[] = [words, pause(5), 'abc', pause(5), 'def', pause(5), 'ghi']
  const sound = await library.say({ content, voice: 'man', language: null })
  assertSound(sound)
  assert.equal(sound.lengthMs, MINUTES_40)
  assert.deepEqual(
    voice.spoken.map(({ text }) => text.slice(0, 3)),
    ['xxx', 'abc'],
  )
})

test('when the voice fails the timed voice stands in, and each reason is told once', async () => {
  const { library, voice, told, cache } = aLibrary()
  let reason = 'no model'
  voice.before = async () => Promise.reject(new Error(reason))
  const sound = await library.say(plain('hello you'))
  assertSound(sound)
  assert.equal(sound.lengthMs, timedVoiceMs('hello you'))
  assert.equal(await library.say(plain('hello you')), sound)
  assertSound(await library.say(plain('hello')))
  assert.equal(told.length, 1)
  reason = 'no memory'
  await library.say(plain('bye'))
  assert.equal(told.length, 2)
  await library.settled()
  assert.ok(cache.files.has(sound.id))
  assert.equal(await library.byId(sound.id), sound)

  voice.before = async () => {}
  const spoken = await library.say(plain('hello you'))
  assert.notEqual(spoken.id, sound.id)
  assert.equal(spoken.lengthMs, 9 * LETTER_MS)
})

test('when nobody encodes, or the words are longer than any sound, there is still something to play', async () => {
  const { library, decoder } = aLibrary()
  decoder.encodes = false
  assert.equal((await library.say(plain('hello you'))).lengthMs, timedVoiceMs('hello you'))
  const long = await library.words('x'.repeat(MINUTES_40 / 60 + 1))
  assertSound(long)
  assert.equal(long.lengthMs, MINUTES_40)
})

test('a file is decoded once, by its bytes and its type', async () => {
  const { library, decoder } = aLibrary()
  const bytes = new Uint8Array(20).fill(7)
  const [one, two] = await Promise.all([library.file(bytes, 'audio/basic'), library.file(bytes.slice(), 'audio/basic')])
  assertSound(one)
  assert.equal(one.lengthMs, 3)
  assert.deepEqual(stretches(one), [
    [7, 20],
    [ULAW_SILENCE, 4],
  ])
  assert.equal(two, one)
  assert.equal(decoder.decoded, 1)
  const other = await library.file(bytes, 'audio/wav')
  assertSound(other)
  assert.notEqual(other.id, one.id)
})

test('a file that cannot be played says why, and is asked for again the next time', async () => {
  const { library, decoder, told } = aLibrary()
  assert.deepEqual(await library.file(Uint8Array.of(0), 'text/html'), { unplayable: 'text/html is not played' })
  assert.deepEqual(await library.file(Uint8Array.of(0), 'text/html'), { unplayable: 'text/html is not played' })
  assert.equal(decoder.decoded, 2)
  assert.deepEqual(told, [])
  assert.deepEqual(await library.file(Uint8Array.of(1), 'audio/wav'), { unplayable: 'The file could not be decoded' })
  assert.deepEqual(told, [{ level: 'error', message: 'decoding a file failed' }])
})

test('keys and tones are made at once, and are the same sound each time', () => {
  const { library } = aLibrary()
  const keys = library.keys('1w#')
  assertSound(keys)
  assert.equal(keys.lengthMs, 200 + 500 + 200)
  assert.equal(library.keys('1w#'), keys)
  const tone = library.tone('1000/400', 1000, -20)
  assertSound(tone)
  assert.equal(tone.lengthMs, 1000)
  assert.equal(library.tone('1000/400', 1000, -20), tone)
  const others = [library.keys('1'), library.tone('1000/400', 999, -20), library.tone('1000/400', 1000, -21)]
  assert.equal(new Set([keys, tone, ...others].map(({ id }) => id)).size, 5)
  assert.throws(() => library.keys('x'))
  assert.throws(() => library.tone('loud', 1000, -20))
})

test('what was made before a restart is read, not made again', async () => {
  const cache = new MemoryCache()
  const before = aLibrary({ cache })
  const made = [
    await before.library.say(plain('hello')),
    await before.library.file(new Uint8Array(16).fill(9), 'audio/basic'),
    before.library.keys('5'),
  ]
  await before.library.settled()
  const after = aLibrary({ cache })
  for (const sound of made) {
    assertSound(sound)
    const [one, two] = await Promise.all([after.library.byId(sound.id), after.library.byId(sound.id)])
    assertSound(one)
    assert.deepEqual([...one.ulaw], [...sound.ulaw])
    assert.equal(two, one)
  }
  assert.equal(cache.reads, 2 + 3, 'two before, and each once after')
  await after.library.say(plain('hello'))
  await after.library.file(new Uint8Array(16).fill(9), 'audio/basic')
  assert.deepEqual([after.voice.spoken.length, after.decoder.decoded], [0, 0])
  assert.equal(await after.library.byId('0'.repeat(32)), null)
})

test('who asks by id while the sound is being made waits for it', async () => {
  const { library, voice } = aLibrary()
  const { id } = await aLibrary().library.say(plain('hello'))
  const gate = Promise.withResolvers<void>()
  voice.before = () => gate.promise
  const saying = library.say(plain('hello'))
  const asking = library.byId(id)
  gate.resolve()
  assert.equal(await asking, await saying)
})

test('a pinned sound is found when the cache has lost it', async () => {
  const pinned = new MemoryCache()
  const { id } = await aLibrary({ cache: pinned }).library.say(plain('hello'))
  const { library } = aLibrary({ pinned })
  assertSound(await library.byId(id))
})

test('virtual time stands still while a sound is made, read or written, and only then', async () => {
  const { library, clock, voice, cache } = aLibrary()
  const gate = Promise.withResolvers<void>()
  voice.before = () => gate.promise
  const writing = Promise.withResolvers<void>()
  cache.ready = writing.promise
  const saying = library.say(plain('hello'))
  assert.deepEqual(clock.holds(), [{ why: 'sound', count: 2 }])
  gate.resolve()
  const sound = await saying
  assert.deepEqual(clock.holds(), [{ why: 'sound', count: 1 }])
  writing.resolve()
  await library.settled()
  assert.deepEqual(clock.holds(), [])
  const again = [library.say(plain('hello')), library.byId(sound.id)]
  assert.deepEqual(clock.holds(), [])
  await Promise.all(again)
})

test('a sound too long for the memory is made all the same, and read again', async () => {
  const { library, cache } = aLibrary()
  const sound = await library.file(new Uint8Array(9 * 1024 * 1024).fill(9), 'audio/basic')
  assertSound(sound)
  await library.settled()
  const reads = cache.reads
  const again = await library.byId(sound.id)
  assertSound(again)
  assert.equal(again.lengthMs, sound.lengthMs)
  assert.equal(cache.reads, reads + 1)
})
