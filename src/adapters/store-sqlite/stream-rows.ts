/**
 * Sinks and subscriptions. What has to be decided at the moment of saving (limits, versions, which place of the journal
 * is `now`) is decided here, in a transaction of its own between two commits. Rows are JSON. Runs in the worker thread.
 */
import type { DatabaseSync } from 'node:sqlite'
import type { Row } from './delivery-reader.ts'

interface Range {
  readonly from: number | 'now'
  readonly to: number | 'now' | null
}
interface Subscription {
  readonly sid: string
  readonly accountSid: string
  readonly sinkSid: string
  readonly createdAt: number
  readonly version: number
  readonly ranges: readonly Range[]
}
export interface SinkColumns {
  readonly sid: string
  readonly account: string
  readonly createdAt: number
  readonly version: number
  readonly row: string
}

export class StreamRows {
  readonly #sql: DatabaseSync
  readonly #nextSeq: () => number
  readonly #statements

  constructor(sql: DatabaseSync, nextSeq: () => number) {
    this.#sql = sql
    this.#nextSeq = nextSeq
    this.#statements = {
      sinks: sql.prepare('SELECT sid, version, row FROM sinks WHERE account = ? ORDER BY created_at, sid'),
      sink: sql.prepare('SELECT sid, version, row FROM sinks WHERE sid = ? AND account = ?'),
      countSinks: sql.prepare('SELECT count(*) AS kept FROM sinks WHERE account = ?'),
      addSink: sql.prepare('INSERT INTO sinks (sid, account, created_at, version, row) VALUES (?, ?, ?, ?, ?)'),
      saveSink: sql.prepare('UPDATE sinks SET version = version + 1, row = ? WHERE sid = ? AND version = ?'),
      deleteSink: sql.prepare('DELETE FROM sinks WHERE sid = ? AND account = ?'),
      deleteState: sql.prepare('DELETE FROM sink_states WHERE sink = ?'),
      deleteWaiting: sql.prepare('DELETE FROM waiting WHERE sink = ?'),
      subscriptions: sql.prepare(
        'SELECT row FROM subscriptions WHERE account = ? AND deleted = 0 ORDER BY created_at, sid',
      ),
      subscription: sql.prepare('SELECT row FROM subscriptions WHERE sid = ? AND account = ? AND deleted = 0'),
      countSubscriptions: sql.prepare('SELECT count(*) AS kept FROM subscriptions WHERE account = ? AND deleted = 0'),
      ofSink: sql.prepare('SELECT 1 FROM subscriptions WHERE sink = ? AND deleted = 0'),
      addSubscription: sql.prepare(
        'INSERT INTO subscriptions (sid, account, sink, created_at, version, row) VALUES (?, ?, ?, ?, ?, ?)',
      ),
      saveSubscription: sql.prepare(
        'UPDATE subscriptions SET version = version + 1, row = ? WHERE sid = ? AND version = ?',
      ),
      endSubscription: sql.prepare('UPDATE subscriptions SET deleted = 1, row = ? WHERE sid = ?'),
      forget: sql.prepare('DELETE FROM subscriptions WHERE sink = ? AND deleted = 1'),
      addState: sql.prepare('INSERT OR IGNORE INTO sink_states (sink, cursor) SELECT sid, ? FROM sinks WHERE sid = ?'),
      cursor: sql.prepare('SELECT cursor FROM sink_states WHERE sink = ?'),
      subscribed: sql.prepare(
        `SELECT sinks.version AS version, sinks.row AS row, cursor, failing_since,
           (SELECT json_group_array(json(row)) FROM subscriptions WHERE sink = sinks.sid) AS subscriptions
           FROM sinks LEFT JOIN sink_states ON sink_states.sink = sinks.sid
           WHERE cursor IS NOT NULL OR EXISTS (SELECT 1 FROM waiting WHERE waiting.sink = sinks.sid)`,
      ),
    }
  }

  sinks(account: string): readonly Row[] {
    return this.#statements.sinks.all(account) as unknown as Row[]
  }

  sink(account: string, sid: string): Row | null {
    return (this.#statements.sink.get(sid, account) as unknown as Row | undefined) ?? null
  }

  addSink({ sid, account, createdAt, version, row }: SinkColumns, max: number): 'added' | 'full' {
    return this.#whole(() => {
      if (Number(this.#statements.countSinks.get(account)?.kept) >= max) return 'full'
      this.#statements.addSink.run(sid, account, createdAt, version, row)
      return 'added'
    })
  }

  saveSink({ sid, version, row }: SinkColumns): 'saved' | 'changed' {
    return this.#statements.saveSink.run(row, sid, version).changes === 1 ? 'saved' : 'changed'
  }

  /** With its cursor and what waits for it; dead letters and the log stay. */
  deleteSink(account: string, sid: string): boolean {
    return this.#whole(() => {
      if (this.#statements.deleteSink.run(sid, account).changes === 0) return false
      this.#statements.deleteState.run(sid)
      this.#statements.deleteWaiting.run(sid)
      this.#statements.forget.run(sid)
      return true
    })
  }

  subscriptions(account: string): readonly Row[] {
    return this.#statements.subscriptions.all(account) as unknown as Row[]
  }

  subscription(account: string, sid: string): Row | null {
    return (this.#statements.subscription.get(sid, account) as unknown as Row | undefined) ?? null
  }

  /** @param json a `SubscriptionDraft` @returns the row as saved */
  addSubscription(json: string, max: number): string | 'full' | 'sink-in-use' {
    return this.#whole(() => {
      const draft = JSON.parse(json) as Subscription
      const { sid, accountSid, sinkSid, createdAt, version } = draft
      if (this.#statements.ofSink.get(sinkSid)) return 'sink-in-use'
      if (Number(this.#statements.countSubscriptions.get(accountSid)?.kept) >= max) return 'full'
      const row = JSON.stringify(this.#placed(draft))
      this.#statements.addSubscription.run(sid, accountSid, sinkSid, createdAt, version, row)
      this.#statements.addState.run(this.#nextSeq() - 1, sinkSid)
      return row
    })
  }

  saveSubscription(json: string): string | 'changed' {
    return this.#whole(() => {
      const draft = JSON.parse(json) as Subscription
      const cursor = this.#statements.cursor.get(draft.sinkSid)?.cursor as number | undefined
      const placed = this.#placed(draft)
      const ranges = placed.ranges.filter(({ to }) => to === null || cursor === undefined || Number(to) > cursor + 1)
      const row = JSON.stringify({ ...placed, ranges, version: draft.version + 1 })
      return this.#statements.saveSubscription.run(row, draft.sid, draft.version).changes === 1 ? row : 'changed'
    })
  }

  deleteSubscription(account: string, sid: string): boolean {
    return this.#whole(() => {
      const found = this.#statements.subscription.get(sid, account)
      if (!found) return false
      const row = JSON.parse(found.row as string) as Subscription
      const ranges = row.ranges.map((range) => (range.to === null ? { ...range, to: this.#nextSeq() } : range))
      this.#statements.endSubscription.run(JSON.stringify({ ...row, ranges }), sid)
      return true
    })
  }

  /** Every sink that is subscribed, has not passed the end of its subscriptions, or has deliveries waiting. */
  deliveringSinks(): readonly Row[] {
    return this.#statements.subscribed.all() as unknown as Row[]
  }

  forgetSink(sink: string): void {
    this.#whole(() => {
      if (this.#statements.ofSink.get(sink)) return
      this.#statements.forget.run(sink)
      this.#statements.deleteState.run(sink)
    })
  }

  #placed(draft: Subscription): Subscription {
    const now = this.#nextSeq()
    const ranges = draft.ranges.map((range) => ({
      ...range,
      from: range.from === 'now' ? now : range.from,
      to: range.to === 'now' ? now : range.to,
    }))
    return { ...draft, ranges }
  }

  #whole<Result>(change: () => Result): Result {
    this.#sql.exec('BEGIN IMMEDIATE')
    try {
      const result = change()
      this.#sql.exec('COMMIT')
      return result
    } catch (error) {
      if (this.#sql.isTransaction) this.#sql.exec('ROLLBACK')
      throw error
    }
  }
}
