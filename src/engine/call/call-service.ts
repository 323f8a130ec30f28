/** The engine's door for whoever commands calls: the REST resources, later Dial and Participants. */

import type { HeardSpan } from '../../journal/entry.ts'
import type { Write } from '../../journal/store.ts'
import type { AccountSid, ApplicationSid, CallSid, Instant, NumberSid } from '../../lib/ids.ts'
import type { LegWire } from '../ports/leg.ts'
import type { CallOptions, CallRecord, Fetchable, StatusCallback, VoiceSource } from './call-record.ts'

/** A call to be dialled; all values already checked and defaulted at the door. */
export interface NewCall {
  readonly accountSid: AccountSid
  readonly to: string
  readonly from: string
  readonly phoneNumberSid: NumberSid | null
  readonly applicationSid: ApplicationSid | null
  readonly voice: VoiceSource
  readonly statusCallback: StatusCallback | null
  readonly options: CallOptions
}

/** What a REST update asks. Absent members stay as they are. */
export interface CallChange {
  readonly status?: 'canceled' | 'completed'
  /** New document, in progress only. */
  readonly document?: Fetchable | { readonly twiml: string }
  readonly fallback?: Fetchable
  readonly statusCallback?: Fetchable
  readonly timeLimitSec?: number
}

/** Builds what is committed together with the change, such as the API request and its answer. `place` is the entry's place in the call's order. */
export type Witness = (call: CallRecord, place: number, now: Instant) => readonly Write[]

export type ChangeRefusal = 'not-in-progress'

export interface CallService {
  /** Creates the call (status queued), commits it with what `witness` adds, then begins to dial. Waits while the journal is under pressure. */
  create(call: NewCall, witness: Witness): Promise<CallRecord>
  /** Null when the account has no such call. Live calls answer from memory. */
  find(accountSid: AccountSid, sid: CallSid): Promise<CallRecord | null>
  /**
   * Changes a live or ended call, commits, resolves with the new state; the change then takes effect.
   * A refusal is witnessed too, with the unchanged call; `witness` learns of it.
   */
  change(
    sid: CallSid,
    change: CallChange,
    witness: (result: CallRecord | ChangeRefusal, call: CallRecord, place: number, now: Instant) => readonly Write[],
  ): Promise<CallRecord | ChangeRefusal>
  /** Appends to a call's story without changing it: a refused request on it. */
  witness(sid: CallSid, witness: Witness): Promise<void>
  /** False when the call is still live. */
  delete(accountSid: AccountSid, sid: CallSid): Promise<boolean>
  /** What the party is being played right now, if the call is live. */
  hearing(sid: CallSid): { readonly span: HeardSpan; readonly atMs: number } | null
  /** What went over the wire of a call up to now; null: the call has none, or is not in memory any more. */
  wire(sid: CallSid): Promise<LegWire | null>
}
