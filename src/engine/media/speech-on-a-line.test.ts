/** Speech on a line to a real phone, whose sound never stops and is known only as it comes: found by its energy alone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeUlaw } from '../../wire/codec/g711.ts'
import type { ProgramEnd, SpeechSound } from '../ports/leg-media.ts'
import { FRAME_BYTES, type LineAgreement } from '../ports/line.ts'
import { aSoundEngine, never, START } from './test-legs.ts'

const AGREED: LineAgreement = {
  remote: { address: '127.0.0.1', port: 4000, rtcpPort: 4001 },
  sends: true,
  receives: true,
  codec: 'PCMU',
  payloadType: 0,
  ptimeMs: 20,
  events: 101,
  rtcpMux: false,
  srtp: null,
}

/** Peaks of sound by frame of 20 ms. Noise of a peak of 1000 is at some -35 dBFS, of 10,000 at -15. */
type Party = (atMs: number) => number

async function gatherFrom(party: Party, listensAtMs: number) {
  let taken = 0
  let random = 1
  const bed = aSoundEngine({
    open: async () => ({
      local: { address: '127.0.0.1', port: 5000, rtcpPort: 5001 },
      connect() {},
      take(into) {
        const peak = party(taken++ * (FRAME_BYTES / 8))
        for (let at = 0; at < into.length; at++) {
          random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0
          into[at] = encodeUlaw((random / 2 ** 31 - 1) * peak)
        }
        return peak > 0
      },
      give() {},
      sendKey: () => true,
      statistics: () => ({
        sentPackets: 0,
        receivedPackets: taken,
        lostPackets: 0,
        discardedPackets: 0,
        jitterMs: 0,
        roundTripMs: null,
      }),
      close() {},
    }),
  })
  const media = bed.engine.openLine({
    spanStarted() {},
    spanEnded() {},
    keyHeard() {},
    recordingBegan() {},
    lost() {},
    lineSilent() {},
  })
  await media.local
  media.connect(AGREED)
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
