/** A platform for the tests of this folder: real phones and a virtual clock, a journal in memory, credentials by header. */
import Fastify, { type FastifyInstance, type InjectOptions, type LightMyRequestResponse } from 'fastify'
import type { CallRecord } from '../../engine/call/call-record.ts'
import { InlineEngine } from '../../engine/media/inline-engine.ts'
import { memoryFiles, testSounds } from '../../engine/media/test-sounds.ts'
import type { LegWire } from '../../engine/ports/leg.ts'
import type { Entry, Fact, FactBody, HeardSpan, Sequenced } from '../../journal/entry.ts'
import type { Cursor, ResourceRow, Write } from '../../journal/store.ts'
import type { AccountSid, CallSid, Instant } from '../../lib/ids.ts'
import { silentLogger } from '../../lib/logger.ts'
import { VirtualClock } from '../../lib/virtual-clock.ts'
import { WireError } from '../../lib/wire-error.ts'
import { SimulatedNetwork } from '../../phones/network.ts'
import { SCHEMA_BASE_DEFAULT } from '../../readers/event-streams/events-of.ts'
import { voiceCatalogue } from '../../readers/event-streams/voice-types.ts'
import { errorBody, Refusal, refuse } from '../errors.ts'
import { type RingbackV1Deps, registerRingbackV1 } from './ringback-v1.ts'

export const ACCOUNT = `AC${'0'.repeat(32)}` as AccountSid
export const OTHER_ACCOUNT = `AC${'9'.repeat(32)}` as AccountSid
export const CALL = `CA${'1'.repeat(32)}` as CallSid
export const OTHER_CALL = `CA${'2'.repeat(32)}` as CallSid

class MemoryJournal {
  readonly entries: Sequenced[] = []
  readonly writes: Write[] = []
  readonly #listeners = new Set<(entries: readonly Sequenced[]) => void>()

  get listeners(): number {
    return this.#listeners.size
  }

  async append(group: readonly Write[]): Promise<void> {
    this.writes.push(...group)
    const committed = group
      .filter((write): write is Entry => write.kind === 'fact' || write.kind === 'exchange')
      .map((entry, index) => ({ seq: this.entries.length + 1 + index, entry }))
    this.entries.push(...committed)
    for (const listener of this.#listeners) listener(committed)
  }

  onCommitted(listener: (entries: readonly Sequenced[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly store: RingbackV1Deps['journal']['store'] = {
    factsOfCall: async (callSid, kinds) => this.#facts(callSid).filter(({ body }) => kinds.includes(body.fact)),
    alerts: async ({ accountSid, callSid, before }, max) => {
      const facts = this.#facts(callSid).filter((fact) => fact.accountSid === accountSid && fact.body.fact === 'alert')
      const newest = facts.toReversed()
      const from = newest.findIndex(({ body }) => body.fact === 'alert' && body.alert.sid === before)
      return newest.slice(from + 1, from + 1 + max)
    },
    readAfter: async (cursor, max) => {
      if (!/^\d*$/.test(cursor)) throw new WireError('cursor', cursor, 'one of ours')
      const entries = this.entries.filter(({ seq }) => seq > Number(cursor)).slice(0, max)
      return { entries, cursor: String(entries.at(-1)?.seq ?? cursor) as Cursor }
    },
    head: async () => String(this.entries.length) as Cursor,
    cursorAt: (seq) => String(seq) as Cursor,
    resources: async (type, accountSid) => {
      const rows = new Map<string, ResourceRow>()
      for (const write of this.writes) {
        if (write.kind === 'resource' && write.resource.type === type) rows.set(write.resource.sid, write.resource)
        if (write.kind === 'delete-resource' && write.type === type) rows.delete(write.sid)
      }
      return [...rows.values()].filter((row) => accountSid === undefined || row.accountSid === accountSid)
    },
  }

  #facts(callSid?: CallSid): Fact[] {
    return this.entries.flatMap(({ entry }) =>
      entry.kind === 'fact' && (!callSid || entry.callSid === callSid) ? [entry] : [],
    )
  }
}

export interface TestPlatform {
  readonly app: FastifyInstance
  readonly clock: VirtualClock
  readonly network: SimulatedNetwork
  readonly journal: MemoryJournal
  readonly calls: Map<
    CallSid,
    {
      readonly accountSid: AccountSid
      readonly status: CallRecord['status']
      readonly hearing?: { readonly span: HeardSpan; readonly atMs: number }
      readonly wire?: LegWire
    }
  >
  /** A request of `ACCOUNT` unless the `account` header says otherwise. */
  ask(
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<LightMyRequestResponse>
  fact(body: FactBody, more?: Partial<Fact>): Fact
}

export function aPlatform(more: Partial<RingbackV1Deps> = {}): TestPlatform {
  const clock = new VirtualClock({ startAt: Date.UTC(2030, 0, 1) as Instant, settleMs: 0, mode: 'held' })
  const network = new SimulatedNetwork({
    clock,
    logger: silentLogger,
    media: new InlineEngine({ clock, files: memoryFiles() }),
    sounds: testSounds,
    namedSound: async () => null,
  })
  const journal = new MemoryJournal()
  const calls: TestPlatform['calls'] = new Map()
  const app = Fastify({ routerOptions: { maxParamLength: 200 } })
  app.setErrorHandler((error, _request, reply) => {
    const refusal = error instanceof Refusal ? error : refuse('internal')
    return reply.code(refusal.status).header('content-type', 'application/json').send(errorBody(refusal))
  })
  registerRingbackV1(app, {
    authenticate: async (request) => {
      const account = request.headers.account ?? ACCOUNT
      if (account === 'nobody') throw refuse('noCredentials')
      request.principal = { accountSid: account as AccountSid, keySid: null }
    },
    calls: {
      find: async (accountSid, sid) => {
        const call = calls.get(sid)
        return call?.accountSid === accountSid ? ({ sid, ...call } as unknown as CallRecord) : null
      },
      hearing: (sid) => calls.get(sid)?.hearing ?? null,
      wire: async (sid) => calls.get(sid)?.wire ?? null,
    },
    network,
    journal,
    clock,
    logger: silentLogger,
    events: {
      catalogue: voiceCatalogue,
      gate: 'callback',
      transcriptionContent: false,
      schemaBase: SCHEMA_BASE_DEFAULT,
    },
    ...more,
  })
  return {
    app,
    clock,
    network,
    journal,
    calls,
    ask: (method, path, body, headers = {}) =>
      app.inject({
        method,
        url: `/ringback/v1${path}`,
        headers,
        ...(body !== undefined && { payload: body }),
      } as InjectOptions),
    fact: (body, rest = {}) => ({
      kind: 'fact',
      accountSid: ACCOUNT,
      callSid: CALL,
      place: 0,
      at: clock.now(),
      body,
      ...rest,
    }),
  }
}
