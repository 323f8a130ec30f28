/** Debian's espeak-ng as the speaker: it is found, follows voice, rate and pitch, and speaks the languages it names. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createEspeak } from '../../src/adapters/speech-espeak/espeak.ts'
import { type Espeak, findEspeak } from '../../src/adapters/speech-espeak/find-espeak.ts'
import type { Pcm } from '../../src/engine/ports/sound.ts'
import type { SpeechSynthesizer, Words } from '../../src/engine/ports/speech.ts'

let program: Espeak
let espeak: SpeechSynthesizer
before(async () => {
  const found = await findEspeak()
  assert.ok(found, 'espeak-ng is not installed')
  program = found
  espeak = createEspeak(found)
})
after(() => espeak.close())

const say = (text: string, more: Partial<Words> = {}, language = 'en-US', gender: 'female' | 'male' = 'male') =>
  espeak.synthesize({ text, voice: { name: 'man', gender, language }, rate: 1, pitch: 1, ...more })
const TEXT = 'Hello there, please leave a message after the tone.'
const secOf = ({ samples, sampleRate }: Pcm) => samples.length / sampleRate
const isLoud = ({ samples }: Pcm) => samples.some((sample) => Math.abs(sample) > 3000)

test('it tells its version and languages', () => {
  assert.match(program.version, /^1\.\d+/)
  for (const language of ['en-us', 'en', 'fr', 'de', 'es', 'zh']) assert.ok(program.languages.has(language), language)
})

test('it speaks the same words the same way, at the rate asked for', async () => {
  const plain = await say(TEXT)
  assert.ok(isLoud(plain) && secOf(plain) > 2 && secOf(plain) < 6, `${secOf(plain)} s`)
  assert.deepEqual(await say(TEXT), plain)
  assert.ok(secOf(await say(TEXT, { rate: 2 })) < secOf(plain) * 0.7)
  assert.ok(secOf(await say(TEXT, { rate: 0.6 })) > secOf(plain) * 1.3)
})

test('voices, pitches and languages sound different', async () => {
  const sounds = await Promise.all([
    say(TEXT),
    say(TEXT, { pitch: 1.3 }),
    say(TEXT, {}, 'en-US', 'female'),
    say(TEXT, {}, 'fr-CA'),
    say('你好，世界。', {}, 'zh-CN'),
  ])
  assert.ok(sounds.every(isLoud))
  assert.equal(new Set(sounds.map(({ samples }) => Buffer.from(samples.buffer).toString('base64'))).size, sounds.length)
})

test('phonemes and commands in a text are read, not obeyed', async () => {
  // Obeyed, it would sound like the word: read, it is spelled.
  assert.ok(secOf(await say('a [[h@l@U]] b')) > secOf(await say('a hello b')) * 1.5)
  assert.ok(secOf(await say('-v de')) > 0.3)
})
