/**
 * Sends one sink its events: the same machine for every kind. What comes from the journal passes through the queue, what
 * failed (and replays, redrives, tests) through the waiting line; both leave as attempts, each written to the log before
 * and after its request. Every wait is a daemon timer of the clock; nothing here waits for another sink.
 */
import { type Instant, newUuid } from '../../lib/ids.ts'
import type { WrittenEvent } from '../../wire/cloudevents/index.ts'
import { Alarm } from './alarm.ts'
import { Batching } from './batching.ts'
import { type Channel, openChannel } from './channel.ts'
import { deliver } from './deliver.ts'
import type { SinkState, WaitingMeta } from './delivery-store.ts'
import { Flights } from './flights.ts'
import type { Outgoing } from './follow-up.ts'
import type { SinkRow } from './ports.ts'
import { type SenderDeps, type SenderStats, timeOf } from './sender-parts.ts'
import { bury, cutUp, setAside } from './set-aside.ts'
import { SinkHealth } from './sink-health.ts'
import { SinkLedger } from './sink-ledger.ts'
import { laneOf, type SinkQueue } from './sink-queue.ts'
import type { Item, Unsendable } from './sinks/sink.ts'
import type { WaitingLine } from './waiting-line.ts'

export class SinkSender {
  readonly channel: Channel
  readonly queue: SinkQueue
  readonly line: WaitingLine
  readonly #ledger: SinkLedger
  readonly #deps: SenderDeps
  readonly #health: SinkHealth
  readonly #flights: Flights
  readonly #batching: Batching
  readonly #alarm: Alarm
  readonly #stop = new AbortController()

  constructor(row: SinkRow, waiting: readonly WaitingMeta[], deps: SenderDeps) {
    const { clock, logger, store, holdClock } = deps
    const pump = () => this.pump()
    this.#deps = deps
    this.channel = openChannel(row.sink, deps.transports)
    this.#ledger = new SinkLedger(row, waiting, { store, isOrdered: this.isOrdered, stop: this.#stop.signal })
    this.queue = this.#ledger.queue
    this.line = this.#ledger.line
    this.#health = new SinkHealth(row, this.channel.perSecond, deps, pump)
    this.#flights = new Flights({
      clock,
      logger,
      sinkSid: row.sid,
      holdClock,
      landed: pump,
      broken: () => this.#stop.abort(),
    })
    this.#batching = new Batching({
      queue: this.queue,
      line: this.line,
      channel: this.channel,
      flights: this.#flights,
      setAside: (blocked, unsendable, now) => this.#setAside(blocked, unsendable, now),
    })
    this.#alarm = new Alarm(clock, pump)
  }

  get row(): SinkRow {
    return this.#ledger.sink
  }

  /** Nothing is sent any more: the platform stops, or the sink is gone. */
  get isStopped(): boolean {
    return this.#stop.signal.aborted
  }

  get isOrdered(): boolean {
    return this.channel.order !== 'none'
  }

  get isSubscribed(): boolean {
    return this.#ledger.isSubscribed
  }

  /** A changed row: other secrets, another description. Kind and configuration of a sink never change. */
  configure(row: SinkRow): void {
    this.#ledger.configure(row)
  }

  /** It is subscribed from its cursor on; null: no longer. */
  subscribe(state: SinkState | null): void {
    if (!state) this.#ledger.unsubscribe()
    else if (this.#ledger.subscribe(state)) this.#health.failsSince(state.failingSince)
  }

  stats(): SenderStats {
    const { first } = this.queue
    const times = [first ? timeOf(first) : null, this.line.oldestAt()].filter((at) => at !== null)
    return {
      sink: this.row,
      depth: this.queue.size + this.line.size,
      oldestAt: times.length === 0 ? null : (Math.min(...times) as Instant),
      breaker: this.#health.state,
      cursor: this.queue.cursor,
    }
  }

  /** Events of one entry; false when there is no room for them now. */
  offer(seq: number, events: readonly WrittenEvent[]): boolean {
    const taken = this.queue.offer(seq, events)
    if (taken) this.#batching.queued(this.#deps.clock.now())
    return taken
  }

  /** Deliveries whose rows have been committed. */
  lineUp(rows: readonly WaitingMeta[]): void {
    for (const row of rows) this.line.put(row)
    this.pump()
  }

  /** Resolves when fewer than `max` deliveries are in line. */
  room(max: number): Promise<void> {
    return this.#ledger.room(max)
  }

  /** Starts what may start now, and sets the timer for the rest. */
  pump(): void {
    if (this.#stop.signal.aborted) return
    while (this.#startOne());
    this.#alarm.setFor(this.#wakeAt(this.#deps.clock.now()))
    if (this.isSubscribed && this.queue.hasRoom) this.#deps.needsMore(this.row.sid)
  }

  /** Writes a cursor that moved over entries without events; others are written with their deliveries. */
  saveCursor(): void {
    const saved = this.#ledger.saveCursor()
    if (saved) this.#flights.track(saved)
  }

  /** How far the saved cursor is behind. */
  get unsaved(): number {
    return this.#ledger.unsaved
  }

  /** Gives up what is under way: it counts as not made. Resolves when everything is written. */
  async stop(): Promise<void> {
    this.#stop.abort()
    this.#alarm.cancel()
    this.#ledger.endWaits()
    await this.#flights.settled()
  }

  /** Resolves when no request is under way. */
  quiet(): Promise<void> {
    return this.#flights.settled()
  }

  #startOne(): boolean {
    const now = this.#deps.clock.now()
    const allowed = this.#health.allowed
    const isTest = ({ trigger }: WaitingMeta) => trigger === 'test'
    if (allowed === 'none' || (allowed === 'one' && this.#flights.size > 0))
      return this.#startWaiting(this.line.take(now, this.#flights.isFlying, isTest)) || this.#expire(now)
    if (this.#flights.size >= this.channel.requestsMax || this.#health.tokenWaitMs(now) > 0) return false
    const started = this.#startWaiting(this.line.take(now, this.#flights.isFlying)) || this.#startQueued(now)
    if (started) this.#health.takeToken(now)
    return started
  }

  #startWaiting(row: WaitingMeta | null): boolean {
    if (!row) return false
    const { id, trigger, attempts, firstAt, place, testId } = row
    this.#flights.start(row.lanes, async () => {
      const events = await this.#ledger.eventsOf(row)
      if (!events) return this.line.remove(id)
      const plan = this.channel.plan(events)
      const [batch] = plan.batches
      // A row holds one batch: it was planned when it was made, with the same configuration.
      if (!batch || plan.batches.length > 1 || plan.unsendable.length > 0)
        return this.#ledger.commit(cutUp(row, plan, this.#ledger.lining, this.#deps.clock.now()))
      const outgoing = {
        id,
        trigger: attempts > 0 && trigger === 'event' ? 'retry' : trigger,
        attempts,
        firstAt,
        place,
        testId,
        batch,
      } as const
      await this.#deliver(outgoing)
    })
    return true
  }

  #startQueued(now: Instant): boolean {
    const batch = this.#batching.next(now)
    if (!batch) return false
    const outgoing: Outgoing = {
      id: newUuid(),
      trigger: 'event',
      attempts: 0,
      firstAt: null,
      place: null,
      testId: null,
      batch,
    }
    this.#flights.start(this.#lanesOf(batch), () => this.#deliver(outgoing))
    return true
  }

  /** Behind events of their call, or among the dead letters. */
  #setAside(blocked: readonly WrittenEvent[], unsendable: readonly Unsendable[], now: Instant): void {
    const rows = setAside(blocked, unsendable, this.#ledger.lining, now)
    for (const { refusal } of unsendable) this.#health.tell(refusal.code, refusal.why, now)
    this.queue.settle([...blocked, ...unsendable.map(({ written }) => written)])
    this.#flights.track(this.#ledger.commit(rows))
  }

  /** While nothing may be sent, what has been tried for its whole window becomes a dead letter. */
  #expire(now: Instant): boolean {
    const row = this.line.take(
      now,
      () => false,
      ({ firstAt }) => firstAt !== null && now > firstAt + this.channel.policy.windowMs,
    )
    if (!row) return false
    this.#flights.track(this.#bury(row, now))
    return true
  }

  async #bury(row: WaitingMeta, at: Instant): Promise<void> {
    const events = (await this.#ledger.eventsOf(row)) ?? []
    await this.#ledger.commit(bury(row, events, this.#ledger.lining, at))
  }

  #wakeAt(now: Instant): Instant | null {
    if (this.#health.allowed === 'none') {
      // Its own wake-up opens it; only expiry is to be looked after meanwhile.
      const oldest = this.line.triedSince()
      return oldest === null ? null : ((Math.max(now, oldest + this.channel.policy.windowMs) + 1) as Instant)
    }
    const due = this.line.nextDueAfter(now)
    const waitMs = this.#health.tokenWaitMs(now)
    const token = waitMs > 0 && (this.queue.size > 0 || this.line.hasDue(now)) ? now + waitMs : null
    const times = [due, token, this.#batching.dueAfter(now)].filter((at) => at !== null)
    return times.length === 0 ? null : (Math.min(...times) as Instant)
  }

  #deliver(outgoing: Outgoing): Promise<void> {
    const delivering = { ledger: this.#ledger, channel: this.channel, health: this.#health, stop: this.#stop.signal }
    return deliver(outgoing, delivering, this.#deps)
  }

  #lanesOf(batch: readonly Item[]): readonly string[] {
    return this.isOrdered ? [...new Set(batch.map(({ written }) => laneOf(written)))] : []
  }
}
