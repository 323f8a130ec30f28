/**
 * For the tests of this folder: a store and a call service that live in memory and do no more than their ports say.
 * Calls never ring; a test sets a call's status itself.
 */

import { type CallRecord, isFinal } from '../../engine/call/call-record.ts'
import type { CallChange, CallService, NewCall } from '../../engine/call/call-service.ts'
import { DEFAULT_OPTIONS } from '../../engine/call/new-records.ts'
import { Queues } from '../../engine/queue/queues.ts'
import type { Alert, Exchange, Fact } from '../../journal/entry.ts'
import type { CallFilter, CallRow, RecordingFilter, ResourceRow, Store, Write } from '../../journal/store.ts'
import type { Clock } from '../../lib/clock.ts'
import {
  type AccountSid,
  type CallSid,
  type Instant,
  type NumberSid,
  newSid,
  type RecordingSid,
} from '../../lib/ids.ts'
import { silentLogger } from '../../lib/logger.ts'
import type { RestConfig, RestDeps } from '../deps.ts'
import { newNumber } from './number-row.ts'
import { FakeRecordings } from './recordings/fakes.ts'
import type { AccountRow, NumberRow } from './rows.ts'

export const ACCOUNT = `AC${'a'.repeat(32)}` as AccountSid
export const SUBACCOUNT = `AC${'b'.repeat(32)}` as AccountSid
export const STRANGER = `AC${'c'.repeat(32)}` as AccountSid
export const TOKEN = 'f'.repeat(32)
export const OWN_NUMBER = '+15005550006'
/** Tue, 11 Aug 2020 17:44:08 GMT */
export const NOW = Date.UTC(2020, 7, 11, 17, 44, 8) as Instant

export class FakeStore {
  readonly exchanges: Exchange[] = []
  readonly facts: Fact[] = []
  readonly callRows: CallRow[] = []
  /** Those whose list the store gives. */
  recordingsHeld: FakeRecordings | null = null
  readonly #resources = new Map<string, ResourceRow>()

  async append(group: readonly Write[]): Promise<readonly number[]> {
    for (const write of group) {
      if (write.kind === 'exchange') this.exchanges.push(write)
      else if (write.kind === 'fact') this.facts.push(write)
      else if (write.kind === 'resource')
        this.#resources.set(`${write.resource.type} ${write.resource.sid}`, write.resource)
      else if (write.kind === 'delete-resource') this.#resources.delete(`${write.type} ${write.sid}`)
      else throw new Error(`the fake store does not take a ${write.kind}`)
    }
    return []
  }

  async resource(type: string, sid: string): Promise<ResourceRow | null> {
    return this.#resources.get(`${type} ${sid}`) ?? null
  }

  async resources(type: string, accountSid?: AccountSid): Promise<readonly ResourceRow[]> {
    const all = [...this.#resources.values()]
    return all.filter((row) => row.type === type && (accountSid === undefined || row.accountSid === accountSid))
  }

  async exchangesOfCall(callSid: CallSid, afterPlace: number, max: number): Promise<readonly Exchange[]> {
    return this.exchanges.filter((entry) => entry.callSid === callSid && entry.place > afterPlace).slice(0, max)
  }

  async alerts(
    filter: { accountSid: AccountSid; callSid?: CallSid; before?: string },
    max: number,
  ): Promise<readonly Fact[]> {
    const { accountSid, callSid, before } = filter
    const mine = this.facts
      .filter((fact) => fact.accountSid === accountSid && (!callSid || fact.callSid === callSid))
      .reverse()
    const seen = mine.findIndex(({ body }) => body.fact === 'alert' && body.alert.sid === before)
    return mine.slice(seen + 1).slice(0, max)
  }

  async recordings(filter: RecordingFilter, page: { after: RecordingSid | null; max: number }) {
    return this.recordingsHeld?.list(filter, page) ?? []
  }

  async calls(filter: CallFilter, page: { after: CallSid | null; max: number }): Promise<readonly CallRow[]> {
    const within = (at: Instant | null, from?: Instant, to?: Instant) =>
      (from === undefined || (at !== null && at >= from)) && (to === undefined || (at !== null && at < to))
    const matching = this.callRows.filter(
      (row) =>
        row.accountSid === filter.accountSid &&
        (filter.to === undefined || row.to === filter.to) &&
        (filter.from === undefined || row.from === filter.from) &&
        (filter.status === undefined || row.status === filter.status) &&
        (filter.parentCallSid === undefined || row.parentCallSid === filter.parentCallSid) &&
        within(row.startedAt, filter.startedFrom, filter.startedTo) &&
        within(row.endedAt, filter.endedFrom, filter.endedTo),
    )
    const newestFirst = matching.reverse()
    const at = page.after === null ? -1 : newestFirst.findIndex((row) => row.sid === page.after)
    return page.after !== null && at === -1 ? [] : newestFirst.slice(at + 1, at + 1 + page.max)
  }
}

export class FakeCalls implements CallService {
  readonly records = new Map<CallSid, CallRecord>()
  readonly created: NewCall[] = []
  readonly changes: CallChange[] = []
  readonly #store: FakeStore
  #place = 0

  constructor(store: FakeStore) {
    this.#store = store
  }

  async create(call: NewCall, witness: Parameters<CallService['create']>[1]): Promise<CallRecord> {
    const record = aCall({ ...call })
    this.created.push(call)
    this.put(record)
    await this.#store.append(witness(record, this.#place++, NOW))
    return record
  }

  /** Adds a call, or replaces it; newest last. */
  put(record: CallRecord): void {
    this.records.set(record.sid, record)
    const row: CallRow = {
      ...record,
      live: !isFinal(record.status),
      row: record,
    }
    const at = this.#store.callRows.findIndex(({ sid }) => sid === record.sid)
    if (at === -1) this.#store.callRows.push(row)
    else this.#store.callRows[at] = row
  }

  async find(accountSid: AccountSid, sid: CallSid): Promise<CallRecord | null> {
    const record = this.records.get(sid)
    return record?.accountSid === accountSid ? record : null
  }

  async change(sid: CallSid, change: CallChange, witness: Parameters<CallService['change']>[2]) {
    const before = this.records.get(sid)!
    this.changes.push(change)
    const refused = change.document !== undefined && before.status !== 'in-progress'
    if (!refused && change.status && !isFinal(before.status))
      this.put({ ...before, status: change.status, endedAt: NOW })
    const result = refused ? ('not-in-progress' as const) : this.records.get(sid)!
    await this.#store.append(witness(result, before, this.#place++, NOW))
    return result
  }

  async witness(sid: CallSid, witness: Parameters<CallService['witness']>[1]): Promise<void> {
    await this.#store.append(witness(this.records.get(sid)!, this.#place++, NOW))
  }

  async delete(_accountSid: AccountSid, sid: CallSid): Promise<boolean> {
    if (!isFinal(this.records.get(sid)!.status)) return false
    this.records.delete(sid)
    this.#store.callRows.splice(
      this.#store.callRows.findIndex((row) => row.sid === sid),
      1,
    )
    return true
  }

  hearing(): null {
    return null
  }

  async wire(): Promise<null> {
    return null
  }
}

export function aCall(about: Partial<CallRecord> = {}): CallRecord {
  return {
    sid: newSid('CA'),
    accountSid: ACCOUNT,
    parentCallSid: null,
    to: '+14155550100',
    from: OWN_NUMBER,
    phoneNumberSid: null,
    applicationSid: null,
    direction: 'outbound-api',
    status: 'queued',
    callerName: null,
    forwardedFrom: null,
    answeredBy: null,
    queueTimeMs: 0,
    createdAt: NOW,
    updatedAt: NOW,
    startedAt: null,
    answeredAt: null,
    endedAt: null,
    sipResponseCode: null,
    voice: { document: { twiml: '<Response/>' }, fallback: null },
    statusCallback: null,
    callbackSequence: 0,
    options: DEFAULT_OPTIONS,
    extraParameters: {},
    ...about,
  }
}

export interface FakePlatform {
  readonly deps: RestDeps
  readonly store: FakeStore
  readonly calls: FakeCalls
  readonly recordings: FakeRecordings
  /** Alerts of no call, as they were raised. */
  readonly alerts: Alert[]
}

/** An account with one number, a subaccount and a stranger's account. */
export async function fakePlatform(config: Partial<RestConfig> = {}): Promise<FakePlatform> {
  const store = new FakeStore()
  const calls = new FakeCalls(store)
  const recordings = new FakeRecordings(calls)
  store.recordingsHeld = recordings
  const alerts: Alert[] = []
  const stillClock: Clock = {
    kind: 'real',
    now: () => NOW,
    after: () => ({ cancel() {} }),
    daemon: () => ({ cancel() {} }),
    hold: () => ({ release() {} }),
  }
  const account = (sid: AccountSid, owner: AccountSid): Write => {
    const row: AccountRow = {
      friendlyName: 'Test',
      status: 'active',
      type: 'Full',
      ownerAccountSid: owner,
      authToken: TOKEN,
      updatedAt: NOW,
    }
    return { kind: 'resource', resource: { type: 'account', sid, accountSid: sid, createdAt: NOW, row } }
  }
  const { sid, accountSid, createdAt, row } = newNumber({ accountSid: ACCOUNT, phoneNumber: OWN_NUMBER, now: NOW })
  await store.append([
    account(ACCOUNT, ACCOUNT),
    account(SUBACCOUNT, ACCOUNT),
    account(STRANGER, STRANGER),
    { kind: 'resource', resource: { type: 'number', sid, accountSid, createdAt, row } },
  ])
  const deps: RestDeps = {
    calls,
    recordings: { service: recordings, media: recordings },
    queues: new Queues({ clock: stillClock, journal: { append: (group) => store.append(group), store } }),
    journal: { append: (group) => store.append(group), store: store as unknown as Store },
    clock: stillClock,
    logger: silentLogger,
    config: { callerId: 'any', callEventsJsonBody: 'object', ...config },
    alert: (_, alert) => alerts.push(alert),
  }
  return { deps, store, calls, recordings, alerts }
}

/** The number every fake account owns. */
export async function ownNumber(store: FakeStore): Promise<{ sid: NumberSid; row: NumberRow }> {
  const [number] = await store.resources('number', ACCOUNT)
  return { sid: number!.sid as NumberSid, row: number!.row as NumberRow }
}

export const authorization = (user: string = ACCOUNT, password: string = TOKEN): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
