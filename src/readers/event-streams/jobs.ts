/**
 * Redrives and replays. Each takes a page of dead letters or of the journal and puts it in line as deliveries, together
 * with its own progress in one commit: after a crash it goes on behind the last page. It waits when the line is long.
 */
import type { Exchange } from '../../journal/entry.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Instant } from '../../lib/ids.ts'
import type { Logger } from '../../lib/logger.ts'
import { parseCloudEvent, type WrittenEvent, writeEvent } from '../../wire/cloudevents/index.ts'
import type {
  DeadLetterSid,
  DeliveryStore,
  RedriveJob,
  ReplayJob,
  StreamJob,
  Trigger,
  WaitingRow,
} from './delivery-store.ts'
import { type EventOptions, eventsOf } from './events-of.ts'
import { compileSubscriptions, type Matcher } from './match.ts'
import type { StreamStore, SubscriptionRow } from './ports.ts'
import { toMeta, toWaiting } from './sender-parts.ts'
import type { SinkSender } from './sink-sender.ts'

const PAGE = 100
/** A job waits while this many deliveries of its sink are in line. */
const IN_LINE_MAX = 100

export interface JobDeps {
  readonly store: DeliveryStore
  readonly streams: Pick<StreamStore, 'subscription'>
  readonly clock: Clock
  readonly logger: Logger
  readonly options: EventOptions
  readonly holdClock: boolean
  /** Null when the sink is gone. */
  readonly senderOf: (accountSid: StreamJob['accountSid'], sinkSid: RedriveJob['sinkSid']) => Promise<SinkSender | null>
}

/** The job as its page leaves it, and what goes in line. */
interface Page<Job> {
  readonly job: Job
  readonly events: readonly WrittenEvent[]
  readonly redriven?: readonly DeadLetterSid[]
}

interface Holding {
  release(): void
  /** Lets go of the clock until `work` is done. */
  unheld(work: () => Promise<void>): Promise<void>
}

interface Running<Job> {
  /** Null when the sink is gone. */
  readonly sender: SinkSender | null
  readonly hold: Holding
  /** Null when there is nothing left. */
  readonly next: (job: Job) => Promise<Page<Job> | null>
}

export class Jobs {
  readonly #deps: JobDeps
  readonly #running = new Set<Promise<void>>()
  #stopped = false

  constructor(deps: JobDeps) {
    this.#deps = deps
  }

  /** Runs a job that has been committed; at once, and again after a restart. */
  run(job: StreamJob): void {
    const hold = this.#hold()
    const running = this.#run(job, hold).catch((error: unknown) => {
      if (!this.#stopped)
        this.#deps.logger.error({ err: error, job: job.sid }, 'a job broke off; it goes on after the next start')
    })
    this.#running.add(running)
    void running.then(() => this.#running.delete(running))
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.allSettled(this.#running)
  }

  /** Virtual time stands still while a job works, not while it waits for room in line. */
  #hold(): Holding {
    const { clock, holdClock } = this.#deps
    const take = () => (holdClock ? clock.hold('a job') : null)
    let hold = take()
    return {
      release: () => hold?.release(),
      async unheld(work) {
        hold?.release()
        await work()
        hold = take()
      },
    }
  }

  async #run(job: StreamJob, hold: Holding): Promise<void> {
    try {
      await this.#work(job, hold)
    } finally {
      hold.release()
    }
  }

  async #work(job: StreamJob, hold: Holding): Promise<void> {
    if (job.kind === 'redrive') {
      const sender = await this.#deps.senderOf(job.accountSid, job.sinkSid)
      return this.#pages(job, { sender, hold, next: (at) => this.#redrivePage(at) })
    }
    const subscription = await this.#deps.streams.subscription(job.accountSid, job.subscriptionSid)
    const sender = subscription && (await this.#deps.senderOf(job.accountSid, subscription.sinkSid))
    const matcher = subscription && matcherOf(subscription, job)
    return this.#pages(job, { sender, hold, next: (at) => this.#replayPage(at, matcher!) })
  }

  async #pages<Job extends StreamJob>(started: Job, { sender, hold, next }: Running<Job>): Promise<void> {
    const { store, clock } = this.#deps
    let job = started
    while (!this.#stopped) {
      if (sender && sender.line.size >= IN_LINE_MAX) await hold.unheld(() => sender.room(IN_LINE_MAX))
      if (this.#stopped) return
      if (!sender || sender.isStopped)
        return store.commit({ job: { ...job, status: 'failed', why: 'the sink is gone', updatedAt: clock.now() } })
      const page = await next(job)
      if (!page) return store.commit({ job: { ...job, status: 'completed', updatedAt: clock.now() } })
      const waiting = this.#rows(page.events, sender, job.kind)
      job = { ...page.job, events: job.events + page.events.length, updatedAt: clock.now() }
      await store.commit({ job, waiting, ...(page.redriven && { redriven: page.redriven }) })
      sender.lineUp(waiting.map(toMeta))
    }
  }

  async #redrivePage(job: RedriveJob): Promise<Page<RedriveJob> | null> {
    const { sinkSid, types, from, to, upTo } = job
    const letters = await this.#deps.store.toRedrive({ sinkSid, types, from, to, upTo, max: PAGE })
    if (letters.length === 0) return null
    const events = letters.map(({ event }) => ({
      event: parseCloudEvent(event),
      json: event,
      bytes: Buffer.byteLength(event),
    }))
    return { job, events, redriven: letters.map(({ sid }) => sid) }
  }

  async #replayPage(job: ReplayJob, matcher: Matcher): Promise<Page<ReplayJob> | null> {
    if (job.cursor >= job.upTo) return null
    const { entries, to } = await this.#deps.store.entriesAfter(job.cursor, PAGE)
    if (to <= job.cursor) return null
    const events = entries.flatMap(({ seq, entry }) =>
      seq <= job.upTo && entry.kind === 'exchange' && isWithin(entry, job)
        ? this.#replayed(entry, seq, job, matcher)
        : [],
    )
    return { job: { ...job, cursor: to }, events }
  }

  /** The same events under the same ids; an extension says that they are a replay. */
  #replayed(entry: Exchange, seq: number, job: ReplayJob, matcher: Matcher): readonly WrittenEvent[] {
    return matcher.match(seq, eventsOf(entry, this.#deps.options)).map(({ written: { event } }) => {
      const extensions = { ...event.extensions, replayid: job.sid }
      return writeEvent({ ...event, extensions })
    })
  }

  #rows(events: readonly WrittenEvent[], sender: SinkSender, trigger: Trigger): readonly WaitingRow[] {
    const { limits, order } = sender.channel
    const perRow = order === 'lane-alone' ? 1 : Math.min(limits.eventsMax, PAGE)
    const rows: WaitingRow[] = []
    for (let at = 0; at < events.length; at += perRow) {
      const row = { sinkSid: sender.row.sid, place: sender.line.nextPlace(), trigger, dueAt: this.#deps.clock.now() }
      rows.push(toWaiting(row, events.slice(at, at + perRow), sender.isOrdered))
    }
    return rows
  }
}

const isWithin = ({ at }: Exchange, { from, to }: { readonly from: Instant; readonly to: Instant }): boolean =>
  at >= from && at < to

/** What is subscribed now, as if it had been all along. */
function matcherOf(subscription: SubscriptionRow, { types }: ReplayJob): Matcher {
  const ranges = subscription.ranges
    .filter(({ to, type }) => to === null && (types === null || types.includes(type)))
    .map((range) => ({ ...range, from: 0 }))
  return compileSubscriptions([{ ...subscription, ranges }])
}
