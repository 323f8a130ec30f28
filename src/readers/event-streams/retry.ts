/**
 * When a failed delivery is tried again: exponential back-off with jitter inside a window, and never before the moment
 * the receiver names in Retry-After. All pure: now and the random number are handed in.
 */
import type { Instant } from '../../lib/ids.ts'

export interface RetryPolicy {
  /** The delay doubles from here … */
  readonly firstDelayMs: number
  /** … to here. */
  readonly delayMsMax: number
  /** From the first attempt; what has not been delivered then is a dead letter. At most 72 h. */
  readonly windowMs: number
}

const HOUR_MS = 3_600_000

export const RETRY_POLICY: RetryPolicy = { firstDelayMs: 1000, delayMsMax: 900_000, windowMs: 4 * HOUR_MS }
export const RETRY_WINDOW_MS_MAX = 72 * HOUR_MS

/** A receiver may ask for this much more patience than our own delay, not more. */
const RETRY_AFTER_MS_EXTRA = 2 * HOUR_MS

export interface FailedAttempt {
  /** Attempts made so far, at least 1. */
  readonly attempts: number
  readonly firstAttemptAt: Instant
  readonly now: Instant
  /** In [0, 1). */
  readonly random: number
  /** What the receiver asked for, if it did. */
  readonly afterMs?: number
}

/** @returns null when the window would be over: give up. */
export function nextAttemptAt(failed: FailedAttempt, policy: RetryPolicy = RETRY_POLICY): Instant | null {
  const delayMs = Math.min(policy.firstDelayMs * 2 ** (failed.attempts - 1), policy.delayMsMax)
  const ownMs = Math.round(delayMs * (0.5 + failed.random))
  const wantedMs = Math.min(failed.afterMs ?? 0, ownMs + RETRY_AFTER_MS_EXTRA)
  const at = failed.now + Math.max(ownMs, wantedMs)
  return at > failed.firstAttemptAt + policy.windowMs ? null : (at as Instant)
}

const SECONDS = /^\d{1,10}$/
// RFC 9110 §5.6.7: the one form that is sent, and the two old ones that must be read.
const IMF_FIXDATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/
const RFC_850 = /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/

/** Retry-After (RFC 9110 §10.2.3) in milliseconds from now, 0 for a moment that has passed; null when it is neither form. */
export function parseRetryAfter(header: string, now: Instant): number | null {
  const text = header.trim()
  if (SECONDS.test(text)) return Number(text) * 1000
  if (!IMF_FIXDATE.test(text) && !RFC_850.test(text) && !ASCTIME.test(text)) return null
  const at = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`)
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}
