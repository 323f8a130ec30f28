/**
 * What the store's two threads say to each other. A write crosses as a tuple: structured clone copies an array of
 * strings several times faster than an object with named fields, and bodies are JSON already.
 */
import type { CallSid, ExchangeSid, Instant } from '../../lib/ids.ts'
import type { ConferenceRows } from './conference-rows.ts'
import type { Database } from './database.ts'
import type { DeliveryReader } from './delivery-reader.ts'
import type { DeliveryOp, DeliveryWriter } from './delivery-writer.ts'
import type { Reader } from './reader.ts'
import type { RecordingRows } from './recording-rows.ts'
import type { StreamRows } from './stream-rows.ts'
import type { Writer } from './writer.ts'

/** One write, as the worker executes it. */
export type Op =
  | readonly [
      op: 'entry',
      kind: string,
      at: Instant,
      account: string,
      callSid: CallSid | null,
      place: number,
      alertSid: string | null,
      closes: ExchangeSid | null,
      body: string,
    ]
  | readonly [op: 'intent', sid: ExchangeSid, callSid: CallSid | null, place: number, body: string]
  | CallOp
  | readonly [op: 'delete-call', callSid: CallSid]
  | RecordingOp
  | ConferenceOp
  | ResourceOp
  | readonly [op: 'delete-resource', type: string, sid: string]
  | readonly [op: 'cursor', reader: string, cursor: string]
  | readonly [op: 'close-intents', sids: readonly ExchangeSid[]]
  | DeliveryOp

export type CallOp = readonly [
  op: 'call',
  sid: CallSid,
  account: string,
  parent: string | null,
  to: string,
  from: string,
  status: string,
  live: number,
  createdAt: Instant,
  startedAt: Instant | null,
  endedAt: Instant | null,
  row: string,
]

export type RecordingOp = readonly [
  op: 'recording',
  sid: string,
  account: string,
  callSid: string,
  conferenceSid: string | null,
  createdAt: Instant,
  live: number,
  deletedAt: Instant | null,
  row: string,
]

export type ConferenceOp = readonly [
  op: 'conference',
  sid: string,
  account: string,
  friendlyName: string,
  status: string,
  live: number,
  createdAt: Instant,
  updatedAt: Instant,
  row: string,
]

export type ResourceOp = readonly [
  op: 'resource',
  type: string,
  sid: string,
  account: string,
  createdAt: Instant,
  row: string,
]

/** Everything beside commits, run between them, in the order asked. */
export type Tasks = Pick<
  Reader,
  | 'entriesAfter'
  | 'head'
  | 'savedCursor'
  | 'exchangesOfCall'
  | 'factsOfCall'
  | 'alerts'
  | 'lastPlace'
  | 'openIntents'
  | 'call'
  | 'calls'
  | 'liveCalls'
  | 'lastInstant'
> &
  Pick<Writer, 'eraseOlderThan'> &
  Pick<RecordingRows, 'recording' | 'recordings' | 'liveRecordings' | 'eraseRecordings'> &
  Pick<ConferenceRows, 'conference' | 'conferences' | 'liveConferences'> &
  Pick<Database, 'close'> &
  Pick<DeliveryWriter, 'recoverAttempts' | 'tidy'> &
  Omit<DeliveryReader, never> &
  Omit<StreamRows, never>
export type TaskName = keyof Tasks

export interface TaskMessage {
  readonly task: TaskName
  readonly id: number
  readonly args: readonly unknown[]
}
export type ToWorker = { readonly commit: readonly (readonly Op[])[] } | TaskMessage

/** Why something was not done. `refused`: this group or question is wrong, the store is well. Else the store is broken. */
export interface Failure {
  readonly message: string
  readonly refused: boolean
}

export type FromWorker =
  | { readonly ready: readonly ResourceOp[] }
  | { readonly broken: Failure }
  /** One per group of the commit: the sequence number of its first entry, or why it was refused. */
  | { readonly committed: readonly (number | Failure)[] }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failed: Failure }
