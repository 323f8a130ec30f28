/**
 * Writes call rows, and knows every call's number (`calls.id`). A call is written some five times in its life: what the
 * table holds of a recent call is remembered, so that a write only touches the indexes whose columns have changed.
 */
import type { DatabaseSync } from 'node:sqlite'
import type { CallSid } from '../../lib/ids.ts'
import type { CallOp } from './messages.ts'

/** Calls remembered; an older one is looked up again. */
const KNOWN_MAX = 20_000

interface KnownCall {
  readonly id: number
  deleted: boolean
  account: string | null
  parent: string | null
  to: string | null
  from: string | null
  status: string | null
  live: number
  createdAt: number | null
  startedAt: number | null
  endedAt: number | null
}

export class CallWriter {
  readonly #known = new Map<string, KnownCall>()
  readonly #statements

  constructor(sql: DatabaseSync) {
    this.#statements = {
      find: sql.prepare(
        `SELECT id, deleted, account, parent, to_party AS "to", from_party AS "from", status, live,
           created_at AS createdAt, started_at AS startedAt, ended_at AS endedAt FROM calls WHERE sid = ?`,
      ),
      number: sql.prepare('INSERT INTO calls (sid) VALUES (?)'),
      insert: sql.prepare(
        `INSERT INTO calls (sid, account, parent, to_party, from_party, status, live, created_at, started_at, ended_at,
           row) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ),
      rewrite: sql.prepare(
        `UPDATE calls SET account = ?, parent = ?, to_party = ?, from_party = ?, status = ?, live = ?, created_at = ?,
           started_at = ?, ended_at = ?, row = ? WHERE id = ?`,
      ),
      move: sql.prepare('UPDATE calls SET status = ?, live = ?, started_at = ?, ended_at = ?, row = ? WHERE id = ?'),
      moveStatus: sql.prepare('UPDATE calls SET status = ?, row = ? WHERE id = ?'),
      touch: sql.prepare('UPDATE calls SET row = ? WHERE id = ?'),
      empty: sql.prepare(
        `UPDATE calls SET deleted = 1, account = NULL, parent = NULL, to_party = NULL, from_party = NULL, status = NULL,
           live = 0, row = NULL WHERE id = ?`,
      ),
      forgetDeleted: sql.prepare('DELETE FROM calls WHERE deleted = 1 AND created_at < ?'),
    }
  }

  /** The call's number, given now if it has none; null when the call was deleted: nothing is written about it again. */
  numberOf(sid: CallSid): number | null {
    const call = this.#find(sid) ?? this.#give(sid)
    return call.deleted ? null : call.id
  }

  write(op: CallOp): void {
    const [, sid, account, parent, to, from, status, live, createdAt, startedAt, endedAt, row] = op
    const statements = this.#statements
    const call = this.#find(sid)
    if (call === null) {
      const { lastInsertRowid } = statements.insert.run(...(op.slice(1) as (string | number | null)[]))
      const id = Number(lastInsertRowid)
      const deleted = false
      this.#remember(sid, { id, deleted, account, parent, to, from, status, live, createdAt, startedAt, endedAt })
      return
    }
    if (call.deleted) return
    const { id } = call
    const sameParties =
      call.account === account &&
      call.parent === parent &&
      call.to === to &&
      call.from === from &&
      call.createdAt === createdAt
    const sameTimes = call.live === live && call.startedAt === startedAt && call.endedAt === endedAt
    if (!sameParties)
      statements.rewrite.run(account, parent, to, from, status, live, createdAt, startedAt, endedAt, row, id)
    else if (!sameTimes) statements.move.run(status, live, startedAt, endedAt, row, id)
    else if (call.status !== status) statements.moveStatus.run(status, row, id)
    else statements.touch.run(row, id)
    Object.assign(call, { account, parent, to, from, status, live, createdAt, startedAt, endedAt })
  }

  /** Empties the row; number, SID and times stay. */
  delete(id: number, sid: CallSid): void {
    this.#statements.empty.run(id)
    this.#known.delete(sid)
  }

  /** Forgets what stayed of deleted calls created before then. */
  forgetDeleted(before: number): void {
    this.#statements.forgetDeleted.run(before)
  }

  /** After a rollback: what is remembered may never have been written. */
  reset(): void {
    this.#known.clear()
  }

  #find(sid: CallSid): KnownCall | null {
    const known = this.#known.get(sid)
    if (known) return known
    const row = this.#statements.find.get(sid)
    return row ? this.#remember(sid, { ...row, deleted: row.deleted === 1 } as unknown as KnownCall) : null
  }

  #give(sid: CallSid): KnownCall {
    const id = Number(this.#statements.number.run(sid).lastInsertRowid)
    const none = { account: null, parent: null, to: null, from: null, status: null }
    return this.#remember(sid, {
      id,
      deleted: false,
      ...none,
      live: 0,
      createdAt: null,
      startedAt: null,
      endedAt: null,
    })
  }

  #remember(sid: CallSid, call: KnownCall): KnownCall {
    if (this.#known.size >= KNOWN_MAX) this.#known.delete(this.#known.keys().next().value!)
    this.#known.set(sid, call)
    return call
  }
}
