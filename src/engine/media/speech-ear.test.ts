/** What a program hears of its party: words that are known, and sound whose words are not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CollectSpeech, HeardSpeech, ProgramEnd } from '../ports/leg-media.ts'
import { aSoundEngine, never, START } from './test-legs.ts'
import { aSound } from './test-sounds.ts'

const SPEECH: CollectSpeech = { silenceMs: 1000, maxLengthMs: 60_000, bargeIn: true, unknownWords: true }
/** Loud enough to be speech, and a code of its own. */
const LOUD = 0x90

function listening(speech: Partial<CollectSpeech> = {}) {
  const { clock, engine, leg, at, until } = aSoundEngine()
  const { media } = leg()
  const heardWords: string[] = []
  let ended: ProgramEnd | null = null
  const collect = { numDigits: null, finishOnKey: '#', timeoutMs: 5000, speech: { ...SPEECH, ...speech } }
  void media
    .run({ play: [], collect }, never(), (words) => heardWords.push(`${clock.now() - START} ${words}`))
    .then((end) => {
      ended = end
    })
  return { media, engine, at, until, heardWords, end: () => ended! }
}

/** Sound as its length in whole tenths of a second. */
const shown = ({ parts }: HeardSpeech) =>
  parts.map((part) =>
    'words' in part ? part.words : Math.round(part.ulaw.filter((code) => code === LOUD).length / 800),
  )

test('words and sound are told in their order, and end by silence after the last', async () => {
  const { media, at, until, heardWords, end } = listening()
  at(1000, () => media.sound(aSound(1100), 'Hello there'))
  at(2600, () => media.sound(aSound(1500, LOUD), { name: '(noise)' }))
  at(5000, () => media.sound(aSound(400), 'Bye now'))
  await until(20_000)
  assert.equal(end().outcome, 'collected')
  assert.deepEqual(shown(end().speech!), ['Hello there', 15, 'Bye now'])
  assert.equal(end().at - START, 6400)
  assert.deepEqual(heardWords, ['1500 Hello', '2100 Hello there', '5171 Hello there Bye', '5400 Hello there Bye now'])
})

test('a text that is cut by another ends with its last whole word', async () => {
  const { media, at, until, end } = listening()
  at(1000, () => media.sound(aSound(1100), 'Hello there'))
  at(1700, () => media.sound(aSound(300), 'wait'))
  await until(20_000)
  assert.deepEqual(shown(end().speech!), ['Hello', 'wait'])
})

test('who hangs up has said what was spoken until then', async () => {
  const { media, at, until, end } = listening()
  at(1000, () => media.sound(aSound(1100), 'Hello there'))
  at(1700, () => media.gone())
  await until(20_000)
  assert.equal(end().outcome, 'gone')
  assert.deepEqual(shown(end().speech!), ['Hello'])
})

test('sound is passed over when nobody can tell its words, and that is told', async () => {
  const { media, at, until, end } = listening({ unknownWords: false })
  at(1000, () => media.sound(aSound(1500, LOUD), { name: '(noise)' }))
  await until(20_000)
  assert.deepEqual([end().outcome, end().at - START], ['played', 5000])
  assert.deepEqual(end().speech, { parts: [], passedOver: true })
})

test('neither a click nor silence is speech', async () => {
  const { media, at, until, end } = listening()
  at(1000, () => media.sound(aSound(60, LOUD), { name: '(click)' }))
  await until(20_000)
  assert.deepEqual([end().outcome, end().speech], ['played', undefined])
})

test('a sound that goes on is kept up to the longest that speech may be', async () => {
  const { media, at, until, end } = listening({ maxLengthMs: 3000 })
  at(1000, () => media.sound(aSound(20_000, LOUD), { name: '(noise)' }))
  await until(30_000)
  assert.equal(end().at - START, 1200 + 3000)
  assert.deepEqual(shown(end().speech!), [32])
})
