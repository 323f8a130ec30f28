/** A token bucket: how many requests a sink may be sent now, and how long to wait for the next. */
import type { Instant } from '../../lib/ids.ts'

export interface Bucket {
  readonly tokens: number
  readonly at: Instant
}

/** Full: one second's worth, at least one. */
export const fullBucket = (perSecond: number, now: Instant): Bucket => ({ tokens: Math.max(1, perSecond), at: now })

/**
 * Takes one token.
 * @param perSecond above 0
 * @returns `waitMs` 0 when it was taken; else the bucket is as full as it is now, to be asked again after that time.
 */
export function takeToken(
  bucket: Bucket,
  perSecond: number,
  now: Instant,
): { readonly bucket: Bucket; readonly waitMs: number } {
  const sinceMs = Math.max(0, now - bucket.at)
  const tokens = Math.min(Math.max(1, perSecond), bucket.tokens + (sinceMs * perSecond) / 1000)
  // A wait in whole milliseconds may end a rounding error short of a token.
  if (tokens >= 1 - 1e-9) return { bucket: { tokens: Math.max(0, tokens - 1), at: now }, waitMs: 0 }
  return { bucket: { tokens, at: now }, waitMs: Math.ceil(((1 - tokens) * 1000) / perSecond) }
}
