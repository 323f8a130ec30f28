/**
 * The ports of Event Streams on the embedded store: sinks, subscriptions, and what delivering needs. Secrets are sealed
 * here, on the way to the store's thread, and opened on the way back.
 */
import type { Sequenced } from '../../journal/entry.ts'
import { assert } from '../../lib/assert.ts'
import type { AccountSid, Instant } from '../../lib/ids.ts'
import type { Vault } from '../../lib/vault.ts'
import type {
  AttemptFilter,
  AttemptRow,
  DeadLetter,
  DeadLetterFilter,
  DeliveringSink,
  DeliveryStore,
  DeliveryWrites,
  LogPage,
  Numbered,
  RedriveQuestion,
  StreamJob,
  WaitingMeta,
} from '../../readers/event-streams/delivery-store.ts'
import type {
  SinkRow,
  SinkSid,
  StreamStore,
  SubscriptionDraft,
  SubscriptionRow,
  SubscriptionSid,
} from '../../readers/event-streams/ports.ts'
import type { Row } from './delivery-reader.ts'
import { decodeEntry } from './encode.ts'
import { encodeWrites, toAttempt, toDeadLetter, toWaiting } from './encode-delivery.ts'
import type { SinkColumns } from './stream-rows.ts'
import type { WorkerLink } from './worker-link.ts'

const ENTRIES_MAX = 1000
const PAGE_MAX = 1001

export class SqliteStreams implements StreamStore, DeliveryStore {
  readonly #link: WorkerLink
  readonly #vault: Vault

  constructor(link: WorkerLink, vault: Vault) {
    this.#link = link
    this.#vault = vault
  }

  async sinks(accountSid: AccountSid): Promise<readonly SinkRow[]> {
    return (await this.#link.ask('sinks', accountSid)).map((row) => this.#openSink(row))
  }

  async sink(accountSid: AccountSid, sid: SinkSid): Promise<SinkRow | null> {
    const row = await this.#link.ask('sink', accountSid, sid)
    return row && this.#openSink(row)
  }

  addSink(row: SinkRow, max: number): Promise<'added' | 'full'> {
    return this.#link.ask('addSink', this.#sealSink(row), max)
  }

  saveSink(row: SinkRow): Promise<'saved' | 'changed'> {
    return this.#link.ask('saveSink', this.#sealSink(row))
  }

  deleteSink(accountSid: AccountSid, sid: SinkSid): Promise<boolean> {
    return this.#link.ask('deleteSink', accountSid, sid)
  }

  async subscriptions(accountSid: AccountSid): Promise<readonly SubscriptionRow[]> {
    return (await this.#link.ask('subscriptions', accountSid)).map(({ row }) => JSON.parse(String(row)))
  }

  async subscription(accountSid: AccountSid, sid: SubscriptionSid): Promise<SubscriptionRow | null> {
    const found = await this.#link.ask('subscription', accountSid, sid)
    return found && JSON.parse(String(found.row))
  }

  async addSubscription(draft: SubscriptionDraft, max: number): Promise<SubscriptionRow | 'full' | 'sink-in-use'> {
    const saved = await this.#link.ask('addSubscription', JSON.stringify(draft), max)
    return saved === 'full' || saved === 'sink-in-use' ? saved : JSON.parse(saved)
  }

  async saveSubscription(draft: SubscriptionDraft): Promise<SubscriptionRow | 'changed'> {
    const saved = await this.#link.ask('saveSubscription', JSON.stringify(draft))
    return saved === 'changed' ? saved : JSON.parse(saved)
  }

  deleteSubscription(accountSid: AccountSid, sid: SubscriptionSid): Promise<boolean> {
    return this.#link.ask('deleteSubscription', accountSid, sid)
  }

  async commit(writes: DeliveryWrites): Promise<void> {
    await this.#link.commit([encodeWrites(writes)])
  }

  async deliveringSinks(): Promise<readonly DeliveringSink[]> {
    return (await this.#link.ask('deliveringSinks')).map((row) => ({
      sink: this.#openSink(row),
      subscriptions: JSON.parse(String(row.subscriptions)) as SubscriptionRow[],
      state:
        row.cursor === null ? null : { cursor: Number(row.cursor), failingSince: row.failing_since as Instant | null },
    }))
  }

  forgetSink(sinkSid: SinkSid): Promise<void> {
    return this.#link.ask('forgetSink', sinkSid)
  }

  async entriesAfter(
    seq: number,
    max: number,
  ): Promise<{ readonly entries: readonly Sequenced[]; readonly to: number }> {
    assert(max >= 1 && max <= ENTRIES_MAX, `a page of ${max} entries, expected 1 to ${ENTRIES_MAX}`)
    const { rows, to } = await this.#link.ask('streamEntriesAfter', seq, max)
    return { entries: rows.map(([place, body]) => ({ seq: place, entry: decodeEntry(body) })), to }
  }

  seqBefore(at: Instant): Promise<number> {
    return this.#link.ask('seqBefore', at)
  }

  async waitingOf(sinkSid: SinkSid): Promise<readonly WaitingMeta[]> {
    return (await this.#link.ask('waitingOf', sinkSid)).map((row) => toWaiting(row, sinkSid))
  }

  async waitingEvents(id: string): Promise<readonly string[] | null> {
    const json = await this.#link.ask('waitingEvents', id)
    return json === null ? null : JSON.parse(json)
  }

  async recoverAttempts(): Promise<number> {
    return await this.#link.ask('recoverAttempts')
  }

  async attempts(filter: AttemptFilter, page: LogPage): Promise<readonly AttemptRow[]> {
    const { accountSid, sinkSid = null, callSid = null, outcome = null } = filter
    const question = { account: accountSid, sink: sinkSid, call: callSid, outcome, ...within(page) }
    return (await this.#link.ask('attempts', question)).map(toAttempt)
  }

  testArrived(sinkSid: SinkSid, testId: string): Promise<boolean> {
    return this.#link.ask('testArrived', sinkSid, testId)
  }

  async deadLetters({ accountSid, sinkSid }: DeadLetterFilter, page: LogPage) {
    const { before, max } = within(page)
    const rows = await this.#link.ask('deadLetters', accountSid, sinkSid ?? null, before, max)
    return rows.map((row): Numbered<DeadLetter> => ({ ...toDeadLetter(row), number: Number(row.id) }))
  }

  async deadLetter(accountSid: AccountSid, sid: string): Promise<DeadLetter | null> {
    const row = await this.#link.ask('deadLetter', accountSid, sid)
    return row && toDeadLetter(row)
  }

  newestDeadLetter(): Promise<number> {
    return this.#link.ask('newestDeadLetter')
  }

  async toRedrive({ sinkSid, types, from, to, upTo, max }: RedriveQuestion): Promise<readonly DeadLetter[]> {
    const range = { from: from ?? 0, to: to ?? Number.MAX_SAFE_INTEGER }
    return (await this.#link.ask('toRedrive', { sink: sinkSid, types, ...range, upTo, max })).map(toDeadLetter)
  }

  async job(accountSid: AccountSid, sid: string): Promise<StreamJob | null> {
    const json = await this.#link.ask('job', accountSid, sid)
    return json === null ? null : JSON.parse(json)
  }

  async jobs(accountSid: AccountSid, kind: StreamJob['kind'], page: LogPage) {
    const { before, max } = within(page)
    const rows = await this.#link.ask('jobs', accountSid, kind, before, max)
    return rows.map((row): Numbered<StreamJob> => ({ ...JSON.parse(String(row.row)), number: Number(row.id) }))
  }

  async openJobs(): Promise<readonly StreamJob[]> {
    return (await this.#link.ask('openJobs')).map((row) => JSON.parse(row))
  }

  tidy(before: Instant): Promise<number> {
    return this.#link.ask('tidy', before)
  }

  #sealSink(row: SinkRow): SinkColumns {
    const { sink, secrets, ...plain } = row
    const sealed = this.#vault.seal(JSON.stringify({ sink, secrets }), row.sid)
    return {
      sid: row.sid,
      account: row.accountSid,
      createdAt: row.createdAt,
      version: row.version,
      row: JSON.stringify({ ...plain, sealed }),
    }
  }

  #openSink({ version, row }: Row): SinkRow {
    const { sealed, ...plain } = JSON.parse(String(row)) as SinkRow & { readonly sealed: string }
    return { ...plain, ...JSON.parse(this.#vault.open(sealed, plain.sid)), version: Number(version) }
  }
}

function within({ before, max }: LogPage): { before: number; max: number } {
  assert(max >= 1 && max <= PAGE_MAX, `a page of ${max} rows, expected 1 to ${PAGE_MAX}`)
  return { before: before ?? Number.MAX_SAFE_INTEGER, max }
}
