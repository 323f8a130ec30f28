import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { CHIRP_STARS, GOOGLE_MEN, GOOGLE_MEN_BY_MODEL } from './google-voices.ts'
import { POLLY_VOICES } from './polly-voices.ts'
import { toVoice } from './voices.ts'

for (const [name, language, gender, spoken] of [
  ['man', null, 'male', 'en-US'],
  ['woman', null, 'female', 'en-US'],
  ['alice', 'fr-CA', 'female', 'fr-CA'],
  ['Polly.Joanna', null, 'female', 'en-US'],
  ['Polly.Joanna-Neural', null, 'female', 'en-US'],
  ['Polly.Matthew-Generative', null, 'male', 'en-US'],
  ['Polly.Patrick-Long-Form', null, 'male', 'en-US'],
  ['Polly.Mía-Generative', null, 'female', 'es-MX'],
  ['Polly.Rémi-Generative', null, 'male', 'fr-FR'],
  ['Polly.Hans', 'en-US', 'male', 'en-US'],
  ['Polly.Nobody', null, 'female', 'en-US'],
  ['Polly.constructor', null, 'female', 'en-US'],
  ['Google.de-DE-Standard-B', null, 'male', 'de-DE'],
  ['Google.de-DE-Standard-A', null, 'female', 'de-DE'],
  ['Google.en-US-Neural2-A', null, 'male', 'en-US'],
  ['Google.en-GB-Wavenet-O', null, 'male', 'en-GB'],
  ['Google.en-GB-Studio-C', null, 'female', 'en-GB'],
  ['Google.en-GB-Studio-B', null, 'male', 'en-GB'],
  ['Google.es-ES-Standard-E', null, 'male', 'es-ES'],
  ['Google.es-ES-Neural2-E', null, 'female', 'es-ES'],
  ['Google.sv-SE-Wavenet-C', null, 'male', 'sv-SE'],
  ['Google.sv-SE-Standard-C', null, 'female', 'sv-SE'],
  ['Google.en-AU-Chirp-HD-D', null, 'male', 'en-AU'],
  ['Google.en-AU-Chirp-HD-F', null, 'female', 'en-AU'],
  ['Google.fr-FR-Polyglot-1', null, 'male', 'fr-FR'],
  ['Google.en-US-Chirp3-HD-Aoede', null, 'female', 'en-US'],
  ['Google.cmn-CN-Chirp3-HD-Charon', null, 'male', 'cmn-CN'],
  ['Google.fil-ph-Neural2-D', null, 'male', 'fil-PH'],
  ['Google.xx-YY-Future-Z', null, 'female', 'xx-YY'],
  ['Google.nothing', null, 'female', 'en-US'],
  ['robot', 'de-DE', 'female', 'de-DE'],
] as const)
  test(`${name} asked for ${language ?? 'its own language'} is ${gender} and speaks ${spoken}`, () => {
    assert.deepEqual(toVoice(name, language), { name, gender, language: spoken })
  })

/** Every name that Twilio's client library lists for Say. */
const listed = readFileSync(new URL(import.meta.resolve('twilio/lib/twiml/VoiceResponse.d.ts')), 'utf8')
  .split('\n')
  .find((line) => line.includes('type SayVoice ='))!
  .match(/(?<=")[^"]+(?=")/g)!

test('every Polly voice that the client library lists is in the table', () => {
  const known = new Set(Object.values(POLLY_VOICES).flatMap(({ female, male }) => [...female, ...male]))
  const names = listed.filter((name) => name.startsWith('Polly.'))
  assert.ok(names.length > 100)
  const nameOf = (voice: string) =>
    voice
      .replace(/^Polly\.|-.*/g, '')
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
  assert.deepEqual(
    names.filter((name) => !known.has(nameOf(name))),
    [],
  )
})

test('every Google voice that the client library lists speaks the language in its name', () => {
  const names = listed.filter((name) => name.startsWith('Google.'))
  assert.ok(names.length > 700)
  for (const name of names) {
    const [tongue, region] = name.slice('Google.'.length).split('-')
    assert.equal(toVoice(name, null).language, `${tongue}-${region!.toUpperCase()}`)
  }
})

const manual = readFileSync(new URL('../../../docs/compat/voices.md', import.meta.url), 'utf8')

/** Cells of the rows of the table under a heading, without its head. */
function tableOf(heading: string): string[][] {
  const section = manual.split(/^## /m).find((part) => part.startsWith(`${heading}\n`))
  assert.ok(section, `the manual has no section ${heading}`)
  const rows = section.split('\n').filter((line) => line.startsWith('|'))
  return rows.slice(2).map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  )
}
const names = (cell: string): string[] => (cell === '–' ? [] : cell.replaceAll('`', '').split(', '))

test('the manual lists the voices without a vendor', () => {
  const rows = tableOf('Basic voices')
  assert.deepEqual(
    rows.map(([name]) => name),
    ['`man`', '`woman`', '`alice`'],
  )
  for (const [name, gender, language] of rows) {
    const voice = toVoice(names(name!)[0]!, null)
    assert.deepEqual([gender, language], [voice.gender, `\`${voice.language}\``])
  }
})

test('the manual lists every Polly voice with its language and gender', () => {
  const written = tableOf('Polly').map(([language, female, male]) => [
    names(language!)[0]!,
    { female: names(female!), male: names(male!) },
  ])
  assert.deepEqual(Object.fromEntries(written), POLLY_VOICES)
})

test('the manual lists the letters of Google’s men', () => {
  const written = tableOf('Google').map(([place, letters]) => [names(place!)[0]!, names(letters!).join('')])
  assert.deepEqual(Object.fromEntries(written), { ...GOOGLE_MEN, ...GOOGLE_MEN_BY_MODEL })
})

test('the manual lists the stars of Chirp 3', () => {
  const written = tableOf('Chirp 3').map(([gender, stars]) => [gender, names(stars!)])
  assert.deepEqual(Object.fromEntries(written), CHIRP_STARS)
})
