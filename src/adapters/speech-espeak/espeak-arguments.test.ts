import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Words } from '../../engine/ports/speech.ts'
import { pickLanguage, toArguments, toInput } from './espeak-arguments.ts'

const LANGUAGES = new Set(['en-us', 'en-gb', 'en', 'fr', 'ar', 'yue', 'zh', 'cmn', 'pt-br', 'pt', 'es-mx', 'es'])

for (const [wanted, picked] of [
  ['en-US', 'en-us'],
  ['en-AU', 'en'],
  ['en-GB-WLS', 'en-gb'],
  ['fr-CA', 'fr'],
  ['pt-BR', 'pt-br'],
  ['es-MX', 'es-mx'],
  ['es-US', 'es'],
  ['arb', 'ar'],
  ['zh-CN', 'zh'],
  ['zh-HK', 'yue'],
  ['cmn-CN', 'cmn'],
  ['tlh', 'en'],
  ['', 'en'],
  ['-v', 'en'],
  ['constructor', 'en'],
] as const)
  test(`${wanted || 'no language'} is spoken by ${picked}`, () => assert.equal(pickLanguage(wanted, LANGUAGES), picked))

const words = (more: Partial<Words>): Words => ({
  text: 'Hello.',
  voice: { name: 'man', gender: 'male', language: 'en-US' },
  rate: 1,
  pitch: 1,
  ...more,
})
const told = (more: Partial<Words>) => toArguments(words(more), LANGUAGES).slice(4).join(' ')

for (const [what, more, args] of [
  ['as it is', {}, '-v en-us -s 175 -p 50'],
  ['a woman', { voice: { name: 'woman', gender: 'female', language: 'fr-FR' } }, '-v fr+f3 -s 175 -p 50'],
  ['twice as fast, an octave higher', { rate: 2, pitch: 2 }, '-v en-us -s 350 -p 99'],
  ['slower than it can, an octave lower', { rate: 0.2, pitch: 0.5 }, '-v en-us -s 80 -p 0'],
  ['a little higher', { pitch: 1.2 }, '-v en-us -s 175 -p 63'],
] as const)
  test(`${what}: ${args}`, () => assert.equal(told(more), args))

test('nothing in a text is a command', () => {
  assert.equal(toInput('a [[b]] \x0150P [[[c\0d'), 'a [ [b]]  50P [ [ [c d')
})
