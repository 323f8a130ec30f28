import assert from 'node:assert/strict'
import { test } from 'node:test'
import { holding, sleep } from './clock.ts'
import type { Instant } from './ids.ts'
import { VirtualClock } from './virtual-clock.ts'

const START = Date.UTC(2030, 0, 1) as Instant
const aClock = (mode: 'auto' | 'held' = 'auto') => new VirtualClock({ startAt: START, settleMs: 0, mode })
const elapsed = (clock: VirtualClock) => clock.now() - START

test('an hour passes at once when nobody holds the clock', async () => {
  const clock = aClock()
  await sleep(clock, 3_600_000)
  assert.equal(elapsed(clock), 3_600_000)
})

test('timers fire in order of time, equal times in the order they were set', async () => {
  const clock = aClock('held')
  const fired: string[] = []
  clock.after(20, () => fired.push('c'))
  clock.after(10, () => fired.push('a'))
  clock.after(10, () => fired.push('b'))
  clock.after(15, () => fired.push('x')).cancel()
  await clock.advance(20)
  assert.deepEqual(fired, ['a', 'b', 'c'])
})

test('time stands still while held, even across real waiting', async () => {
  const clock = aClock()
  let fired = false
  const hold = clock.hold('an exchange')
  clock.after(5, () => {
    fired = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(fired, false)
  assert.deepEqual(clock.holds(), [{ why: 'an exchange', count: 1 }])
  hold.release()
  hold.release()
  await sleep(clock, 5)
  assert.equal(fired, true)
  assert.deepEqual(clock.holds(), [])
})

test('what a timer sets off is over before the next timer fires', async () => {
  const clock = aClock()
  const story: string[] = []
  clock.after(10, () => {
    void (async () => {
      for (let step = 0; step < 50; step++) await Promise.resolve()
      await holding(clock, 'commit', () => new Promise((resolve) => setImmediate(resolve)))
      story.push(`first at ${elapsed(clock)}`)
    })()
  })
  clock.after(11, () => story.push(`second at ${elapsed(clock)}`))
  await sleep(clock, 12)
  assert.deepEqual(story, ['first at 10', 'second at 11'])
})

test('a held clock moves exactly as far as it is advanced', async () => {
  const clock = aClock('held')
  let fired = 0
  clock.after(1000, () => {
    fired += 1
  })
  await clock.advance(999)
  assert.deepEqual([elapsed(clock), fired], [999, 0])
  await clock.advance(1)
  assert.deepEqual([elapsed(clock), fired], [1000, 1])
})

test('until idle runs every timer, also those set on the way, and stops at the last', async () => {
  const clock = aClock('held')
  clock.after(10, () => clock.after(100, () => clock.after(1000, () => {})))
  await clock.untilIdle()
  assert.equal(elapsed(clock), 1110)
})

test('daemon timers never pull the clock and fire once it has passed them', async () => {
  const clock = aClock()
  const fired: number[] = []
  clock.daemon(50, () => fired.push(elapsed(clock)))
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(elapsed(clock), 0)
  await sleep(clock, 200)
  assert.deepEqual(fired, [200])
})

test('a sleep ends early when it is stopped', async () => {
  const clock = aClock('held')
  const stop = new AbortController()
  const sleeping = sleep(clock, 1000, stop.signal)
  stop.abort()
  await sleeping
  assert.equal(elapsed(clock), 0)
  assert.equal(clock.pending, 0)
})

test('thousands of cancelled timers do not pile up and order survives', async () => {
  const clock = aClock('held')
  const fired: number[] = []
  for (let index = 0; index < 5000; index++) {
    const timer = clock.after((index * 7919) % 5000, () => fired.push((index * 7919) % 5000))
    if (index % 5 !== 0) timer.cancel()
  }
  assert.equal(clock.pending, 1000)
  await clock.advance(5000)
  assert.equal(fired.length, 1000)
  assert.deepEqual(
    fired,
    fired.toSorted((a, b) => a - b),
  )
})
