import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '../../../lib/virtual-clock.ts'
import { BUCKET_MS, Lingering } from './lingering.ts'
import { START } from './test-ground.ts'

function aLingering() {
  const clock = new VirtualClock({ startAt: START, settleMs: 0, mode: 'held' })
  const ended: number[] = []
  const lingerer = () => ({ lingeredOut: () => void ended.push(clock.now() - START) })
  return { clock, ended, lingerer, lingering: new Lingering(clock) }
}

test('each ends at its time or up to a bucket later, never before', async () => {
  const { clock, ended, lingerer, lingering } = aLingering()
  for (const afterMs of [5000, 32_000, 1, 5400]) lingering.add(lingerer(), afterMs)
  for (let step = 0; step < 400; step++) await clock.advance(100)
  assert.equal(ended.length, 4)
  for (const [index, afterMs] of [1, 5000, 5400, 32_000].entries()) {
    const lateMs = ended[index]! - afterMs
    assert.ok(lateMs >= 0 && lateMs <= BUCKET_MS * 2, `${afterMs} ended ${lateMs} ms late`)
  }
})

test('one that left is left alone', async () => {
  const { clock, ended, lingerer, lingering } = aLingering()
  const one = lingerer()
  lingering.add(one, 5000).delete(one)
  await clock.advance(60_000)
  assert.deepEqual(ended, [])
})

test('virtual time does not turn for them, but may jump over them', async () => {
  const { clock, ended, lingerer, lingering } = aLingering()
  lingering.add(lingerer(), 5000)
  assert.equal(clock.pending, 0)
  await clock.advance(24 * 3600_000)
  assert.equal(ended.length, 1)
})

test('one may add another as it ends', async () => {
  const { clock, ended, lingerer, lingering } = aLingering()
  lingering.add({ lingeredOut: () => void lingering.add(lingerer(), 1000) }, 1000)
  for (let step = 0; step < 60; step++) await clock.advance(100)
  assert.equal(ended.length, 1)
})

test('stopped, nobody ends', async () => {
  const { clock, ended, lingerer, lingering } = aLingering()
  lingering.add(lingerer(), 1000)
  lingering.stop()
  await clock.advance(60_000)
  assert.deepEqual(ended, [])
})
