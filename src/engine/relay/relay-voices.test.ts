import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RelayLanguage } from '../../wire/twiml/index.ts'
import { speakerOf, ttsLanguageOf, type Voices } from './relay-voices.ts'

const language = (code: string, more: Partial<RelayLanguage> = {}): RelayLanguage => ({
  noun: 'Language',
  code,
  ttsProvider: null,
  voice: null,
  transcriptionProvider: null,
  speechModel: null,
  ...more,
})
const voices = (more: Partial<Voices> = {}): Voices => ({
  language: 'en-US',
  ttsLanguage: null,
  ttsProvider: null,
  voice: null,
  languages: [],
  ...more,
})

for (const [what, having, asked, voice] of [
  ['nobody is named', {}, 'en-US', 'woman'],
  ['a voice without a vendor', { voice: 'UgBBYS2sOqTuMpoF3BR0' }, 'en-US', 'UgBBYS2sOqTuMpoF3BR0'],
  ['Google’s', { ttsProvider: 'Google', voice: 'en-US-Neural2-F' }, 'en-US', 'Google.en-US-Neural2-F'],
  ['Amazon’s, in any case', { ttsProvider: 'amazon', voice: 'Joanna-Neural' }, 'en-US', 'Polly.Joanna-Neural'],
  ['as Say names it', { ttsProvider: 'Amazon', voice: 'Polly.Amy' }, 'en-GB', 'Polly.Amy'],
  ['another language, the same voice', { voice: 'man' }, 'sv-SE', 'man'],
  [
    'a language with a voice of its own',
    { voice: 'man', languages: [language('sv-SE', { ttsProvider: 'amazon', voice: 'Elin-Neural' })] },
    'SV-se',
    'Polly.Elin-Neural',
  ],
  ['a language without', { voice: 'man', languages: [language('sv-SE')] }, 'sv-SE', 'man'],
] as const)
  test(`${what}: ${voice}`, () => assert.deepEqual(speakerOf(voices(having), asked), { voice, language: asked }))

test('ttsLanguage goes before language', () => {
  assert.equal(ttsLanguageOf(voices()), 'en-US')
  assert.equal(ttsLanguageOf(voices({ ttsLanguage: 'fr-FR' })), 'fr-FR')
})
