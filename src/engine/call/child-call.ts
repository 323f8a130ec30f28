/**
 * A call that another one dials: its story is told by the verb that dialled it, not by a document of its own. The verb
 * drives it through this handle, and is told through its driver.
 */

import type { Instant, RecordingSid } from '../../lib/ids.ts'
import type { CallHost, DocumentSource } from '../interpreter/flow.ts'
import type { CalledApplication, Leg, SipDetails } from '../ports/leg.ts'
import type { CallOptions, CallRecord, StatusCallback } from './call-record.ts'

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
  /** Called instead of an address. */
  readonly application?: CalledApplication
  /** What else was asked of the leg. */
  readonly options?: Partial<
    Pick<CallOptions, 'machineDetection' | 'byoc' | 'callReason' | 'clientNotificationUrl' | 'sipHeaders'>
  >
}

/** A recording that a child's last callback tells of. */
export interface ToldRecording {
  readonly sid: RecordingSid
  readonly url: string
  readonly startedAt: Instant
}

/** Told of a child by its call, each at most once and in this order; nothing after `over` or `redirected`. */
export interface ChildDriver {
  rang(): void
  /** It can be heard before it picks up. */
  heardEarly?(): void
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
  /** Told when its party asks to be replaced; answers whether that is done. Until the function it returns is called. */
  onTransfer(listener: (target: string, sip?: SipDetails) => boolean): () => void
  /** Its last callback tells of this recording. */
  recordedAs(recording: ToldRecording): void
  /** Gives it a document of its own: it is nobody's child any more. */
  runDocument(source: DocumentSource): void
  /** Cancels it while it rings, hangs it up when it is up. `over` is told all the same. */
  hangUp(): void
}

/** Resolves when the child's record is on disk; ringing begins after that. Null when the platform takes no more calls. */
export type DialChild = (child: NewChild, driver: ChildDriver) => Promise<ChildCall | null>
