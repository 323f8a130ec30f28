/** What follows a failed attempt: another try at a named time, halves, or the dead letters. Pure. */
import type { Instant } from '../../lib/ids.ts'
import type { Delivery, DeliveryCode } from './delivery.ts'
import type { AttemptOutcome, Trigger } from './delivery-store.ts'
import { nextAttemptAt, RETRY_POLICY, type RetryPolicy } from './retry.ts'

export type NextStep =
  | { readonly step: 'done' }
  /** `places`: of the events in the batch that go again; null: all. */
  | { readonly step: 'again'; readonly at: Instant; readonly places: readonly number[] | null }
  | { readonly step: 'halve' }
  /** `places` as above: the others have arrived. */
  | { readonly step: 'bury'; readonly places: readonly number[] | null }

/** A test is tried once more, and nobody misses it then. */
const TEST_ATTEMPTS_MAX = 2

export interface Tried {
  readonly trigger: Trigger
  /** Including this one. */
  readonly attempts: number
  readonly firstAt: Instant
  readonly now: Instant
  readonly random: number
  readonly policy?: RetryPolicy
}

export function nextStep(delivery: Delivery, tried: Tried): NextStep {
  if (delivery.outcome === 'delivered') return { step: 'done' }
  if (delivery.outcome === 'give-up') return delivery.halve ? { step: 'halve' } : { step: 'bury', places: null }
  const places = delivery.outcome === 'partly' ? delivery.again : null
  if (delivery.outcome === 'broken-sink' && !delivery.keep) return { step: 'bury', places }
  if (tried.trigger === 'test' && tried.attempts >= TEST_ATTEMPTS_MAX) return { step: 'bury', places }
  const { attempts, firstAt, now, random, policy = RETRY_POLICY } = tried
  const afterMs = delivery.outcome === 'broken-sink' ? undefined : delivery.afterMs
  const at = nextAttemptAt(
    { attempts, firstAttemptAt: firstAt, now, random, ...(afterMs !== undefined && { afterMs }) },
    policy,
  )
  return at === null ? { step: 'bury', places } : { step: 'again', at, places }
}

/** How the attempt log calls it. */
export function outcomeOf(delivery: Delivery, { step }: NextStep): AttemptOutcome {
  if (delivery.outcome === 'partly') return 'partly'
  return ({ done: 'delivered', again: 'retrying', halve: 'split', bury: 'given-up' } as const)[step]
}

export const failureOf = (delivery: Delivery): { readonly code: DeliveryCode; readonly why: string } | null =>
  delivery.outcome === 'delivered' ? null : { code: delivery.code, why: delivery.why }
