/**
 * The store port: what the journal asks of a database. Implementations live in adapters (SQLite, PostgreSQL) and pass
 * one conformance suite (test/suites/store.ts).
 */
import type { AccountSid, CallSid, ConferenceSid, ExchangeSid, Instant, RecordingSid } from '../lib/ids.ts'
import type { Entry, Exchange, Fact, FactBody, Intent, Sequenced } from './entry.ts'

/** Opaque position in the journal. Only a store makes and reads one; `START` is before everything. */
export type Cursor = string & { readonly cursor: true }
export const START = '' as Cursor

/** State that is written in the same commit as the entries that changed it. `row` is the owner's own JSON value. */
export interface CallRow {
  readonly sid: CallSid
  readonly accountSid: AccountSid
  readonly parentCallSid: CallSid | null
  readonly to: string
  readonly from: string
  readonly status: string
  readonly live: boolean
  readonly createdAt: Instant
  readonly startedAt: Instant | null
  readonly endedAt: Instant | null
  readonly row: unknown
}

/** What is known of one recording; its audio is a file and none of the store's business. */
export interface RecordingRow {
  readonly sid: RecordingSid
  readonly accountSid: AccountSid
  readonly callSid: CallSid
  readonly conferenceSid: ConferenceSid | null
  readonly createdAt: Instant
  /** It is not over: after a crash somebody has to end it. */
  readonly live: boolean
  /** Its audio was deleted then. */
  readonly deletedAt: Instant | null
  readonly row: unknown
}

/** A room by its name, with the participants that are in it. */
export interface ConferenceRow {
  readonly sid: ConferenceSid
  readonly accountSid: AccountSid
  readonly friendlyName: string
  readonly status: string
  /** It is not over: after a crash somebody has to end it. */
  readonly live: boolean
  readonly createdAt: Instant
  readonly updatedAt: Instant
  readonly row: unknown
}

export type Write =
  | Fact
  | Exchange
  | Intent
  | { readonly kind: 'call'; readonly call: CallRow }
  /** The call, its entries and open intents disappear. Its recordings stay. */
  | { readonly kind: 'delete-call'; readonly callSid: CallSid }
  | { readonly kind: 'recording'; readonly recording: RecordingRow }
  | { readonly kind: 'conference'; readonly conference: ConferenceRow }
  | { readonly kind: 'resource'; readonly resource: ResourceRow }
  | { readonly kind: 'delete-resource'; readonly type: ResourceType; readonly sid: string }
  | { readonly kind: 'cursor'; readonly reader: string; readonly cursor: Cursor }

export type ResourceType =
  | 'account'
  | 'key'
  | 'number'
  | 'application'
  | 'phone'
  | 'sound'
  | 'queue'
  | 'transcription'
  | 'sip-domain'
  | 'sip-credential-list'
  | 'sip-credential'
  | 'sip-ip-list'
  | 'sip-ip-address'
  | 'sip-mapping'
  | 'sip-trunk'

/**
 * Things with an identity and few changes: numbers, applications, keys, accounts, queues, simulated phones, named sounds,
 * transcriptions.
 */
export interface ResourceRow {
  readonly type: ResourceType
  /** The key within its type: a SID, or an account and what it calls the thing: a phone's number, a sound's name. */
  readonly sid: string
  readonly accountSid: AccountSid
  readonly createdAt: Instant
  readonly row: unknown
}

export interface CallFilter {
  readonly accountSid: AccountSid
  readonly to?: string
  readonly from?: string
  readonly parentCallSid?: string
  readonly status?: string
  /** Half-open ranges [from, to) on start and end time. */
  readonly startedFrom?: Instant
  readonly startedTo?: Instant
  readonly endedFrom?: Instant
  readonly endedTo?: Instant
}

export interface RecordingFilter {
  readonly accountSid: AccountSid
  readonly callSid?: string
  readonly conferenceSid?: string
  /** Half open: [from, to). */
  readonly createdFrom?: Instant
  readonly createdTo?: Instant
  /** Also those whose audio was deleted. */
  readonly deleted: boolean
}

export interface ConferenceFilter {
  readonly accountSid: AccountSid
  readonly friendlyName?: string
  readonly status?: string
  /** Half open: [from, to). */
  readonly createdFrom?: Instant
  readonly createdTo?: Instant
  readonly updatedFrom?: Instant
  readonly updatedTo?: Instant
}

/** `now`: somebody waits for it. `soon`: nobody does, so it may wait some milliseconds for others to be written with. */
export type When = 'now' | 'soon'

export interface Store {
  /**
   * One atomic group. Resolves after the commit is on disk, in the order of the calls; the sequence numbers are those
   * of the group's facts and exchanges, in order. Writing an exchange removes the intent of the same SID.
   */
  append(group: readonly Write[], when?: When): Promise<readonly number[]>

  /** Entries after the cursor, oldest first, and the cursor behind the last of them. `max` at most 1000. */
  readAfter(cursor: Cursor, max: number): Promise<{ readonly entries: readonly Sequenced[]; readonly cursor: Cursor }>
  /** The cursor behind everything written up to now. */
  head(): Promise<Cursor>
  /** The position behind entry `seq`, for readers that were handed committed entries in memory. */
  cursorAt(seq: number): Cursor
  savedCursor(reader: string): Promise<Cursor>

  /** Exchanges of one call in the call's order, after a place (-1 for all). `max` at most 1001. */
  exchangesOfCall(callSid: CallSid, afterPlace: number, max: number): Promise<readonly Exchange[]>
  /** Facts of one call in the call's order; of the kinds named, or all. `max` at most 10,000. */
  factsOfCall(callSid: CallSid, kinds: readonly FactBody['fact'][], max: number): Promise<readonly Fact[]>
  /** Alerts of an account (and one of its calls), newest first. `before` is the SID of an alert already seen. */
  alerts(filter: { accountSid: AccountSid; callSid?: CallSid; before?: string }, max: number): Promise<readonly Fact[]>
  /** The highest place among one call's entries and open intents, -1 when it has none. */
  lastPlace(callSid: CallSid): Promise<number>
  openIntents(): Promise<readonly Intent[]>
  closeIntents(sids: readonly ExchangeSid[]): Promise<void>

  call(sid: CallSid): Promise<CallRow | null>
  /** Newest first; `after` is the SID of the last call of the page before. `max` at most 1001. */
  calls(filter: CallFilter, page: { readonly after: CallSid | null; readonly max: number }): Promise<readonly CallRow[]>
  liveCalls(): Promise<readonly CallRow[]>

  recording(sid: RecordingSid): Promise<RecordingRow | null>
  /** Newest first, by `createdAt`; `after` is the SID of the last one of the page before. `max` at most 1001. */
  recordings(
    filter: RecordingFilter,
    page: { readonly after: RecordingSid | null; readonly max: number },
  ): Promise<readonly RecordingRow[]>
  /** Oldest first, in the order in which they were first written. */
  liveRecordings(): Promise<readonly RecordingRow[]>

  conference(sid: ConferenceSid): Promise<ConferenceRow | null>
  /** Newest first, by `createdAt`; `after` is the SID of the last one of the page before. `max` at most 1001. */
  conferences(
    filter: ConferenceFilter,
    page: { readonly after: ConferenceSid | null; readonly max: number },
  ): Promise<readonly ConferenceRow[]>
  /** Oldest first, in the order in which they were first written. */
  liveConferences(): Promise<readonly ConferenceRow[]>

  resource(type: ResourceType, sid: string): Promise<ResourceRow | null>
  /** Oldest first. Bounded: at most 10,000 rows of a type are kept per account. */
  resources(type: ResourceType, accountSid?: AccountSid): Promise<readonly ResourceRow[]>

  /** Erases entries older than `before`, at most `max` of them; how many went. Live calls keep theirs. */
  eraseOlderThan(before: Instant, max: number): Promise<number>
  /** Erases recordings deleted before then, at most `max` (≤ 10,000) of them; how many went. */
  eraseRecordings(deletedBefore: Instant, max: number): Promise<number>
  /** Time of the newest entry, call, recording or conference, null when empty: where a virtual clock goes on. */
  lastInstant(): Promise<Instant | null>
  close(): Promise<void>
}

export type { Entry }
