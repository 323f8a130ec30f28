/** Conferences, as SQL: written in the commit that brings them, read between commits. Worker thread. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { ConferenceSid } from '../../lib/ids.ts'
import { type ConferencesQuestion, conferencesQuery } from './conferences-query.ts'
import type { ConferenceOp } from './messages.ts'

export interface ConferenceColumns {
  readonly sid: string
  readonly account: string
  readonly friendly_name: string
  readonly status: string
  readonly live: number
  readonly created_at: number
  readonly updated_at: number
  readonly row: string
}

const COLUMNS = 'sid, account, friendly_name, status, live, created_at, updated_at, row'

export class ConferenceRows {
  readonly #prepare: (sql: string) => StatementSync
  readonly #statements
  /** One per combination of filters in use: at most 256, see `conferencesQuery`. */
  readonly #lists = new Map<string, StatementSync>()

  constructor(sql: DatabaseSync) {
    const prepare = (text: string) => sql.prepare(text)
    this.#prepare = prepare
    this.#statements = {
      // Not INSERT OR REPLACE: the row keeps its id, and with it its place among those created in the same millisecond.
      write: prepare(
        `INSERT INTO conferences (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sid) DO UPDATE SET
           account = excluded.account, friendly_name = excluded.friendly_name, status = excluded.status,
           live = excluded.live, created_at = excluded.created_at, updated_at = excluded.updated_at, row = excluded.row`,
      ),
      one: prepare(`SELECT ${COLUMNS} FROM conferences WHERE sid = ?`),
      live: prepare(`SELECT ${COLUMNS} FROM conferences INDEXED BY conferences_live WHERE live = 1 ORDER BY id`),
    }
  }

  write([, ...columns]: ConferenceOp): void {
    this.#statements.write.run(...columns)
  }

  conference(sid: ConferenceSid): ConferenceColumns | null {
    return (this.#statements.one.get(sid) as unknown as ConferenceColumns | undefined) ?? null
  }

  conferences(question: ConferencesQuestion): readonly ConferenceColumns[] {
    const { from, values } = conferencesQuery(question)
    let statement = this.#lists.get(from)
    if (!statement) {
      statement = this.#prepare(`SELECT ${COLUMNS} FROM ${from}`)
      this.#lists.set(from, statement)
    }
    return statement.all(...values) as unknown as ConferenceColumns[]
  }

  liveConferences(): readonly ConferenceColumns[] {
    return this.#statements.live.all() as unknown as ConferenceColumns[]
  }
}
