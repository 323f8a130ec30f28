/** Recordings, as SQL: written in the commit that brings them, read and erased between commits. Worker thread. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { RecordingSid } from '../../lib/ids.ts'
import type { RecordingOp } from './messages.ts'
import { type RecordingsQuestion, recordingsQuery } from './recordings-query.ts'

export interface RecordingColumns {
  readonly sid: string
  readonly account: string
  readonly call_sid: string
  readonly conference_sid: string | null
  readonly created_at: number
  readonly live: number
  readonly deleted_at: number | null
  readonly row: string
}

const COLUMNS = 'sid, account, call_sid, conference_sid, created_at, live, deleted_at, row'

export class RecordingRows {
  readonly #prepare: (sql: string) => StatementSync
  readonly #statements
  /** One per combination of filters in use: at most 64, see `recordingsQuery`. */
  readonly #lists = new Map<string, StatementSync>()

  constructor(sql: DatabaseSync) {
    const prepare = (text: string) => sql.prepare(text)
    this.#prepare = prepare
    this.#statements = {
      // Not INSERT OR REPLACE: the row keeps its id, and with it its place among those created in the same millisecond.
      write: prepare(
        `INSERT INTO recordings (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sid) DO UPDATE SET
           account = excluded.account, call_sid = excluded.call_sid, conference_sid = excluded.conference_sid,
           created_at = excluded.created_at, live = excluded.live, deleted_at = excluded.deleted_at, row = excluded.row`,
      ),
      one: prepare(`SELECT ${COLUMNS} FROM recordings WHERE sid = ?`),
      live: prepare(`SELECT ${COLUMNS} FROM recordings WHERE live = 1 ORDER BY id`),
      erase: prepare(
        'DELETE FROM recordings WHERE id IN (SELECT id FROM recordings WHERE deleted_at < ? ORDER BY deleted_at LIMIT ?)',
      ),
    }
  }

  write([, ...columns]: RecordingOp): void {
    this.#statements.write.run(...columns)
  }

  recording(sid: RecordingSid): RecordingColumns | null {
    return (this.#statements.one.get(sid) as unknown as RecordingColumns | undefined) ?? null
  }

  recordings(question: RecordingsQuestion): readonly RecordingColumns[] {
    const { from, values } = recordingsQuery(question)
    let statement = this.#lists.get(from)
    if (!statement) {
      statement = this.#prepare(`SELECT ${COLUMNS} FROM ${from}`)
      this.#lists.set(from, statement)
    }
    return statement.all(...values) as unknown as RecordingColumns[]
  }

  liveRecordings(): readonly RecordingColumns[] {
    return this.#statements.live.all() as unknown as RecordingColumns[]
  }

  eraseRecordings(deletedBefore: number, max: number): number {
    return Number(this.#statements.erase.run(deletedBefore, max).changes)
  }
}
