/**
 * The questions of the store port, as SQL. Answers are rows of plain values, bodies still JSON: the main thread parses
 * what it asked for. Runs in the worker thread, between commits.
 */
import type { StatementSync } from 'node:sqlite'
import type { CallSid } from '../../lib/ids.ts'
import { type CallsQuestion, callsQuery } from './calls-query.ts'
import type { Database } from './database.ts'
import type { ResourceOp } from './messages.ts'

/** `seq` and the entry as JSON. */
export type EntryRow = readonly [seq: number, body: string]

export interface CallColumns {
  readonly sid: string
  readonly account: string
  readonly parent: string | null
  readonly to_party: string
  readonly from_party: string
  readonly status: string
  readonly live: number
  readonly created_at: number
  readonly started_at: number | null
  readonly ended_at: number | null
  readonly row: string
}

const CALL_COLUMNS = 'sid, account, parent, to_party, from_party, status, live, created_at, started_at, ended_at, row'

export class Reader {
  readonly #prepare: (sql: string) => StatementSync
  readonly #statements
  /** One per combination of filters in use: at most 512, see `callsQuery`. */
  readonly #lists = new Map<string, StatementSync>()

  constructor({ sql }: Database) {
    const prepare = (text: string) => sql.prepare(text)
    this.#prepare = prepare
    const ofCall = 'FROM entries WHERE call_id = (SELECT id FROM calls WHERE sid = ?)'
    this.#statements = {
      after: prepare('SELECT seq, body FROM entries WHERE seq > ? ORDER BY seq LIMIT ?'),
      head: prepare('SELECT next_seq - 1 AS seq, last_instant FROM head'),
      cursor: prepare('SELECT cursor FROM cursors WHERE reader = ?'),
      exchanges: prepare(`SELECT body ${ofCall} AND kind = 'exchange' AND place > ? ORDER BY place, seq LIMIT ?`),
      facts: prepare(`SELECT body ${ofCall} AND kind <> 'exchange' ORDER BY place, seq LIMIT ?`),
      factsOfKinds: prepare(
        `SELECT body ${ofCall} AND kind IN (SELECT value FROM json_each(?)) ORDER BY place, seq LIMIT ?`,
      ),
      alertSeq: prepare('SELECT seq FROM entries WHERE alert_sid = ?'),
      alerts: prepare(
        `SELECT body FROM entries WHERE account = ? AND kind = 'alert' AND seq < ? ORDER BY seq DESC LIMIT ?`,
      ),
      alertsOfCall: prepare(
        `SELECT body ${ofCall} AND kind = 'alert' AND account = ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
      ),
      lastPlace: prepare(
        `SELECT max((SELECT ifnull(max(place), -1) FROM entries WHERE call_id = calls.id),
           (SELECT ifnull(max(place), -1) FROM open_intents WHERE call_id = calls.id)) AS place FROM calls WHERE sid = ?`,
      ),
      intents: prepare('SELECT body FROM open_intents ORDER BY id'),
      call: prepare(`SELECT ${CALL_COLUMNS} FROM calls WHERE sid = ? AND row IS NOT NULL`),
      live: prepare(`SELECT ${CALL_COLUMNS} FROM calls WHERE live = 1 ORDER BY id`),
      resources: prepare('SELECT type, sid, account, created_at, row FROM resources ORDER BY id'),
    }
    for (const statement of [this.#statements.after, this.#statements.resources]) statement.setReturnArrays(true)
  }

  entriesAfter(seq: number, max: number): readonly EntryRow[] {
    return this.#statements.after.all(seq, max) as unknown as EntryRow[]
  }

  /** The newest sequence number ever given. */
  head(): number {
    return Number(this.#statements.head.get()?.seq)
  }

  lastInstant(): number | null {
    return (this.#statements.head.get()?.last_instant as number | null) ?? null
  }

  savedCursor(reader: string): string | null {
    return (this.#statements.cursor.get(reader)?.cursor as string | undefined) ?? null
  }

  exchangesOfCall(sid: CallSid, afterPlace: number, max: number): readonly string[] {
    return bodies(this.#statements.exchanges.all(sid, afterPlace, max))
  }

  factsOfCall(sid: CallSid, kinds: readonly string[], max: number): readonly string[] {
    if (kinds.length === 0) return bodies(this.#statements.facts.all(sid, max))
    return bodies(this.#statements.factsOfKinds.all(sid, JSON.stringify(kinds), max))
  }

  /** Behind an alert that is no longer there comes nothing: what was older has been erased before it. */
  alerts(account: string, sid: CallSid | null, before: string | null, max: number): readonly string[] {
    const end = before === null ? Number.MAX_SAFE_INTEGER : this.#statements.alertSeq.get(before)?.seq
    if (end === undefined) return []
    const rows =
      sid === null
        ? this.#statements.alerts.all(account, end, max)
        : this.#statements.alertsOfCall.all(sid, account, end, max)
    return bodies(rows)
  }

  lastPlace(sid: CallSid): number {
    return (this.#statements.lastPlace.get(sid)?.place as number | undefined) ?? -1
  }

  openIntents(): readonly string[] {
    return bodies(this.#statements.intents.all())
  }

  call(sid: CallSid): CallColumns | null {
    return (this.#statements.call.get(sid) as unknown as CallColumns | undefined) ?? null
  }

  calls(question: CallsQuestion): readonly CallColumns[] {
    const { where, values } = callsQuery(question)
    let statement = this.#lists.get(where)
    if (!statement) {
      statement = this.#prepare(`SELECT ${CALL_COLUMNS} FROM calls WHERE ${where}`)
      this.#lists.set(where, statement)
    }
    return statement.all(...values) as unknown as CallColumns[]
  }

  liveCalls(): readonly CallColumns[] {
    return this.#statements.live.all() as unknown as CallColumns[]
  }

  /** All resources, once at the start: the main thread keeps them. */
  resources(): readonly ResourceOp[] {
    return this.#statements.resources.all().map((row) => ['resource', ...Object.values(row)] as unknown as ResourceOp)
  }
}

const bodies = (rows: readonly Record<string, unknown>[]): string[] => rows.map(({ body }) => body as string)
