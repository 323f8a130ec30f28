/** An alert as our own API shows it: camelCase, nothing left out. */
import type { Alert, Fact } from '../../journal/entry.ts'
import { formatIso } from '../../lib/dates.ts'
import type { AccountSid, CallSid } from '../../lib/ids.ts'
import { alertOf, moreInfoOf } from './alert-fact.ts'

export interface AlertView {
  readonly sid: string
  readonly accountSid: AccountSid
  readonly callSid: CallSid | null
  readonly code: number
  readonly level: Alert['level']
  readonly message: string
  /** Null for codes of our own. */
  readonly moreInfo: string | null
  /** ISO 8601. */
  readonly at: string
  readonly request: Alert['request'] | null
  readonly response: Alert['response'] | null
  /** Position in the document, from 1. */
  readonly line: number | null
  readonly column: number | null
}

export function alertView(fact: Fact): AlertView {
  const alert = alertOf(fact)
  return {
    sid: alert.sid,
    accountSid: fact.accountSid,
    callSid: fact.callSid,
    code: alert.code,
    level: alert.level,
    message: alert.message,
    moreInfo: moreInfoOf(alert.code),
    at: formatIso(fact.at),
    request: alert.request ?? null,
    response: alert.response ?? null,
    line: alert.line ?? null,
    column: alert.column ?? null,
  }
}
