/** Values of the store port ⇄ the tuples and rows that cross to the worker. JSON is made once, here. */

import type { Entry, Exchange, Fact, Intent } from '../../journal/entry.ts'
import type { CallRow, ConferenceRow, Cursor, RecordingRow, ResourceRow, Write } from '../../journal/store.ts'
import { assert, never } from '../../lib/assert.ts'
import { WireError } from '../../lib/wire-error.ts'
import type { ConferenceColumns } from './conference-rows.ts'
import type { CallOp, ConferenceOp, Op, RecordingOp, ResourceOp } from './messages.ts'
import type { CallColumns } from './reader.ts'
import type { RecordingColumns } from './recording-rows.ts'

const ROW_STEP_BYTES = 256

/** @throws AssertionError when a value has no JSON. */
export function encodeWrite(write: Write): Op {
  switch (write.kind) {
    case 'exchange':
      return encodeExchange(write)
    case 'fact':
      return encodeFact(write)
    case 'intent':
      return ['intent', write.sid, write.callSid, write.place, toJson(write)]
    case 'call':
      return encodeCall(write.call)
    case 'delete-call':
      return ['delete-call', write.callSid]
    case 'recording':
      return encodeRecording(write.recording)
    case 'conference':
      return encodeConference(write.conference)
    case 'resource':
      return encodeResource(write.resource)
    case 'delete-resource':
      return ['delete-resource', write.type, write.sid]
    case 'cursor':
      return ['cursor', write.reader, write.cursor]
    default:
      return never(write)
  }
}

function encodeExchange(entry: Exchange): Op {
  const { at, accountSid, callSid, place, sid } = entry
  return ['entry', 'exchange', at, accountSid, callSid, place, null, sid, toJson(entry)]
}

function encodeFact(entry: Fact): Op {
  const { at, accountSid, callSid, place, body } = entry
  const alertSid = body.fact === 'alert' ? body.alert.sid : null
  return ['entry', body.fact, at, accountSid, callSid, place, alertSid, null, toJson(entry)]
}

function encodeCall(call: CallRow): CallOp {
  const { sid, accountSid, parentCallSid, to, from, status, live, createdAt, startedAt, endedAt, row } = call
  const flag = live ? 1 : 0
  const json = toJson(row)
  const othersBytes = status.length + (startedAt === null ? 0 : 6) + (endedAt === null ? 0 : 6)
  return [
    'call',
    sid,
    accountSid,
    parentCallSid,
    to,
    from,
    status,
    flag,
    createdAt,
    startedAt,
    endedAt,
    padded(json, othersBytes),
  ]
}

/**
 * With blanks behind it, which JSON allows, so that a call's row mostly keeps its size from write to write: SQLite then
 * overwrites it in its page, where a longer one would split the page.
 */
function padded(json: string, othersBytes: number): string {
  const bytes = json.length + othersBytes
  return json.padEnd(json.length + Math.ceil(bytes / ROW_STEP_BYTES) * ROW_STEP_BYTES - bytes)
}

export function decodeCall(columns: CallColumns): CallRow {
  return {
    sid: columns.sid,
    accountSid: columns.account,
    parentCallSid: columns.parent,
    to: columns.to_party,
    from: columns.from_party,
    status: columns.status,
    live: columns.live === 1,
    createdAt: columns.created_at,
    startedAt: columns.started_at,
    endedAt: columns.ended_at,
    row: JSON.parse(columns.row),
  } as unknown as CallRow
}

function encodeRecording(recording: RecordingRow): RecordingOp {
  const { sid, accountSid, callSid, conferenceSid, createdAt, live, deletedAt, row } = recording
  return ['recording', sid, accountSid, callSid, conferenceSid, createdAt, live ? 1 : 0, deletedAt, toJson(row)]
}

export function decodeRecording(columns: RecordingColumns): RecordingRow {
  return {
    sid: columns.sid,
    accountSid: columns.account,
    callSid: columns.call_sid,
    conferenceSid: columns.conference_sid,
    createdAt: columns.created_at,
    live: columns.live === 1,
    deletedAt: columns.deleted_at,
    row: JSON.parse(columns.row),
  } as unknown as RecordingRow
}

function encodeConference(conference: ConferenceRow): ConferenceOp {
  const { sid, accountSid, friendlyName, status, live, createdAt, updatedAt, row } = conference
  return ['conference', sid, accountSid, friendlyName, status, live ? 1 : 0, createdAt, updatedAt, toJson(row)]
}

export function decodeConference(columns: ConferenceColumns): ConferenceRow {
  return {
    sid: columns.sid,
    accountSid: columns.account,
    friendlyName: columns.friendly_name,
    status: columns.status,
    live: columns.live === 1,
    createdAt: columns.created_at,
    updatedAt: columns.updated_at,
    row: JSON.parse(columns.row),
  } as unknown as ConferenceRow
}

const encodeResource = ({ type, sid, accountSid, createdAt, row }: ResourceRow): ResourceOp => [
  'resource',
  type,
  sid,
  accountSid,
  createdAt,
  toJson(row),
]

/** Frozen through and through: the same value is handed to everyone who asks. */
export function decodeResource([, type, sid, accountSid, createdAt, json]: ResourceOp): ResourceRow {
  const row: unknown = JSON.parse(json, (_key, value) => Object.freeze(value))
  return Object.freeze({ type, sid, accountSid, createdAt, row }) as ResourceRow
}

export const decodeEntry = (body: string): Entry => JSON.parse(body)
export const decodeExchange = (body: string): Exchange => JSON.parse(body)
export const decodeFact = (body: string): Fact => JSON.parse(body)
export const decodeIntent = (body: string): Intent => JSON.parse(body)

/** A cursor is the decimal sequence number of the last entry before it; '' is before everything. */
export const encodeCursor = (seq: number): Cursor => String(seq) as Cursor

/** @throws WireError: cursors come back from clients too. */
export function decodeCursor(cursor: Cursor): number {
  if (!/^\d{0,15}$/.test(cursor)) throw new WireError('cursor', cursor, 'one that this journal gave')
  return Number(cursor)
}

function toJson(value: unknown): string {
  try {
    const json = JSON.stringify(value)
    assert(json !== undefined, 'the value has no JSON')
    return json
  } catch (error) {
    assert(false, `not a JSON value: ${error instanceof Error ? error.message : String(error)}`)
    throw error
  }
}
