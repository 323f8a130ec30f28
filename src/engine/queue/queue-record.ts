/** What is kept of a queue. Who waits in it is in memory alone: after a crash the callers are gone with their calls. */
import type { Write } from '../../journal/store.ts'
import type { AccountSid, CallSid, Instant, QueueSid } from '../../lib/ids.ts'
import type { Method } from '../call/call-record.ts'

export const QUEUE_SIZE_DEFAULT = 1000
export const QUEUE_SIZE_MAX = 5000
/** Queues that one account may have. */
export const QUEUES_MAX = 10_000

export interface QueueRecord {
  readonly sid: QueueSid
  readonly accountSid: AccountSid
  readonly createdAt: Instant
  readonly row: {
    /** Unique within the account, by every character. */
    readonly friendlyName: string
    readonly maxSize: number
    readonly updatedAt: Instant
  }
}

/** A queue and how it stands at this moment. */
export interface QueueView extends QueueRecord {
  readonly size: number
  /** Whole seconds that those who wait now have waited on average; 0 when nobody does. */
  readonly averageWaitSec: number
}

/** One who waits, at this moment. */
export interface MemberView {
  readonly callSid: CallSid
  readonly queueSid: QueueSid
  readonly joinedAt: Instant
  /** From 1. */
  readonly position: number
  /** Whole seconds. */
  readonly waitSec: number
}

/** What a caller goes on with whom REST takes out of a queue. */
export interface NextDocument {
  readonly url: string
  readonly method: Method
}

export function queueWrite({ sid, accountSid, createdAt, row }: QueueRecord): Write {
  return { kind: 'resource', resource: { type: 'queue', sid, accountSid, createdAt, row } }
}

export const wholeSec = (ms: number): number => Math.floor(ms / 1000)
