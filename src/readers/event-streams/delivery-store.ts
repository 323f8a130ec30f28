/**
 * What delivering needs of a store: how far each sink is, deliveries that wait, dead letters, the attempt log, and jobs.
 * One promise holds it together: a sink's cursor advances only in a commit after which every event up to it has been
 * delivered, waits in a row of its own, or is a dead letter. Successes leave no rows but their line in the attempt log.
 */
import type { Sequenced } from '../../journal/entry.ts'
import type { AccountSid, Instant, Sid } from '../../lib/ids.ts'
import type { DeliveryCode } from './delivery.ts'
import type { SinkRow, SinkSid, SubscriptionRow, SubscriptionSid } from './ports.ts'

export type DeadLetterSid = Sid<'DL'>
export type RedriveSid = Sid<'RD'>
export type ReplaySid = Sid<'RP'>

/** Why a delivery is made. */
export type Trigger = 'event' | 'retry' | 'replay' | 'redrive' | 'test'

/**
 * `delivered`; `partly`: the rest is tried again; `retrying`; `split`: its halves are tried; `given-up`: dead letters;
 * `stopped`: the platform stopped in the middle; `unknown`: it was killed in the middle, the receiver may have got it.
 */
export type AttemptOutcome = 'delivered' | 'partly' | 'retrying' | 'split' | 'given-up' | 'stopped' | 'unknown'

export const ATTEMPT_OUTCOMES: readonly AttemptOutcome[] = [
  'delivered',
  'partly',
  'retrying',
  'split',
  'given-up',
  'stopped',
  'unknown',
]

export interface AttemptedEvent {
  readonly id: string
  readonly type: string
  /** What the event is about, where that is a call. */
  readonly callSid: string | null
}

/** Written before the request is sent, so that the log has every request that a receiver can have seen. */
export interface BegunAttempt {
  /** Grows. */
  readonly id: number
  readonly at: Instant
  readonly accountSid: AccountSid
  readonly sinkSid: SinkSid
  /** The same for all attempts at a batch. */
  readonly deliveryId: string
  /** 1 for the first. */
  readonly attempt: number
  readonly trigger: Trigger
  /** Without user info; null when the sink has none. */
  readonly url: string | null
  readonly testId: string | null
  readonly events: readonly AttemptedEvent[]
}

export interface EndedAttempt {
  readonly id: number
  readonly outcome: AttemptOutcome
  readonly code: DeliveryCode | null
  /** HTTP status; null when none came, or the sink has none. */
  readonly status: number | null
  /** Real milliseconds. */
  readonly durationMs: number
  readonly why: string | null
  /** Of a failed attempt, the first 4 KiB of what came back. */
  readonly answer: string | null
  readonly nextAt: Instant | null
}

/** `end` is null while it is under way. */
export interface AttemptRow extends BegunAttempt {
  readonly end: Omit<EndedAttempt, 'id'> | null
}

/** A delivery outside the cursor's reach. Its events are copies: they outlive entries and calls. */
export interface WaitingRow {
  /** The delivery's id. */
  readonly id: string
  readonly sinkSid: SinkSid
  /** Order among a sink's rows, with fractions for what was one row; kept when a row is written again. */
  readonly place: number
  readonly trigger: Trigger
  /** Made so far. */
  readonly attempts: number
  /** Of the first attempt; null before it. */
  readonly firstAt: Instant | null
  readonly dueAt: Instant
  /** Calls whose order depends on it; none when the sink keeps no order. */
  readonly lanes: readonly string[]
  readonly code: DeliveryCode | null
  readonly why: string | null
  readonly testId: string | null
  /** CloudEvents as JSON. */
  readonly events: readonly string[]
}
export type WaitingMeta = Omit<WaitingRow, 'events'>

export interface DeadLetter {
  readonly sid: DeadLetterSid
  readonly accountSid: AccountSid
  readonly sinkSid: SinkSid
  readonly at: Instant
  /** The event's own time. */
  readonly time: Instant
  readonly type: string
  readonly eventId: string
  readonly callSid: string | null
  readonly code: DeliveryCode
  readonly why: string
  readonly attempts: number
  /** The CloudEvent as JSON. */
  readonly event: string
}

export type JobStatus = 'running' | 'completed' | 'failed'

interface AboutJob {
  readonly accountSid: AccountSid
  readonly status: JobStatus
  readonly createdAt: Instant
  readonly updatedAt: Instant
  /** Events put in line for delivery so far. */
  readonly events: number
  /** Why it failed. */
  readonly why: string | null
}

/** Puts dead letters in line again; `upTo` is the newest there was when it was asked for. */
export interface RedriveJob extends AboutJob {
  readonly kind: 'redrive'
  readonly sid: RedriveSid
  readonly sinkSid: SinkSid
  readonly types: readonly string[] | null
  readonly from: Instant | null
  readonly to: Instant | null
  readonly upTo: number
}

/** Puts past events of a subscription in line; `cursor` is how far it has read, `upTo` where the journal ended. */
export interface ReplayJob extends AboutJob {
  readonly kind: 'replay'
  readonly sid: ReplaySid
  readonly subscriptionSid: SubscriptionSid
  readonly types: readonly string[] | null
  readonly from: Instant
  readonly to: Instant
  readonly cursor: number
  readonly upTo: number
}

export type StreamJob = RedriveJob | ReplayJob

/** Everything that changes together in one commit. */
export interface DeliveryWrites {
  readonly begun?: BegunAttempt
  readonly ended?: EndedAttempt
  readonly cursor?: { readonly sinkSid: SinkSid; readonly seq: number }
  /** When its failures began; null after a success. */
  readonly failing?: { readonly sinkSid: SinkSid; readonly since: Instant | null }
  readonly waiting?: readonly WaitingRow[]
  /** Ids of waiting rows that are done. */
  readonly done?: readonly string[]
  readonly deadLetters?: readonly DeadLetter[]
  /** Dead letters that are in line again. */
  readonly redriven?: readonly DeadLetterSid[]
  readonly job?: StreamJob
}

export interface SinkState {
  readonly cursor: number
  readonly failingSince: Instant | null
}

/** A sink, and all that its delivery starts from. */
export interface DeliveringSink {
  readonly sink: SinkRow
  /** Also deleted ones whose ranges it has not passed. */
  readonly subscriptions: readonly SubscriptionRow[]
  /** Null when it is not subscribed. */
  readonly state: SinkState | null
}

/** Newest first; `before` is the last id of the page before. */
export interface LogPage {
  readonly before: number | null
  readonly max: number
}

export interface AttemptFilter {
  readonly accountSid: AccountSid
  readonly sinkSid?: string
  readonly callSid?: string
  readonly outcome?: AttemptOutcome
}

export interface DeadLetterFilter {
  readonly accountSid: AccountSid
  readonly sinkSid?: string
}

/** Dead letters in line for a redrive, oldest first. */
export interface RedriveQuestion {
  readonly sinkSid: SinkSid
  readonly types: readonly string[] | null
  /** Of the events' own times, [from, to). */
  readonly from: Instant | null
  readonly to: Instant | null
  readonly upTo: number
  readonly max: number
}

export type Numbered<Row> = Row & { readonly number: number }

export interface DeliveryStore {
  commit(writes: DeliveryWrites): Promise<void>

  /** Sinks that are subscribed or have deliveries waiting. */
  deliveringSinks(): Promise<readonly DeliveringSink[]>
  /** The sink is no longer subscribed and has passed all ranges: its state and deleted subscriptions go. */
  forgetSink(sinkSid: SinkSid): Promise<void>
  /**
   * The exchanges among the next entries, oldest first, also those of deleted calls that are kept for sinks that lag; and
   * how far was looked, the journal's head when there is no more. `max` at most 1000.
   */
  entriesAfter(seq: number, max: number): Promise<{ readonly entries: readonly Sequenced[]; readonly to: number }>
  /** The place before the first entry that can be from this moment or later. */
  seqBefore(at: Instant): Promise<number>

  /** In order of place. */
  waitingOf(sinkSid: SinkSid): Promise<readonly WaitingMeta[]>
  /** Null when the row is gone. */
  waitingEvents(id: string): Promise<readonly string[] | null>

  /** Closes attempts that a crash left open as `unknown`, drops tests that wait. The highest id of all there are, 0 for none. */
  recoverAttempts(): Promise<number>
  attempts(filter: AttemptFilter, page: LogPage): Promise<readonly AttemptRow[]>
  testArrived(sinkSid: SinkSid, testId: string): Promise<boolean>

  deadLetters(filter: DeadLetterFilter, page: LogPage): Promise<readonly Numbered<DeadLetter>[]>
  deadLetter(accountSid: AccountSid, sid: string): Promise<DeadLetter | null>
  /** Number of the newest, 0 when there is none. */
  newestDeadLetter(): Promise<number>
  toRedrive(question: RedriveQuestion): Promise<readonly DeadLetter[]>

  job(accountSid: AccountSid, sid: string): Promise<StreamJob | null>
  jobs(accountSid: AccountSid, kind: StreamJob['kind'], page: LogPage): Promise<readonly Numbered<StreamJob>[]>
  openJobs(): Promise<readonly StreamJob[]>

  /** Erases log lines, dead letters, ended jobs and kept entries from before then, a chunk of each. @returns how many. */
  tidy(before: Instant): Promise<number>
}
