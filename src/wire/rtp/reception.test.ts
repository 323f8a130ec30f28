import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../../lib/ids.ts'
import { Reception } from './reception.ts'

const at = (ms: number) => ms as Instant

function received(...sequences: number[]): Reception {
  const reception = new Reception(7, sequences[0]!)
  for (const sequence of sequences) assert.ok(reception.arrived(sequence), `${sequence} is refused`)
  return reception
}

for (const [name, sequences, highest, lost] of [
  ['one after the other', [10, 11, 12], 12, 0],
  ['one missing', [10, 12], 12, 1],
  ['overtaken', [10, 12, 11], 12, 0],
  ['twice', [10, 11, 11], 11, -1],
  ['the first one late', [10, 9, 11], 11, -1],
  ['around the wrap', [65_534, 65_535, 0, 1], 65_537, 0],
  ['overtaken around the wrap', [65_534, 0, 65_535, 1], 65_537, 0],
  ['missing around the wrap', [65_534, 1], 65_537, 2],
  ['3000 missing', [0, 2999], 2999, 2998],
] as const)
  test(`${name}: ${sequences.join(' ')}`, () => {
    const reception = received(...sequences)
    assert.deepEqual([reception.highestSequence, reception.lost], [highest, lost])
  })

test('three rounds of sequence numbers are counted', () => {
  const reception = new Reception(7, 65_000)
  for (let count = 0; count < 200_000; count++) reception.arrived((65_000 + count) & 0xffff)
  assert.deepEqual([reception.highestSequence, reception.lost], [65_000 + 199_999, 0])
})

for (const [sequence, belongs] of [
  [4099, true],
  [4100, false],
  [40_000, false],
  [1000, false],
  [1001, true],
] as const)
  test(`after 1100, ${sequence} is ${belongs ? 'of the source' : 'not believed'}`, () => {
    const reception = received(1100)
    assert.equal(reception.arrived(sequence), belongs)
    if (!belongs) assert.deepEqual([reception.received, reception.lost, reception.highestSequence], [1, 0, 1100])
  })

test('a report tells the loss since the last one', () => {
  const reception = received(0, 1, 3, 4, 6, 7, 8, 9)
  assert.deepEqual(
    [reception.report(at(0)), reception.report(at(0))].map(({ fractionLost, cumulativeLost }) => [
      fractionLost,
      cumulativeLost,
    ]),
    [
      [Math.floor((2 * 256) / 10), 2],
      [0, 2],
    ],
  )
  reception.arrived(13)
  assert.equal(reception.report(at(0)).fractionLost, (3 * 256) / 4)
  reception.arrived(13)
  assert.equal(reception.report(at(0)).fractionLost, 0)
})

test('before anything came a report is all zeros', () => {
  assert.deepEqual(new Reception(7, 99).report(at(5)), {
    ssrc: 7,
    fractionLost: 0,
    cumulativeLost: 0,
    highestSequence: 99,
    jitter: 0,
    lastSenderReport: 0,
    delaySinceLastSenderReport: 0,
  })
})

test('jitter follows a sixteenth of each difference, in ticks', () => {
  const reception = received(0)
  reception.timed(0, 1000)
  reception.timed(160, 1020)
  assert.equal(reception.report(at(0)).jitter, 0)
  reception.timed(320, 1050)
  assert.equal(reception.jitterMs, 10 / 16)
  reception.timed(480, 1060)
  assert.equal(reception.jitterMs, 10 / 16 + (10 - 10 / 16) / 16)
})

test('jitter is not shaken by the wrap of timestamps or by pauses that the timestamps tell', () => {
  const reception = received(0)
  reception.timed(2 ** 32 - 80, 0)
  reception.timed(80, 20)
  reception.timed(80 + 80_000, 10_020)
  assert.equal(reception.jitterMs, 0)
})

test('an alternating delay of 60 ms settles at a jitter of 60 ms', () => {
  const reception = received(0)
  for (let count = 0; count < 500; count++) reception.timed(count * 160, count * 20 + (count % 2) * 60)
  assert.ok(Math.abs(reception.jitterMs - 60) < 0.1, `${reception.jitterMs}`)
})

test('a report tells which sender report was the last, and how long ago', () => {
  const reception = received(0)
  reception.senderReported({ seconds: 0x12345678, fraction: 0x9abcdef0 }, at(10_000))
  const report = reception.report(at(11_500))
  assert.equal(report.lastSenderReport, 0x56789abc)
  assert.equal(report.delaySinceLastSenderReport, 1.5 * 65_536)
})
