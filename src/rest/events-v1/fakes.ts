/** For the tests of this folder: sinks and subscriptions in memory, with the promises of their port, and a listening API. */
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import twilio from 'twilio'
import type { AccountSid, Instant } from '../../lib/ids.ts'
import type { Catalogue } from '../../readers/event-streams/catalogue.ts'
import type {
  SinkRow,
  SinkSid,
  SinkTester,
  StreamStore,
  SubscriptionDraft,
  SubscriptionRow,
} from '../../readers/event-streams/ports.ts'
import { voiceCatalogue } from '../../readers/event-streams/voice-types.ts'
import { ACCOUNT, fakePlatform, TOKEN } from '../api-2010/fakes.ts'
import { createRestServer } from '../server.ts'
import type { EventsV1Config } from './deps.ts'
import { registerEventsV1 } from './events-v1.ts'

type Owned = { readonly sid: string; readonly accountSid: AccountSid; readonly createdAt: Instant }

export class FakeStreamStore implements StreamStore {
  readonly sinkRows = new Map<string, SinkRow>()
  readonly subscriptionRows = new Map<string, SubscriptionRow>()
  /** Place of the next commit. */
  seq = 100
  /** Called before a save, to play the other who saves in between. */
  beforeSave: (() => void) | null = null

  async sinks(accountSid: AccountSid) {
    return ofAccount(this.sinkRows, accountSid)
  }

  async sink(accountSid: AccountSid, sid: string) {
    return mine(this.sinkRows.get(sid), accountSid)
  }

  async addSink(row: SinkRow, max: number) {
    if (ofAccount(this.sinkRows, row.accountSid).length >= max) return 'full'
    this.sinkRows.set(row.sid, row)
    return 'added'
  }

  async saveSink(row: SinkRow) {
    this.#interrupt()
    if (this.sinkRows.get(row.sid)?.version !== row.version) return 'changed'
    this.sinkRows.set(row.sid, { ...row, version: row.version + 1 })
    return 'saved'
  }

  async deleteSink(_accountSid: AccountSid, sid: SinkSid) {
    return this.sinkRows.delete(sid)
  }

  async subscriptions(accountSid: AccountSid) {
    return ofAccount(this.subscriptionRows, accountSid)
  }

  async subscription(accountSid: AccountSid, sid: string) {
    return mine(this.subscriptionRows.get(sid), accountSid)
  }

  async addSubscription(draft: SubscriptionDraft, max: number) {
    const rows = ofAccount(this.subscriptionRows, draft.accountSid)
    if (rows.some(({ sinkSid }) => sinkSid === draft.sinkSid)) return 'sink-in-use'
    return rows.length >= max ? 'full' : this.#commit(draft)
  }

  async saveSubscription(draft: SubscriptionDraft) {
    this.#interrupt()
    if (this.subscriptionRows.get(draft.sid)?.version !== draft.version) return 'changed'
    return this.#commit({ ...draft, version: draft.version + 1 })
  }

  async deleteSubscription(_accountSid: AccountSid, sid: string) {
    return this.subscriptionRows.delete(sid)
  }

  #commit(draft: SubscriptionDraft): SubscriptionRow {
    const seq = this.seq++
    const ranges = draft.ranges.map((range) => ({
      ...range,
      from: range.from === 'now' ? seq : range.from,
      to: range.to === 'now' ? seq : range.to,
    }))
    const row = { ...draft, ranges }
    this.subscriptionRows.set(row.sid, row)
    return row
  }

  #interrupt(): void {
    const interrupt = this.beforeSave
    this.beforeSave = null
    interrupt?.()
  }
}

const mine = <Row extends Owned>(row: Row | undefined, accountSid: AccountSid): Row | null =>
  row?.accountSid === accountSid ? row : null

const ofAccount = <Row extends Owned>(rows: ReadonlyMap<string, Row>, accountSid: AccountSid): Row[] =>
  [...rows.values()]
    .filter((row) => row.accountSid === accountSid)
    .sort((a, b) => (`${a.createdAt}.${a.sid}` < `${b.createdAt}.${b.sid}` ? -1 : 1))

export class FakeTester implements SinkTester {
  readonly tested: string[] = []
  readonly arrived = new Set<string>()

  async deliverTest(sink: SinkRow): Promise<void> {
    this.tested.push(sink.sid)
  }

  async testArrived(_sinkSid: SinkSid, testId: string): Promise<boolean> {
    return this.arrived.has(testId)
  }
}

export interface StreamsPlatform {
  readonly store: FakeStreamStore
  readonly tester: FakeTester
  /** Scheme, host and port. */
  readonly base: string
  /** The reference's own client. */
  readonly as: (user: string, password?: string) => twilio.Twilio
  readonly client: twilio.Twilio
  /** A request by hand, with the account's credentials. */
  readonly raw: (method: string, path: string, form?: Readonly<Record<string, string>>) => Promise<Response>
}

export async function streamsPlatform(
  t: TestContext,
  about: { readonly catalogue?: Catalogue; readonly config?: Partial<EventsV1Config> } = {},
): Promise<StreamsPlatform> {
  const { deps } = await fakePlatform()
  const store = new FakeStreamStore()
  const tester = new FakeTester()
  const app = createRestServer(deps, [
    (scope, authenticate) =>
      registerEventsV1(scope, {
        streams: store,
        tester,
        catalogue: about.catalogue ?? voiceCatalogue,
        clock: deps.clock,
        config: { strictValidate: false, schemaBase: 'https://events-schemas.twilio.com', ...about.config },
        authenticate,
      }),
  ])
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.after(() => app.close())
  const base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  const as = (user: string, password: string = TOKEN): twilio.Twilio => {
    const client = twilio(user, password)
    client.events.baseUrl = base
    return client
  }
  const authorization = `Basic ${Buffer.from(`${ACCOUNT}:${TOKEN}`).toString('base64')}`
  const raw = (method: string, path: string, form?: Readonly<Record<string, string>>): Promise<Response> =>
    fetch(base + path, { method, headers: { authorization }, ...(form && { body: new URLSearchParams(form) }) })
  return { store, tester, base, as, client: as(ACCOUNT), raw }
}

/** What the reference's client throws for a refusal. */
export const refusal = (code: number, status: number) => (error: { code?: number; status?: number }) => {
  return error.code === code && error.status === status
}

export const WEBHOOK = { destination: 'https://example.com/events', method: 'POST' }
export const SEGMENT = { write_key: 'MY_WRITEKEY' }
export const KINESIS = {
  arn: 'arn:aws:kinesis:us-east-1:111111111:stream/test',
  role_arn: 'arn:aws:iam::111111111:role/Role',
  external_id: '1234567890',
}
