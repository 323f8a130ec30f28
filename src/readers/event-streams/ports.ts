/**
 * What Event Streams keeps, and what it asks of a store. Sinks and subscriptions are few and change rarely: a store may
 * hold them as plain JSON. The one thing that needs care is *when* a subscription's types count, see `SubscribedRange`.
 */
import type { AccountSid, Instant, Sid } from '../../lib/ids.ts'
import type { SigningSecrets } from './sinks/sink.ts'
import type { SinkConfig } from './sinks/sink-config.ts'

export type SinkSid = Sid<'DG'>
export type SubscriptionSid = Sid<'DF'>

/** `active` receives events. `failed` was given up, until a test succeeds. The other two are historic. */
export type SinkStatus = 'initialized' | 'validating' | 'active' | 'failed'

export const SINK_STATUSES: readonly SinkStatus[] = ['initialized', 'validating', 'active', 'failed']

export interface SinkRow {
  readonly sid: SinkSid
  readonly accountSid: AccountSid
  readonly description: string
  readonly sink: SinkConfig
  /** Of webhook sinks that sign by Standard Webhooks; null otherwise. Belongs encrypted at rest, as `sink` does. */
  readonly secrets: SigningSecrets | null
  readonly status: SinkStatus
  readonly createdAt: Instant
  readonly updatedAt: Instant
  /** Grows by one with each save. */
  readonly version: number
}

/**
 * A type is subscribed for a stretch `[from, to)` of the journal's sequence, under one schema version and filter. Changing
 * either ends the stretch and begins another, so a sink that lags neither loses nor gains events by a change made later.
 */
export interface SubscribedRange {
  readonly type: string
  readonly schemaVersion: number
  readonly filter: string | null
  readonly from: number
  /** Null while it lasts. */
  readonly to: number | null
}

export interface SubscriptionRow {
  readonly sid: SubscriptionSid
  readonly accountSid: AccountSid
  readonly sinkSid: SinkSid
  readonly description: string
  readonly filter: string | null
  /** At most one open range a type; closed ones stay until every cursor has passed them. */
  readonly ranges: readonly SubscribedRange[]
  readonly createdAt: Instant
  readonly updatedAt: Instant
  readonly version: number
}

/** `now` is the place of the commit that saves it: nothing written before counts, everything after does. */
export type DraftRange = Omit<SubscribedRange, 'from' | 'to'> & {
  readonly from: number | 'now'
  readonly to: number | 'now' | null
}
export type SubscriptionDraft = Omit<SubscriptionRow, 'ranges'> & { readonly ranges: readonly DraftRange[] }

export interface StreamStore {
  /** Oldest first; at most 100 an account. */
  sinks(accountSid: AccountSid): Promise<readonly SinkRow[]>
  sink(accountSid: AccountSid, sid: SinkSid): Promise<SinkRow | null>
  /** `full` when the account has `max` already, decided in the same commit. */
  addSink(row: SinkRow, max: number): Promise<'added' | 'full'>
  /** Saves with the next version, unless the stored one is no longer `row.version`. */
  saveSink(row: SinkRow): Promise<'saved' | 'changed'>
  /** Its subscription stays and receives nothing. False when there is no such sink. */
  deleteSink(accountSid: AccountSid, sid: SinkSid): Promise<boolean>

  /** Oldest first; at most 100 an account. */
  subscriptions(accountSid: AccountSid): Promise<readonly SubscriptionRow[]>
  subscription(accountSid: AccountSid, sid: SubscriptionSid): Promise<SubscriptionRow | null>
  /** The row with its places filled in, or why not: decided in the same commit. */
  addSubscription(draft: SubscriptionDraft, max: number): Promise<SubscriptionRow | 'full' | 'sink-in-use'>
  /** As `saveSink`. */
  saveSubscription(draft: SubscriptionDraft): Promise<SubscriptionRow | 'changed'>
  /** Gone from these reads at once; readers behind it still find its ranges, ended here. False when there is none. */
  deleteSubscription(accountSid: AccountSid, sid: SubscriptionSid): Promise<boolean>
}

/** Sends test events through a sink's real path. */
export interface SinkTester {
  /** Returns once the test is on its way, not when it arrived. */
  deliverTest(sink: SinkRow): Promise<void>
  /** Whether a test with this id was sent to the sink and accepted. */
  testArrived(sinkSid: SinkSid, testId: string): Promise<boolean>
}
