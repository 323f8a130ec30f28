/** The questions of the delivery port, as SQL. Answers are rows; the main thread makes values of them. Worker thread. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { EntryRow } from './reader.ts'

export type Row = Readonly<Record<string, string | number | null>>

/** Among these many entries from a moment on, by time, is the one with the lowest place: commits lag by seconds at most. */
const NEAR = 20_000
const TO_REDRIVE_MAX = 1000

export interface LogQuestion {
  readonly account: string
  readonly sink: string | null
  readonly call: string | null
  readonly outcome: string | null
  readonly before: number
  readonly max: number
}

export interface RedriveRows {
  readonly sink: string
  readonly types: readonly string[] | null
  readonly from: number
  readonly to: number
  readonly upTo: number
  readonly max: number
}

export class DeliveryReader {
  readonly #statements
  readonly #prepare: (sql: string) => StatementSync
  /** By filters in use: at most 12. */
  readonly #logs = new Map<string, StatementSync>()

  constructor(sql: DatabaseSync) {
    const prepare = (text: string) => sql.prepare(text)
    this.#prepare = prepare
    this.#statements = {
      after: prepare(
        `SELECT seq, body FROM (SELECT seq, body FROM entries WHERE seq > ?1 AND seq <= ?2 AND kind = 'exchange' UNION ALL
           SELECT seq, body FROM kept_entries WHERE seq > ?1 AND seq <= ?2) ORDER BY seq`,
      ),
      span: prepare('SELECT seq FROM entries WHERE seq > ? ORDER BY seq LIMIT 1 OFFSET ?'),
      spanOfKept: prepare('SELECT seq FROM kept_entries WHERE seq > ? ORDER BY seq LIMIT 1 OFFSET ?'),
      head: prepare('SELECT next_seq - 1 AS seq FROM head'),
      seqAt: prepare(`SELECT min(seq) AS seq FROM (SELECT seq FROM entries WHERE at >= ?1 ORDER BY at LIMIT ${NEAR}) `),
      waiting: prepare(
        'SELECT id, place, trigger, attempts, first_at, due_at, lanes, code, why, test_id FROM waiting WHERE sink = ? ORDER BY place',
      ),
      waitingEvents: prepare('SELECT events FROM waiting WHERE id = ?'),
      testArrived: prepare("SELECT 1 FROM attempts WHERE sink = ? AND test_id = ? AND outcome = 'delivered'"),
      letters: prepare('SELECT * FROM dead_letters WHERE account = ? AND id < ? ORDER BY id DESC LIMIT ?'),
      lettersOfSink: prepare(
        'SELECT * FROM dead_letters WHERE sink = ? AND account = ? AND id < ? ORDER BY id DESC LIMIT ?',
      ),
      letter: prepare('SELECT * FROM dead_letters WHERE sid = ? AND account = ?'),
      newestLetter: prepare('SELECT ifnull(max(id), 0) AS id FROM dead_letters'),
      toRedrive: prepare(
        `SELECT * FROM dead_letters WHERE sink = ?1 AND id <= ?2 AND time >= ?3 AND time < ?4
           AND (?5 IS NULL OR type IN (SELECT value FROM json_each(?5))) ORDER BY id LIMIT ?6`,
      ),
      job: prepare('SELECT row FROM stream_jobs WHERE sid = ? AND account = ?'),
      jobs: prepare(
        'SELECT id, row FROM stream_jobs WHERE account = ? AND kind = ? AND id < ? ORDER BY id DESC LIMIT ?',
      ),
      openJobs: prepare('SELECT row FROM stream_jobs WHERE open = 1 ORDER BY id'),
    }
    this.#statements.after.setReturnArrays(true)
  }

  /** The exchanges among the next entries (at most `max`, and as many kept ones), and the place up to which those go. */
  streamEntriesAfter(seq: number, max: number): { readonly rows: readonly EntryRow[]; readonly to: number } {
    const { head, span, spanOfKept, after } = this.#statements
    const last = [head.get(), span.get(seq, max - 1), spanOfKept.get(seq, max - 1)].map((row) => row?.seq ?? Infinity)
    const to = Math.min(...last.map(Number))
    return { rows: after.all(seq, to) as unknown as EntryRow[], to }
  }

  seqBefore(at: number): number {
    const first = this.#statements.seqAt.get(at)?.seq
    return first === null || first === undefined ? Number(this.#statements.head.get()?.seq) : Number(first) - 1
  }

  waitingOf(sink: string): readonly Row[] {
    return this.#statements.waiting.all(sink) as unknown as Row[]
  }

  waitingEvents(id: string): string | null {
    return (this.#statements.waitingEvents.get(id)?.events as string | undefined) ?? null
  }

  testArrived(sink: string, testId: string): boolean {
    return this.#statements.testArrived.get(sink, testId) !== undefined
  }

  attempts({ account, sink, call, outcome, before, max }: LogQuestion): readonly Row[] {
    const wanted: readonly (readonly [string, string | null])[] = [
      ['sink = ?', sink],
      ['id IN (SELECT attempt FROM attempts_of_call WHERE call_id = (SELECT id FROM calls WHERE sid = ?))', call],
      // Failures are few and have an index of their own, which is only taken when the words are the same.
      [outcome === 'delivered' ? 'outcome = ?' : "outcome <> 'delivered' AND outcome = ?", outcome],
    ]
    const used = wanted.filter(([, value]) => value !== null)
    const where = ['account = ?', 'id < ?', ...used.map(([sql]) => sql)].join(' AND ')
    let statement = this.#logs.get(where)
    if (!statement) {
      statement = this.#prepare(`SELECT * FROM attempts WHERE ${where} ORDER BY id DESC LIMIT ?`)
      this.#logs.set(where, statement)
    }
    return statement.all(account, before, ...used.map(([, value]) => value), max) as unknown as Row[]
  }

  deadLetters(account: string, sink: string | null, before: number, max: number): readonly Row[] {
    const { letters, lettersOfSink } = this.#statements
    const rows = sink === null ? letters.all(account, before, max) : lettersOfSink.all(sink, account, before, max)
    return rows as unknown as Row[]
  }

  deadLetter(account: string, sid: string): Row | null {
    return (this.#statements.letter.get(sid, account) as unknown as Row | undefined) ?? null
  }

  newestDeadLetter(): number {
    return Number(this.#statements.newestLetter.get()?.id)
  }

  toRedrive({ sink, types, from, to, upTo, max }: RedriveRows): readonly Row[] {
    const names = types === null ? null : JSON.stringify(types)
    return this.#statements.toRedrive.all(
      sink,
      upTo,
      from,
      to,
      names,
      Math.min(max, TO_REDRIVE_MAX),
    ) as unknown as Row[]
  }

  job(account: string, sid: string): string | null {
    return (this.#statements.job.get(sid, account)?.row as string | undefined) ?? null
  }

  jobs(account: string, kind: string, before: number, max: number): readonly Row[] {
    return this.#statements.jobs.all(account, kind, before, max) as unknown as Row[]
  }

  openJobs(): readonly string[] {
    return this.#statements.openJobs.all().map(({ row }) => row as string)
  }
}
