/** The facts that are alerts, so that views need not ask twice. */

import type { Alert, Fact } from '../../journal/entry.ts'
import { assert } from '../../lib/assert.ts'

/** The alert a fact carries. Only handed facts that the store listed as alerts. */
export function alertOf(fact: Fact): Alert {
  assert(fact.body.fact === 'alert', `a ${fact.body.fact} is not an alert`)
  return fact.body.alert
}

/** Codes from 81000 on are our own and have no page at the reference. */
export const isOwnCode = (code: number): boolean => code >= 81_000 && code < 81_100

/** Where the code is explained; null for our own. */
export const moreInfoOf = (code: number): string | null =>
  isOwnCode(code) ? null : `https://www.twilio.com/docs/errors/${code}`
