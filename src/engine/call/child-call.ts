/**
 * A call that another one dials: its story is told by the verb that dialled it, not by a document of its own. The verb
 * drives it through this handle, and is told through its driver.
 */

import type { CallHost } from '../interpreter/flow.ts'
import type { Leg } from '../ports/leg.ts'
import type { CallRecord, StatusCallback } from './call-record.ts'

export interface NewChild {
  readonly to: string
  readonly from: string
  /** Ring time until `no-answer`, any grace included. */
  readonly timeoutSec: number
  readonly statusCallback: StatusCallback | null
  /** Further standard parameters of requests about it, by wire name. */
  readonly extraParameters: Readonly<Record<string, string>>
  /** Credentials for a `sip:` address. */
  readonly sipAuth: { readonly username: string; readonly password: string } | null
}

/** Told of a child by its call, each at most once and in this order; nothing after `over` or `redirected`. */
export interface ChildDriver {
  rang(): void
  answered(): void
  /** It has ended, however; `record` has its final status. */
  over(record: CallRecord): void
  /** REST gave it a document of its own: it is nobody's child any more, and lives on. */
  redirected(): void
}

export interface ChildCall {
  readonly record: CallRecord
  readonly leg: Leg | null
  /** For documents that run on the child: a whisper. Stopped when the child ends or is redirected. */
  readonly host: CallHost
  /** Told of every key its party presses, until the function it returns is called. */
  onKey(listener: (key: string) => void): () => void
  /** Cancels it while it rings, hangs it up when it is up. `over` is told all the same. */
  hangUp(): void
}

/** Resolves when the child's record is on disk; ringing begins after that. Null when the platform takes no more calls. */
export type DialChild = (child: NewChild, driver: ChildDriver) => Promise<ChildCall | null>
