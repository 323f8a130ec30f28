/**
 * Writes what delivering changes: the attempt log, cursors, waiting deliveries, dead letters, jobs. One operation of a
 * group is one `DeliveryWrites`; what every attempt writes crosses as tuples. Runs in the worker thread.
 */
import type { DatabaseSync } from 'node:sqlite'

export type BegunTuple = readonly [
  id: number,
  at: number,
  account: string,
  sink: string,
  delivery: string,
  attempt: number,
  trigger: string,
  url: string | null,
  testId: string | null,
  events: string,
  /** Distinct. */
  calls: readonly string[],
]
export type EndedTuple = readonly [
  outcome: string,
  code: number | null,
  status: number | null,
  ms: number,
  why: string | null,
  answer: string | null,
  nextAt: number | null,
  id: number,
]
type Column = string | number | null
export interface DeliveryRest {
  readonly failing: readonly [sink: string, since: number | null] | null
  readonly waiting: readonly (readonly Column[])[]
  readonly done: readonly string[]
  readonly deadLetters: readonly (readonly Column[])[]
  readonly redriven: readonly string[]
  readonly job: readonly Column[] | null
}
export type DeliveryOp = readonly [
  op: 'delivery',
  begun: BegunTuple | null,
  ended: EndedTuple | null,
  cursor: readonly [sink: string, seq: number] | null,
  rest: DeliveryRest | null,
]

/** Rows of each kind that one `tidy` erases at most. */
const CHUNK = 500
/** The log is cut to this many attempts, however young they are. */
const ATTEMPTS_MAX = 2_000_000

export class DeliveryWriter {
  readonly #statements
  readonly #sql: DatabaseSync

  constructor(sql: DatabaseSync) {
    this.#sql = sql
    this.#statements = {
      begin: sql.prepare(
        `INSERT INTO attempts (id, at, account, sink, delivery, attempt, trigger, url, test_id, events)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ),
      ofCall: sql.prepare('INSERT OR IGNORE INTO attempts_of_call SELECT id, ? FROM calls WHERE sid = ?'),
      end: sql.prepare(
        'UPDATE attempts SET outcome = ?, code = ?, status = ?, ms = ?, why = ?, answer = ?, next_at = ? WHERE id = ?',
      ),
      // Of a sink that was deleted meanwhile nothing is kept.
      cursor: sql.prepare('UPDATE sink_states SET cursor = ?2 WHERE sink = ?1 AND cursor < ?2'),
      failing: sql.prepare('UPDATE sink_states SET failing_since = ? WHERE sink = ?'),
      waiting: sql.prepare(
        `INSERT OR REPLACE INTO waiting (id, sink, place, trigger, attempts, first_at, due_at, lanes, code, why, test_id,
           events) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12 WHERE EXISTS (SELECT 1 FROM sinks WHERE sid = ?2)`,
      ),
      done: sql.prepare('DELETE FROM waiting WHERE id = ?'),
      deadLetter: sql.prepare(
        `INSERT INTO dead_letters (sid, account, sink, at, time, type, event_id, call_sid, code, why, attempts, event)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ),
      redriven: sql.prepare('DELETE FROM dead_letters WHERE sid = ?'),
      job: sql.prepare(
        `INSERT INTO stream_jobs (sid, account, kind, open, at, row) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (sid)
           DO UPDATE SET open = excluded.open, row = excluded.row`,
      ),
      keep: sql.prepare(
        `INSERT OR IGNORE INTO kept_entries SELECT seq, at, body FROM entries WHERE call_id = ? AND kind = 'exchange'
           AND seq > (SELECT min(cursor) FROM sink_states)`,
      ),
      recover: sql.prepare("UPDATE attempts SET outcome = 'unknown', ms = 0 WHERE outcome IS NULL"),
      dropTests: sql.prepare("DELETE FROM waiting WHERE trigger = 'test'"),
      lastAttempt: sql.prepare('SELECT ifnull(max(id), 0) AS id FROM attempts'),
      oldAttempt: sql.prepare(
        'SELECT max(id) AS id FROM (SELECT id FROM attempts WHERE at < ?1 OR id <= ?2 ORDER BY id LIMIT ?3)',
      ),
      eraseAttempts: sql.prepare('DELETE FROM attempts WHERE id <= ?'),
      eraseOfCalls: sql.prepare('DELETE FROM attempts_of_call WHERE attempt <= ?'),
      eraseLetters: sql.prepare(
        'DELETE FROM dead_letters WHERE id IN (SELECT id FROM dead_letters WHERE at < ? ORDER BY at LIMIT ?)',
      ),
      eraseJobs: sql.prepare(
        'DELETE FROM stream_jobs WHERE id IN (SELECT id FROM stream_jobs WHERE open = 0 AND at < ? LIMIT ?)',
      ),
      eraseKept: sql.prepare(
        `DELETE FROM kept_entries WHERE seq IN (SELECT seq FROM kept_entries WHERE at < ?
           OR seq <= ifnull((SELECT min(cursor) FROM sink_states), 9007199254740991) LIMIT ?)`,
      ),
    }
  }

  write([, begun, ended, cursor, rest]: DeliveryOp): void {
    const statements = this.#statements
    if (ended) statements.end.run(...ended)
    if (begun) {
      const [id, ...columns] = begun
      const calls = columns.pop() as readonly string[]
      statements.begin.run(id, ...(columns as Column[]))
      for (const call of calls) statements.ofCall.run(id, call)
    }
    if (rest) this.#writeRest(rest)
    if (cursor) statements.cursor.run(...cursor)
  }

  /** Called before a call's entries are deleted: those that a sink has yet to read stay, for it alone. */
  keepUnread(callId: number): void {
    this.#statements.keep.run(callId)
  }

  recoverAttempts(): number {
    this.#statements.recover.run()
    this.#statements.dropTests.run()
    return Number(this.#statements.lastAttempt.get()?.id)
  }

  /** @returns how many rows went, over all kinds. */
  tidy(before: number): number {
    const statements = this.#statements
    const { id } = statements.oldAttempt.get(before, Number(statements.lastAttempt.get()?.id) - ATTEMPTS_MAX, CHUNK)!
    let erased = 0
    this.#sql.exec('BEGIN IMMEDIATE')
    try {
      if (id !== null) {
        erased += Number(statements.eraseAttempts.run(id as number).changes)
        statements.eraseOfCalls.run(id as number)
      }
      erased += Number(statements.eraseLetters.run(before, CHUNK).changes)
      erased += Number(statements.eraseJobs.run(before, CHUNK).changes)
      erased += Number(statements.eraseKept.run(before, CHUNK).changes)
      this.#sql.exec('COMMIT')
      return erased
    } catch (error) {
      if (this.#sql.isTransaction) this.#sql.exec('ROLLBACK')
      throw error
    }
  }

  #writeRest({ failing, waiting, done, deadLetters, redriven, job }: DeliveryRest): void {
    const statements = this.#statements
    for (const id of done) statements.done.run(id)
    for (const row of waiting) statements.waiting.run(...row)
    for (const row of deadLetters) statements.deadLetter.run(...row)
    for (const sid of redriven) statements.redriven.run(sid)
    if (job) statements.job.run(...job)
    if (failing) statements.failing.run(failing[1], failing[0])
  }
}
