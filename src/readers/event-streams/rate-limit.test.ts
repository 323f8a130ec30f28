/** The token bucket. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../../lib/ids.ts'
import { fullBucket, takeToken } from './rate-limit.ts'

const at = (ms: number) => ms as Instant

/** Takes as many as there are, and what is said then. */
function drain(perSecond: number, bucket = fullBucket(perSecond, at(0)), now = at(0)) {
  for (let taken = 0; ; taken++) {
    const step = takeToken(bucket, perSecond, now)
    bucket = step.bucket
    if (step.waitMs > 0) return { taken, waitMs: step.waitMs, bucket }
  }
}

for (const [perSecond, taken, waitMs] of [
  [1, 1, 1000],
  [5, 5, 200],
  [0.5, 1, 2000],
  [3, 3, 334],
] as const) {
  test(`a sink of ${perSecond} requests a second takes ${taken} at once and the next after ${waitMs} ms`, () => {
    const { bucket: _, ...rest } = drain(perSecond)
    assert.deepEqual(rest, { taken, waitMs })
  })
}

test('after the wait that was named there is one, and no more', () => {
  const { bucket, waitMs } = drain(3)
  assert.equal(drain(3, bucket, at(waitMs)).taken, 1)
})

test('a long rest fills it to one second of requests', () => {
  const { bucket } = drain(5)
  assert.equal(drain(5, bucket, at(3_600_000)).taken, 5)
})

test('a clock that goes back takes nothing away', () => {
  assert.equal(takeToken({ tokens: 1, at: at(1000) }, 1, at(0)).waitMs, 0)
})
