/**
 * Commits groups. All groups of one message are one transaction; if one of them is refused, the transaction is rolled
 * back and the groups are committed one by one, so that only the guilty one fails. Runs in the worker thread.
 */
import { assert, never } from '../../lib/assert.ts'
import type { CallSid, ExchangeSid } from '../../lib/ids.ts'
import { CallWriter } from './call-writer.ts'
import { ConferenceRows } from './conference-rows.ts'
import type { Database } from './database.ts'
import { DeliveryWriter } from './delivery-writer.ts'
import { toFailure } from './failure.ts'
import type { Failure, Op, ResourceOp } from './messages.ts'
import { RecordingRows } from './recording-rows.ts'

export const RESOURCES_PER_ACCOUNT_MAX = 10_000

export class Writer {
  readonly #db: Database
  readonly #calls: CallWriter
  readonly deliveries: DeliveryWriter
  readonly recordingRows: RecordingRows
  readonly conferenceRows: ConferenceRows
  readonly #statements
  /** Open intents by SID, as the table has them: saves an index of random keys. */
  readonly #intents = new Map<string, { readonly id: number; readonly callId: number | null }>()
  #nextIntent = 1
  #nextSeq = 1
  #lastInstant = Number.NEGATIVE_INFINITY
  /** What the head row says. */
  #written = { nextSeq: 1, lastInstant: Number.NEGATIVE_INFINITY }

  constructor(db: Database) {
    this.#db = db
    this.#calls = new CallWriter(db.sql)
    this.deliveries = new DeliveryWriter(db.sql)
    this.recordingRows = new RecordingRows(db.sql)
    this.conferenceRows = new ConferenceRows(db.sql)
    const sql = db.sql
    this.#statements = {
      begin: sql.prepare('BEGIN IMMEDIATE'),
      commit: sql.prepare('COMMIT'),
      entry: sql.prepare(
        'INSERT INTO entries (seq, at, kind, account, call_id, place, alert_sid, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      ),
      intent: sql.prepare('INSERT INTO open_intents (id, sid, call_id, place, body) VALUES (?, ?, ?, ?, ?)'),
      closeIntent: sql.prepare('DELETE FROM open_intents WHERE id = ?'),
      deleteEntries: sql.prepare('DELETE FROM entries WHERE call_id = ?'),
      countResources: sql.prepare('SELECT count(*) AS kept FROM resources WHERE type = ? AND account = ?'),
      hasResource: sql.prepare('SELECT 1 FROM resources WHERE type = ? AND sid = ?'),
      resource: sql.prepare(
        `INSERT INTO resources (type, sid, account, created_at, row) VALUES (?, ?, ?, ?, ?) ON CONFLICT (type, sid)
           DO UPDATE SET account = excluded.account, created_at = excluded.created_at, row = excluded.row`,
      ),
      deleteResource: sql.prepare('DELETE FROM resources WHERE type = ? AND sid = ?'),
      cursor: sql.prepare('INSERT OR REPLACE INTO cursors (reader, cursor) VALUES (?, ?)'),
      head: sql.prepare('UPDATE head SET next_seq = ?, last_instant = ?'),
      readHead: sql.prepare('SELECT next_seq, last_instant FROM head'),
      readIntents: sql.prepare('SELECT id, sid, call_id FROM open_intents ORDER BY id'),
      erase: sql.prepare(
        `DELETE FROM entries WHERE seq IN (SELECT seq FROM entries WHERE at < ? AND (call_id IS NULL OR
           call_id NOT IN (SELECT id FROM calls WHERE live = 1)) ORDER BY at LIMIT ?)`,
      ),
    }
    this.#reload()
  }

  /** The place of the next entry. */
  get nextSeq(): number {
    return this.#nextSeq
  }

  /**
   * @returns per group the sequence number of its first entry, or why it was refused.
   * @throws when the store is broken; then nothing may be written any more.
   */
  commit(groups: readonly (readonly Op[])[]): readonly (number | Failure)[] {
    try {
      return this.#transaction(groups)
    } catch (error) {
      const failure = toFailure(error)
      if (!failure.refused) throw error
      if (groups.length === 1) return [failure]
      return groups.map((group) => this.commit([group])[0]!)
    }
  }

  /** Erases the oldest entries from before then, at most `max`, but none of a live call. @returns how many went. */
  eraseOlderThan(before: number, max: number): number {
    this.#statements.begin.run()
    try {
      const { changes } = this.#statements.erase.run(before, max)
      this.#calls.forgetDeleted(before)
      this.#statements.commit.run()
      this.#db.shrinkIfDue()
      return Number(changes)
    } catch (error) {
      this.#rollback()
      throw error
    }
  }

  #transaction(groups: readonly (readonly Op[])[]): readonly number[] {
    this.#statements.begin.run()
    try {
      const firstSeqs = groups.map((group) => this.#write(group))
      this.#writeHead()
      this.#statements.commit.run()
      return firstSeqs
    } catch (error) {
      this.#rollback()
      throw error
    }
  }

  #write(group: readonly Op[]): number {
    const firstSeq = this.#nextSeq
    for (const op of group) this.#execute(op)
    return firstSeq
  }

  #execute(op: Op): void {
    const statements = this.#statements
    switch (op[0]) {
      case 'entry': {
        const [, kind, at, account, callSid, place, alertSid, closes, body] = op
        const seq = this.#nextSeq++
        if (at > this.#lastInstant) this.#lastInstant = at
        if (closes !== null) this.#closeIntent(closes)
        const callId = this.#numberOf(callSid)
        if (callId !== undefined) statements.entry.run(seq, at, kind, account, callId, place, alertSid, body)
        return
      }
      case 'intent': {
        const [, sid, callSid, place, body] = op
        const callId = this.#numberOf(callSid)
        if (callId === undefined) return
        const id = this.#nextIntent++
        this.#closeIntent(sid)
        statements.intent.run(id, sid, callId, place, body)
        this.#intents.set(sid, { id, callId })
        return
      }
      case 'call':
        this.#calls.write(op)
        this.#lastInstant = Math.max(this.#lastInstant, op[8], op[9] ?? 0, op[10] ?? 0)
        return
      case 'delete-call':
        this.#deleteCall(op[1])
        return
      case 'recording':
        this.recordingRows.write(op)
        this.#lastInstant = Math.max(this.#lastInstant, op[5], op[7] ?? 0)
        return
      case 'conference':
        this.conferenceRows.write(op)
        this.#lastInstant = Math.max(this.#lastInstant, op[7])
        return
      case 'resource':
        this.#writeResource(op)
        return
      case 'delete-resource':
        statements.deleteResource.run(op[1], op[2])
        return
      case 'cursor':
        statements.cursor.run(op[1], op[2])
        return
      case 'close-intents':
        for (const sid of op[1]) this.#closeIntent(sid)
        return
      case 'delivery':
        this.deliveries.write(op)
        return
      default:
        never(op)
    }
  }

  /** Null for no call, undefined for a deleted one. */
  #numberOf(callSid: CallSid | null): number | null | undefined {
    return callSid === null ? null : (this.#calls.numberOf(callSid) ?? undefined)
  }

  #closeIntent(sid: ExchangeSid): void {
    const intent = this.#intents.get(sid)
    if (!intent) return // an inward exchange, or closed before
    this.#statements.closeIntent.run(intent.id)
    this.#intents.delete(sid)
  }

  #deleteCall(sid: CallSid): void {
    const id = this.#calls.numberOf(sid)
    if (id === null) return
    this.deliveries.keepUnread(id)
    this.#statements.deleteEntries.run(id)
    for (const [intent, { callId }] of this.#intents) if (callId === id) this.#closeIntent(intent as ExchangeSid)
    this.#calls.delete(id, sid)
  }

  #writeResource([, type, sid, account, createdAt, row]: ResourceOp): void {
    const statements = this.#statements
    if (!statements.hasResource.get(type, sid))
      assert(
        Number(statements.countResources.get(type, account)?.kept) < RESOURCES_PER_ACCOUNT_MAX,
        `${type} ${sid}: the account has ${RESOURCES_PER_ACCOUNT_MAX} of them, no more are kept`,
      )
    statements.resource.run(type, sid, account, createdAt, row)
  }

  #writeHead(): void {
    const { nextSeq, lastInstant } = this.#written
    if (nextSeq === this.#nextSeq && lastInstant === this.#lastInstant) return
    this.#statements.head.run(this.#nextSeq, Number.isFinite(this.#lastInstant) ? this.#lastInstant : null)
    this.#written = { nextSeq: this.#nextSeq, lastInstant: this.#lastInstant }
  }

  #rollback(): void {
    if (this.#db.sql.isTransaction) this.#db.sql.exec('ROLLBACK')
    this.#reload()
  }

  /** Takes from the database what is remembered beside it. */
  #reload(): void {
    this.#calls.reset()
    this.#intents.clear()
    this.#nextIntent = 1
    for (const { id, sid, call_id: callId } of this.#statements.readIntents.all()) {
      this.#intents.set(sid as string, { id: id as number, callId: callId as number | null })
      this.#nextIntent = (id as number) + 1
    }
    const head = this.#statements.readHead.get()
    this.#nextSeq = Number(head?.next_seq)
    this.#lastInstant = (head?.last_instant as number | null) ?? Number.NEGATIVE_INFINITY
    this.#written = { nextSeq: this.#nextSeq, lastInstant: this.#lastInstant }
  }
}
