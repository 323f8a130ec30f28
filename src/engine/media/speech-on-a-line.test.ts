/** Speech on a line to a real phone, whose sound never stops and is known only as it comes: found by its energy alone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeUlaw } from '../../wire/codec/g711.ts'
import type { ProgramEnd, SpeechSound } from '../ports/leg-media.ts'
import { FRAME_BYTES } from '../ports/line.ts'
import { AGREED, lineEvents, testLine } from './line/test-line.ts'
import { aSoundEngine, never, START } from './test-legs.ts'

/** Peaks of sound by frame of 20 ms. Noise of a peak of 1000 is at some -35 dBFS, of 10,000 at -15. */
type Party = (atMs: number) => number

async function aLineTo(party: Party) {
  let taken = 0
  let random = 1
  const line = testLine({
    take(into) {
      const peak = party(taken++ * (FRAME_BYTES / 8))
      for (let at = 0; at < into.length; at++) {
        random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0
        into[at] = encodeUlaw((random / 2 ** 31 - 1) * peak)
      }
      return peak > 0
    },
  })
  const bed = aSoundEngine({ open: async () => line })
  const media = bed.engine.openLine(lineEvents())
  await media.local
  media.connect(AGREED)
  return { bed, media }
}

async function gatherFrom(party: Party, listensAtMs: number) {
  const { bed, media } = await aLineTo(party)
  const sounds: SpeechSound[] = []
  let ended: ProgramEnd | null = null
  const speech = { silenceMs: 1000, maxLengthMs: 60_000, bargeIn: true, unknownWords: true }
  const collect = { numDigits: null, finishOnKey: '#', timeoutMs: 10_000, speech }
  bed.at(listensAtMs, () => {
    void media.run({ play: [], collect }, never(), { onSound: (sound) => sounds.push(sound) }).then((end) => {
      ended = end
    })
  })
  await bed.until(30_000)
  const { outcome, at, speech: heard } = ended!
  const lengths = heard?.parts.map((part) => ('ulaw' in part ? part.ulaw.length / 8 : part.words)) ?? []
  return { outcome, at: at - START, lengths, sounds }
}

const between = (atMs: number, from: number, to: number) => atMs >= from && atMs < to

for (const [what, noise, outcome, at] of [
  ['a silent line', 0, 'collected', 10_000],
  ['a line that hisses', 60, 'collected', 10_000],
  ['a line with a café behind it', 1000, 'collected', 10_000],
] as const) {
  test(`${what}: what is said has a beginning and an end`, async () => {
    const party: Party = (ms) => (between(ms, 7000, 9000) ? 10_000 : noise)
    const { lengths, sounds, ...end } = await gatherFrom(party, 4000)
    assert.deepEqual(end, { outcome, at })
    // 300 ms before it, and 800 ms of silence after it.
    assert.deepEqual(lengths, [3100])
    assert.equal(sounds.at(-1)?.ulaw, null)
    assert.ok(sounds.length > 20)
  })

  test(`${what}: nothing is said`, async () => {
    const { outcome: none, at: over, lengths } = await gatherFrom(() => noise, 4000)
    assert.deepEqual([none, over, lengths], ['played', 14_000, []])
  })
}

test('noise that begins while somebody listens is taken for speech at first, and has an end', async () => {
  const { outcome, at } = await gatherFrom((ms) => (ms < 8000 ? 60 : 1000), 4000)
  assert.equal(outcome, 'collected')
  assert.ok(at > 9000 && at < 13_000, String(at))
})

test('a gather right after the answer is not spoken into by the noise of the line', async () => {
  const { outcome, at, lengths } = await gatherFrom((ms) => (ms < 100 ? 0 : 1000), 0)
  assert.deepEqual([outcome, at, lengths], ['played', 10_000, []])
})

test('an utterance is told while it is said, and whole once it is over', async () => {
  const { bed, media } = await aLineTo((ms) => (between(ms, 7000, 9000) ? 10_000 : 60))
  const pieces: number[] = []
  const others: unknown[] = []
  bed.at(4000, () => {
    const order = { tracks: ['inbound'], partials: true, unknownWords: true, sounds: true } as const
    media.transcribe(order, ({ at, ...speech }) => {
      if (speech.said === 'sound' && speech.sound.ulaw) pieces.push(speech.sound.ulaw.length / 8)
      else if (speech.said === 'sound') others.push([at - START, 'over'])
      else if (speech.said === 'utterance')
        others.push([at - START, ...speech.parts.map((part) => ('ulaw' in part ? part.ulaw.length / 8 : part))])
    })
  })
  await bed.until(30_000)
  assert.deepEqual(others, [
    [9800, 'over'],
    [9800, 3100],
  ])
  // 300 ms before it, and then by the tenth of a second.
  assert.deepEqual(pieces, [500, ...Array<number>(26).fill(100)])
})
