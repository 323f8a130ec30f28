/**
 * Event Streams as a running part of the platform: one tail reader, a sender a sink, and the store's sinks and
 * subscriptions, whose changes pass through here so that delivery follows them from the very entry they count from.
 */
import type { Alert, Sequenced } from '../../journal/entry.ts'
import type { Clock, Timer } from '../../lib/clock.ts'
import { type AccountSid, type Instant, newSid, newUuid, randomHex32 } from '../../lib/ids.ts'
import type { Logger } from '../../lib/logger.ts'
import type { Transports } from './channel.ts'
import type { DeliveryStore, RedriveJob, ReplayJob, StreamJob } from './delivery-store.ts'
import type { EventOptions } from './events-of.ts'
import { Jobs } from './jobs.ts'
import type { SinkRow, SinkSid, SinkStatus, SinkTester, StreamStore, SubscriptionRow } from './ports.ts'
import { type DeliveryReport, type SenderDeps, type SenderStats, toMeta, toWaiting } from './sender-parts.ts'
import { SinkSender } from './sink-sender.ts'
import { rotateSecret } from './sinks/standard-webhooks.ts'
import { Tail } from './tail.ts'
import { testEvent } from './test-event.ts'

export interface EventStreamsDeps {
  readonly store: StreamStore & DeliveryStore
  readonly onCommitted: (listener: (entries: readonly Sequenced[]) => void) => () => void
  /** The newest entry's place when delivery starts. */
  readonly head: () => Promise<number>
  readonly clock: Clock
  readonly logger: Logger
  readonly transports: Transports
  readonly options: EventOptions
  readonly authTokenOf: SenderDeps['authTokenOf']
  readonly version: string
  readonly holdClock: boolean
  readonly report: DeliveryReport
  readonly alert: (accountSid: AccountSid, alert: Alert) => void
  /** How long the attempt log and dead letters are kept. */
  readonly keepDays?: number
}

const DAY_MS = 86_400_000
const KEEP_DAYS = 30
const TIDY_EVERY_MS = 3_600_000
const TIDY_FIRST_MS = 60_000
const STATUS_TRIES_MAX = 10

export class EventStreams implements SinkTester {
  /** Sinks and subscriptions for those who change them. */
  readonly streams: StreamStore
  readonly #deps: EventStreamsDeps
  readonly #senders = new Map<SinkSid, SinkSender>()
  readonly #jobs: Jobs
  #senderDeps: SenderDeps | null = null
  #tail: Tail | null = null
  #unlisten: (() => void) | null = null
  #tidying: Timer | null = null
  #lastAttempt = 0
  #refreshing: Promise<void> = Promise.resolve()

  constructor(deps: EventStreamsDeps) {
    this.#deps = deps
    this.streams = this.#watched(deps.store)
    const { store, clock, logger, options, holdClock } = deps
    this.#jobs = new Jobs({
      store,
      streams: store,
      clock,
      logger,
      options,
      holdClock,
      senderOf: async (accountSid, sinkSid) => {
        const row = await store.sink(accountSid, sinkSid)
        return row && this.#senderOf(row)
      },
    })
  }

  /** Goes on where the last run stopped or was killed. */
  async start(): Promise<void> {
    const { store, clock, logger, options, holdClock, transports, authTokenOf, version, report } = this.#deps
    this.#lastAttempt = await store.recoverAttempts()
    const tail = new Tail(await this.#deps.head(), { store, clock, logger, options, holdClock })
    this.#tail = tail
    this.#senderDeps = {
      clock,
      logger,
      store,
      transports,
      authTokenOf,
      version,
      holdClock,
      report,
      newAttemptId: () => ++this.#lastAttempt,
      random: () => Number.parseInt(randomHex32().slice(0, 8), 16) / 2 ** 32,
      setStatus: (sink, status) => void this.#setStatus(sink, status),
      alert: (accountSid, code, message) =>
        this.#deps.alert(accountSid, { sid: newSid('NO'), code, level: 'error', message }),
      needsMore: (sinkSid) => tail.readMore(sinkSid),
    }
    this.#unlisten = this.#deps.onCommitted(tail.receive)
    tail.pause()
    await this.#refresh()
    for (const sender of this.#senders.values()) sender.pump()
    for (const job of await store.openJobs()) this.#jobs.run(job)
    this.#tidyAfter(TIDY_FIRST_MS)
  }

  /** Resolves when no request is under way, as far as that can be said of a running platform. */
  async quiet(): Promise<void> {
    for (const sender of this.#senders.values()) await sender.quiet()
  }

  /** Gives up requests under way; what they carried is sent after the next start. */
  async stop(): Promise<void> {
    this.#tidying?.cancel()
    this.#unlisten?.()
    this.#tail?.stop()
    const jobs = this.#jobs.stop()
    for (const sender of this.#senders.values()) sender.saveCursor()
    await Promise.all([...this.#senders.values()].map((sender) => sender.stop()))
    await jobs
  }

  stats(): { readonly sinks: readonly SenderStats[]; readonly position: number } {
    return { sinks: [...this.#senders.values()].map((sender) => sender.stats()), position: this.#tail?.position ?? 0 }
  }

  async deliverTest(sink: SinkRow): Promise<void> {
    const sender = await this.#senderOf(sink)
    const { clock, store, options } = this.#deps
    const [testId, now] = [newUuid(), clock.now()]
    const event = testEvent({ accountSid: sink.accountSid, testId, at: now, schemaBase: options.schemaBase })
    const row = toWaiting(
      { sinkSid: sink.sid, place: sender.line.nextPlace(), trigger: 'test', dueAt: now, testId },
      [event],
      false,
    )
    await store.commit({ waiting: [row] })
    sender.lineUp([toMeta(row)])
  }

  testArrived(sinkSid: SinkSid, testId: string): Promise<boolean> {
    return this.#deps.store.testArrived(sinkSid, testId)
  }

  /** Puts dead letters of a sink in line again; those given up from now on are not among them. */
  async redrive(asked: Pick<RedriveJob, 'accountSid' | 'sinkSid' | 'types' | 'from' | 'to'>): Promise<RedriveJob> {
    const upTo = await this.#deps.store.newestDeadLetter()
    return this.#begin({ ...asked, ...this.#newJob(), kind: 'redrive', sid: newSid('RD'), upTo })
  }

  /** Delivers past events of what is subscribed now; those that happen from now on are not among them. */
  async replay(asked: Pick<ReplayJob, 'accountSid' | 'subscriptionSid' | 'types' | 'from' | 'to'>): Promise<ReplayJob> {
    const cursor = await this.#deps.store.seqBefore(asked.from)
    const upTo = this.#tail?.position ?? 0
    return this.#begin({ ...asked, ...this.#newJob(), kind: 'replay', sid: newSid('RP'), cursor, upTo })
  }

  /** The next secret signs at once; the one before stays valid for `overlapMs`. Null when the sink has none. */
  async rotateSecret(
    accountSid: AccountSid,
    sid: SinkSid,
    fresh: string,
    overlapMs: number,
  ): Promise<{ readonly sink: SinkRow } | null> {
    const { store, clock } = this.#deps
    for (let tries = 0; tries < STATUS_TRIES_MAX; tries++) {
      const row = await store.sink(accountSid, sid)
      if (!row?.secrets) return null
      const now = clock.now()
      const sink = { ...row, secrets: rotateSecret(row.secrets, fresh, now, overlapMs), updatedAt: now }
      if ((await this.streams.saveSink(sink)) === 'saved') return { sink }
    }
    throw new Error(`${sid} is being changed by others all the time`)
  }

  #newJob() {
    const now = this.#deps.clock.now()
    return { status: 'running', createdAt: now, updatedAt: now, events: 0, why: null } as const
  }

  async #begin<Job extends StreamJob>(job: Job): Promise<Job> {
    await this.#deps.store.commit({ job })
    this.#jobs.run(job)
    return job
  }

  /** The sender of a sink, also of one that is not subscribed. */
  async #senderOf(row: SinkRow): Promise<SinkSender> {
    const waiting = this.#senders.has(row.sid) ? [] : await this.#deps.store.waitingOf(row.sid)
    const known = this.#senders.get(row.sid)
    if (known) return known
    if (!this.#senderDeps) throw new Error('Event Streams have not been started')
    const sender = new SinkSender(row, waiting, this.#senderDeps)
    this.#senders.set(row.sid, sender)
    return sender
  }

  /** Brings senders and matching in line with what is stored, one change after the other, and lets the reading go on. */
  #refresh(): Promise<void> {
    const refreshed = this.#refreshing.then(() => this.#refreshOnce())
    this.#refreshing = refreshed.catch(() => {})
    return refreshed
  }

  async #refreshOnce(): Promise<void> {
    const { store } = this.#deps
    const subscriptions: SubscriptionRow[] = []
    try {
      for (const delivering of await store.deliveringSinks()) {
        const sender = await this.#senderOf(delivering.sink)
        sender.configure(delivering.sink)
        const isOver =
          delivering.state !== null &&
          sender.queue.isIdle &&
          isPassed(delivering.subscriptions, Math.max(sender.queue.readTo, delivering.state.cursor))
        if (isOver) await store.forgetSink(delivering.sink.sid)
        sender.subscribe(isOver ? null : delivering.state)
        subscriptions.push(...delivering.subscriptions)
      }
    } finally {
      this.#tail?.resume(this.#senders.values(), subscriptions)
    }
  }

  /** The store, with every change followed by delivery before the next entry is read. */
  #watched(store: StreamStore): StreamStore {
    const following = async <Result>(change: () => Promise<Result>): Promise<Result> => {
      this.#tail?.pause()
      try {
        return await change()
      } finally {
        if (this.#tail) await this.#refresh()
      }
    }
    return {
      sinks: (accountSid) => store.sinks(accountSid),
      sink: (accountSid, sid) => store.sink(accountSid, sid),
      addSink: (row, max) => store.addSink(row, max),
      saveSink: async (row) => {
        const saved = await store.saveSink(row)
        if (saved === 'saved') this.#senders.get(row.sid)?.configure({ ...row, version: row.version + 1 })
        return saved
      },
      deleteSink: (accountSid, sid) =>
        following(async () => {
          const deleted = await store.deleteSink(accountSid, sid)
          if (deleted) {
            void this.#senders.get(sid)?.stop()
            this.#senders.delete(sid)
          }
          return deleted
        }),
      subscriptions: (accountSid) => store.subscriptions(accountSid),
      subscription: (accountSid, sid) => store.subscription(accountSid, sid),
      addSubscription: (draft, max) => following(() => store.addSubscription(draft, max)),
      saveSubscription: (draft) => following(() => store.saveSubscription(draft)),
      deleteSubscription: (accountSid, sid) => following(() => store.deleteSubscription(accountSid, sid)),
    }
  }

  async #setStatus({ accountSid, sid }: SinkRow, status: SinkStatus): Promise<void> {
    const { store, clock, logger } = this.#deps
    try {
      for (let tries = 0; tries < STATUS_TRIES_MAX; tries++) {
        const row = await store.sink(accountSid, sid)
        if (!row || row.status === status) return
        if ((await this.streams.saveSink({ ...row, status, updatedAt: clock.now() })) === 'saved') {
          logger.warn({ sinkSid: sid, status }, 'the status of a sink has changed')
          return
        }
      }
    } catch (error) {
      logger.error({ err: error, sinkSid: sid, status }, 'the status of a sink could not be saved')
    }
  }

  #tidyAfter(ms: number): void {
    this.#tidying = this.#deps.clock.daemon(ms, () => void this.#tidy())
  }

  async #tidy(): Promise<void> {
    const { store, clock, logger, keepDays = KEEP_DAYS } = this.#deps
    const before = (clock.now() - keepDays * DAY_MS) as Instant
    try {
      for (const sender of this.#senders.values()) sender.saveCursor()
      // Sinks that have passed the end of their subscriptions meanwhile are forgotten.
      this.#tail?.pause()
      await this.#refresh()
      while ((await store.tidy(before)) > 0);
    } catch (error) {
      logger.error({ err: error }, 'old deliveries could not be erased; the next try follows')
    }
    this.#tidyAfter(TIDY_EVERY_MS)
  }
}

/** No range is open, and every entry of the closed ones has been read. */
const isPassed = (subscriptions: readonly SubscriptionRow[], readTo: number): boolean =>
  subscriptions.every(({ ranges }) => ranges.every(({ to }) => to !== null && to <= readTo + 1))
