/** When a failed delivery is tried again, and when no more. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../../lib/ids.ts'
import { nextAttemptAt, parseRetryAfter, RETRY_POLICY } from './retry.ts'

const START = 1_767_323_045_000 as Instant
const HOUR_MS = 3_600_000
const after = (attempts: number, more: { random?: number; sinceMs?: number; afterMs?: number } = {}) => {
  const now = (START + (more.sinceMs ?? 0)) as Instant
  const { afterMs } = more
  const at = nextAttemptAt({
    attempts,
    firstAttemptAt: START,
    now,
    random: more.random ?? 0.5,
    ...(afterMs !== undefined && { afterMs }),
  })
  return at === null ? null : at - now
}

for (const [attempts, random, delayMs] of [
  [1, 0.5, 1000],
  [1, 0, 500],
  [1, 0.999, 1499],
  [2, 0.5, 2000],
  [5, 0.5, 16_000],
  [10, 0.5, 512_000],
  [11, 0.5, 900_000], // 1,024 s would be over the longest.
  [11, 0, 450_000],
  [60, 0.5, 900_000],
] as const) {
  test(`after attempt ${attempts}, with ${random} drawn, the next comes in ${delayMs} ms`, () => {
    assert.equal(after(attempts, { random }), delayMs)
  })
}

for (const [what, asked, delayMs] of [
  ['less than our own delay', 100, 1000],
  ['a minute', 60_000, 60_000],
  ['a day: two hours more than our own delay at most', 24 * HOUR_MS, 1000 + 2 * HOUR_MS],
] as const) {
  test(`a receiver may ask for ${what}`, () => assert.equal(after(1, { afterMs: asked }), delayMs))
}

for (const [sinceMs, delayMs] of [
  [4 * HOUR_MS - 900_000, 900_000],
  [4 * HOUR_MS - 899_999, null],
  [5 * HOUR_MS, null],
] as const) {
  test(`${sinceMs / 60_000} minutes after the first attempt ${delayMs === null ? 'there is no other' : 'there is one more'}`, () => {
    assert.equal(after(20, { sinceMs }), delayMs)
  })
}

test('a sink can be given a window of its own', () => {
  const failed = { attempts: 20, firstAttemptAt: START, now: (START + 71 * HOUR_MS) as Instant, random: 0.5 }
  assert.equal(nextAttemptAt(failed, { ...RETRY_POLICY, windowMs: 72 * HOUR_MS }), failed.now + 900_000)
})

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5) as Instant
for (const [header, ms] of [
  ['120', 120_000],
  [' 0 ', 0],
  ['Fri, 02 Jan 2026 03:05:05 GMT', 60_000],
  ['Friday, 02-Jan-26 03:05:05 GMT', 60_000],
  ['Fri Jan  2 03:05:05 2026', 60_000],
  ['Thu, 01 Jan 2026 00:00:00 GMT', 0],
  ['-5', null],
  ['1.5', null],
  ['soon', null],
  ['2026-01-02T03:05:05Z', null],
  ['Fri, 99 Jan 2026 03:05:05 GMT', null],
  ['', null],
] as const) {
  test(`Retry-After ${JSON.stringify(header)} ${ms === null ? 'says nothing' : `asks for ${ms} ms`}`, () => {
    assert.equal(parseRetryAfter(header, NOW), ms)
  })
}
