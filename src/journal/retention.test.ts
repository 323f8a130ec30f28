/** Retention over a clock turned by hand and a store that counts what it was asked to erase. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Clock } from '../lib/clock.ts'
import type { Instant } from '../lib/ids.ts'
import { silentLogger } from '../lib/logger.ts'
import { Retention } from './retention.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

function aBed(old: number, options: { retentionDays?: number; everyMs?: number } = {}) {
  let now = 100 * DAY_MS
  const timers = new Set<{ at: number; wake: () => void }>()
  const daemon = (afterMs: number, wake: () => void) => {
    const timer = { at: now + afterMs, wake }
    timers.add(timer)
    return { cancel: () => void timers.delete(timer) }
  }
  const onlyDaemons = () => assert.fail('retention neither pulls nor holds the clock')
  const clock: Clock = { kind: 'virtual', now: () => now as Instant, after: onlyDaemons, daemon, hold: onlyDaemons }
  const asked: { before: number; max: number }[] = []
  const bed = { left: old, failing: false, asked, timers }
  const eraseOlderThan = async (before: Instant, max: number) => {
    asked.push({ before, max })
    if (bed.failing) throw new Error('disk full')
    const erased = Math.min(max, bed.left)
    bed.left -= erased
    return erased
  }
  const recordings: { before: number; max: number }[] = []
  const eraseRecordings = async (before: Instant, max: number) => {
    recordings.push({ before, max })
    return recordings.length === 1 ? max : 0
  }
  const retention = new Retention({
    store: { eraseOlderThan, eraseRecordings },
    clock,
    logger: silentLogger,
    ...options,
  })
  const pass = async (ms: number) => {
    now += ms
    for (const timer of [...timers].filter(({ at }) => at <= now)) {
      timers.delete(timer)
      timer.wake()
    }
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  return { ...bed, bed, recordings, retention, pass, now: () => now }
}

test('soon after the start, then every hour, everything older than thirty days goes in chunks of 500', async () => {
  const { retention, bed, asked, pass, now } = aBed(1200)
  retention.start()
  assert.equal(asked.length, 0)
  await pass(1000)
  assert.deepEqual(
    asked,
    [1, 2, 3].map(() => ({ before: now() - 30 * DAY_MS, max: 500 })),
  )
  assert.equal(bed.left, 0)
  await pass(HOUR_MS - 1)
  assert.equal(asked.length, 3)
  await pass(1)
  assert.deepEqual(asked.slice(3), [{ before: now() - 30 * DAY_MS, max: 500 }])
})

test('what is known of recordings deleted forty days ago goes too, in chunks', async () => {
  const { retention, recordings, pass, now } = aBed(0)
  retention.start()
  await pass(1000)
  const chunk = { before: now() - 40 * DAY_MS, max: 500 }
  assert.deepEqual(recordings, [chunk, chunk])
})

test('days and interval are as configured', async () => {
  const { retention, asked, pass, now } = aBed(0, { retentionDays: 2, everyMs: 500 })
  retention.start()
  await pass(500)
  await pass(500)
  assert.deepEqual([asked.length, asked[1]?.before], [2, now() - 2 * DAY_MS])
})

test('a failure is tried again at the next hour', async () => {
  const { retention, bed, asked, pass } = aBed(10)
  bed.failing = true
  retention.start()
  await pass(1000)
  bed.failing = false
  await pass(HOUR_MS)
  assert.deepEqual([asked.length, bed.left], [2, 0])
})

test('stopping ends between two chunks, twice if need be, and nothing wakes afterwards', async () => {
  const { retention, bed, asked, timers, pass } = aBed(5000)
  retention.start()
  retention.start()
  assert.equal(timers.size, 1)
  const woken = pass(1000)
  await retention.stop()
  await retention.stop()
  await woken
  assert.ok(bed.left > 0)
  const before = asked.length
  await pass(10 * HOUR_MS)
  assert.deepEqual([asked.length, timers.size], [before, 0])
})
