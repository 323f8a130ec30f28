/** What a program hears of its party: words that are known, and sound whose words are not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CollectSpeech, HeardSpeech, ProgramEnd, SpeechSound } from '../ports/leg-media.ts'
import { aSoundEngine, never, START } from './test-legs.ts'
import { aSound } from './test-sounds.ts'

const SPEECH: CollectSpeech = { silenceMs: 1000, maxLengthMs: 60_000, bargeIn: true, unknownWords: true }
/** Loud enough to be speech, and a code of its own. */
const LOUD = 0x90

function listening(speech: Partial<CollectSpeech> = {}, tellsSound = false) {
  const { clock, engine, leg, at, until } = aSoundEngine()
  const { media } = leg()
  const heardWords: string[] = []
  const sounds: (SpeechSound & { readonly at: number })[] = []
  let ended: ProgramEnd | null = null
  const collect = { numDigits: null, finishOnKey: '#', timeoutMs: 5000, speech: { ...SPEECH, ...speech } }
  void media
    .run({ play: [], collect }, never(), {
      onWords: (words) => heardWords.push(`${clock.now() - START} ${words}`),
      ...(tellsSound && { onSound: (sound) => void sounds.push({ at: clock.now() - START, ...sound }) }),
    })
    .then((end) => {
      ended = end
    })
  return { media, engine, clock, at, until, heardWords, sounds, end: () => ended! }
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

test('sound that is followed is told each tenth of a second, a little of what came before first, and then kept as it is', async () => {
  const { media, clock, at, until, sounds, end } = listening({}, true)
  at(1000, () => media.sound(aSound(620, LOUD), { name: '(noise)' }))
  at(1100, () => assert.equal(sounds.length, 0))
  await until(20_000)
  const pieces = sounds.filter(({ ulaw }) => ulaw !== null)
  assert.deepEqual(
    pieces.map(({ at: ms, ulaw }) => [ms, ulaw!.length / 8]),
    // Speech since 1200, told with 500 ms before; its end is told of at 2420.
    [[1200, 500], ...Array.from({ length: 12 }, (_, index) => [1300 + index * 100, 100]), [2420, 20]],
  )
  assert.deepEqual([sounds.at(-1)!.at, sounds.at(-1)!.ulaw], [2420, null])
  const [part] = end().speech!.parts
  assert.ok(part && 'ulaw' in part && part.stretch === 0)
  assert.deepEqual(Buffer.concat(pieces.map(({ ulaw }) => ulaw!)), Buffer.from(part.ulaw))
  assert.equal(clock.pending, 0)
})

test('each stretch has a number of its own, in its place among the words, and ends with the program at the latest', async () => {
  const { media, at, until, sounds, end } = listening({ silenceMs: 3000, maxLengthMs: 6000 }, true)
  at(1000, () => media.sound(aSound(500, LOUD), { name: '(noise)' }))
  at(1400, () => media.sound(aSound(400), 'Hello'))
  at(3500, () => media.sound(aSound(9000, LOUD), { name: '(noise)' }))
  await until(20_000)
  assert.deepEqual(
    sounds.filter(({ ulaw }) => ulaw === null).map(({ stretch, at: ms }) => [stretch, ms]),
    [
      [0, 2200],
      [1, 7200],
    ],
  )
  assert.equal(end().at - START, 7200)
  const parts = end().speech!.parts.map((part) => ('words' in part ? part.words : part.stretch))
  assert.deepEqual(parts, [0, 'Hello', 1])
})
