/**
 * The circuit breaker of one sink: when most attempts fail it stops trying and probes now and then; a sink that did
 * nothing but fail for a day is `failed` until a test succeeds. While it is not closed its cursor stands still.
 *
 *     closed ──most of ≥ 10 failed in 5 min──► open ──30 s──► half-open ──delivered──► closed
 *                                               ▲                 └──failed──► open
 *     any but failed ──nothing but failures for 24 h──► failed ──delivered (a test)──► closed
 */
import type { Instant } from '../../lib/ids.ts'

export type BreakerState = 'closed' | 'open' | 'half-open' | 'failed'

/**
 * `delivered`: accepted. `refused`: the receiver answered and will not have this batch, which says nothing against
 * trying the next. `failed`: it did not answer, or could not cope. `opened-long-enough`: the wake-up that was asked for.
 */
export type BreakerInput =
  | { readonly input: 'delivered' }
  | { readonly input: 'refused' }
  | { readonly input: 'failed'; readonly failAfterMs?: number }
  | { readonly input: 'opened-long-enough' }

export type BreakerEffect =
  | { readonly effect: 'wake'; readonly at: Instant }
  /** Tell the owner: the sink's status changes. */
  | { readonly effect: 'sink-status'; readonly status: 'active' | 'failed' }

/** Attempts of 30 s; ten of them are the window. */
interface Slot {
  readonly startedAt: number
  readonly attempts: number
  readonly failures: number
}

export interface Breaker {
  readonly state: BreakerState
  /** Oldest first; at most 10. */
  readonly slots: readonly Slot[]
  /** Of the first failure or refusal since the last delivery. */
  readonly failingSince: Instant | null
}

export const CLOSED_BREAKER: Breaker = { state: 'closed', slots: [], failingSince: null }

const WINDOW_MS = 300_000
const SLOT_MS = 30_000
const ATTEMPTS_MIN = 10
const FAILURE_SHARE = 0.7
const OPEN_MS = 30_000
const FAILED_AFTER_MS = 24 * 3_600_000

/** How many requests may be under way: any number, one to see whether it works again, or none. */
export const ALLOWED: Readonly<Record<BreakerState, 'all' | 'one' | 'none'>> = {
  closed: 'all',
  open: 'none',
  'half-open': 'one',
  failed: 'none',
}

/** What each input does in each state; `count` is decided by the window. */
export const BREAKER_TABLE: Readonly<
  Record<BreakerState, Readonly<Partial<Record<BreakerInput['input'], BreakerState | 'count'>>>>
> = {
  closed: { delivered: 'count', refused: 'count', failed: 'count' },
  // Answers to requests that were under way when it opened.
  open: { delivered: 'closed', refused: 'open', failed: 'open', 'opened-long-enough': 'half-open' },
  'half-open': { delivered: 'closed', refused: 'closed', failed: 'open' },
  failed: { delivered: 'closed', refused: 'failed', failed: 'failed' },
}

export function stepBreaker(
  breaker: Breaker,
  input: BreakerInput,
  now: Instant,
): { readonly breaker: Breaker; readonly effects: readonly BreakerEffect[] } {
  const cell = BREAKER_TABLE[breaker.state][input.input]
  if (cell === undefined) return { breaker, effects: [] }
  const failingSince = input.input === 'delivered' ? null : (breaker.failingSince ?? now)
  const slots = breaker.state === 'closed' ? counted(breaker.slots, input.input === 'failed', now) : breaker.slots
  const wanted = cell === 'count' ? (input.input === 'failed' && isFailing(slots) ? 'open' : 'closed') : cell
  const hopeless = input.input !== 'opened-long-enough' && isHopeless(failingSince, input, now)
  return moved(breaker.state, { state: hopeless ? 'failed' : wanted, slots, failingSince }, input, now)
}

function moved(
  from: BreakerState,
  to: Breaker,
  input: BreakerInput,
  now: Instant,
): { readonly breaker: Breaker; readonly effects: readonly BreakerEffect[] } {
  if (to.state === 'closed') {
    const breaker = from === 'closed' ? to : { ...to, slots: [] }
    return { breaker, effects: from === 'failed' ? [{ effect: 'sink-status', status: 'active' }] : [] }
  }
  if (to.state === 'failed')
    return { breaker: to, effects: from === 'failed' ? [] : [{ effect: 'sink-status', status: 'failed' }] }
  const opens = to.state === 'open' && from !== 'open' && input.input === 'failed'
  return { breaker: to, effects: opens ? [{ effect: 'wake', at: (now + OPEN_MS) as Instant }] : [] }
}

function counted(slots: readonly Slot[], failed: boolean, now: Instant): readonly Slot[] {
  const recent = slots.filter((slot) => slot.startedAt > now - WINDOW_MS)
  const last = recent.at(-1)
  const current = last && now < last.startedAt + SLOT_MS ? last : { startedAt: now, attempts: 0, failures: 0 }
  const grown = { ...current, attempts: current.attempts + 1, failures: current.failures + (failed ? 1 : 0) }
  return current === last ? [...recent.slice(0, -1), grown] : [...recent, grown]
}

function isFailing(slots: readonly Slot[]): boolean {
  const attempts = slots.reduce((sum, slot) => sum + slot.attempts, 0)
  const failures = slots.reduce((sum, slot) => sum + slot.failures, 0)
  return attempts >= ATTEMPTS_MIN && failures / attempts >= FAILURE_SHARE
}

/** A day without a delivery, or as long as this kind of failure is given. */
function isHopeless(failingSince: Instant | null, input: BreakerInput, now: Instant): boolean {
  if (failingSince === null) return false
  const afterMs = (input.input === 'failed' ? input.failAfterMs : undefined) ?? FAILED_AFTER_MS
  return now - failingSince >= afterMs
}
