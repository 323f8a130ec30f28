/**
 * Sends one sink its events: the same machine for every kind. What comes from the journal passes through the queue, what
 * failed (and replays, redrives, tests) through the waiting line; both leave as attempts, each written to the log before
 * and after its request. Every wait is a daemon timer of the clock; nothing here waits for another sink.
 */
import { AssertionError } from '../../lib/assert.ts'
import type { Timer } from '../../lib/clock.ts'
import { type Instant, newUuid } from '../../lib/ids.ts'
import { parseCloudEvent, type WrittenEvent } from '../../wire/cloudevents/index.ts'
import { attempt } from './attempt.ts'
import { type Channel, openChannel } from './channel.ts'
import type { DeliveryWrites, SinkState, WaitingMeta, WaitingRow } from './delivery-store.ts'
import { type Attempted, followUp, type Outgoing, PLACES_PER_ROW, undelivered } from './follow-up.ts'
import { failureOf } from './next-step.ts'
import type { SinkRow } from './ports.ts'
import { type SenderDeps, type SenderStats, timeOf, toDeadLetter, toMeta, toWaiting } from './sender-parts.ts'
import { SinkHealth } from './sink-health.ts'
import { laneOf, SinkQueue } from './sink-queue.ts'
import type { Item } from './sinks/sink.ts'
import { WAITING_MAX, WaitingLine } from './waiting-line.ts'

export class SinkSender {
  readonly queue = new SinkQueue(0)
  readonly line: WaitingLine
  #row: SinkRow
  #channel: Channel
  readonly #deps: SenderDeps
  #savedCursor = 0
  /** False: it is not subscribed, and has no cursor. */
  #subscribed = false
  readonly #health: SinkHealth
  /** Planned and not yet sent. */
  #ready: (readonly Item[])[] = []
  #flying = 0
  readonly #lanes = new Map<string, number>()
  #timer: { readonly at: Instant; readonly timer: Timer } | null = null
  readonly #stop = new AbortController()
  readonly #work = new Set<Promise<void>>()
  /** When the oldest event in the queue came. */
  #queuedAt: Instant | null = null
  #roomWaiters: (() => void)[] = []

  constructor(row: SinkRow, waiting: readonly WaitingMeta[], deps: SenderDeps) {
    this.#row = row
    this.#deps = deps
    this.#channel = openChannel(row.sink, deps.transports)
    this.line = new WaitingLine(waiting)
    this.#health = new SinkHealth(row, this.#channel.perSecond, deps, () => this.pump())
  }

  get row(): SinkRow {
    return this.#row
  }

  /** Nothing is sent any more: the platform stops, or the sink is gone. */
  get isStopped(): boolean {
    return this.#stop.signal.aborted
  }

  get isOrdered(): boolean {
    return this.#channel.order !== 'none'
  }

  get channel(): Channel {
    return this.#channel
  }

  get isSubscribed(): boolean {
    return this.#subscribed
  }

  /** A changed row: other secrets, another description. Kind and configuration of a sink never change. */
  configure(row: SinkRow): void {
    this.#row = row
  }

  /** It is subscribed from its cursor on; null: no longer. */
  subscribe(state: SinkState | null): void {
    if (state && !this.#subscribed) {
      this.queue.readTo = Math.max(this.queue.readTo, state.cursor)
      this.#savedCursor = state.cursor
      this.#health.failsSince(state.failingSince)
    }
    this.#subscribed = state !== null
  }

  stats(): SenderStats {
    const { first } = this.queue
    const times = [first ? timeOf(first) : null, this.line.oldestAt()].filter((at) => at !== null)
    return {
      sink: this.#row,
      depth: this.queue.size + this.line.size,
      oldestAt: times.length === 0 ? null : (Math.min(...times) as Instant),
      breaker: this.#health.state,
      cursor: this.queue.cursor,
    }
  }

  /** Events of one entry; false when there is no room for them now. */
  offer(seq: number, events: readonly WrittenEvent[]): boolean {
    const taken = this.queue.offer(seq, events)
    if (taken) this.#queuedAt ??= this.#deps.clock.now()
    return taken
  }

  /** Deliveries whose rows have been committed. */
  lineUp(rows: readonly WaitingMeta[]): void {
    for (const row of rows) this.line.put(row)
    this.pump()
  }

  /** Resolves when fewer than `max` deliveries are in line. */
  async room(max: number): Promise<void> {
    while (this.line.size >= max && !this.#stop.signal.aborted)
      await new Promise<void>((resolve) => this.#roomWaiters.push(resolve))
  }

  /** Starts what may start now, and sets the timer for the rest. */
  pump(): void {
    if (this.#stop.signal.aborted) return
    while (this.#startOne());
    this.#setTimer()
    if (this.#subscribed && this.queue.hasRoom) this.#deps.needsMore(this.#row.sid)
  }

  /** Writes a cursor that moved over entries without events; others are written with their deliveries. */
  saveCursor(): void {
    const cursor = this.#cursorWrites()
    if (cursor.cursor) this.#track(this.#deps.store.commit(cursor))
  }

  /** How far the saved cursor is behind. */
  get unsaved(): number {
    return this.#subscribed ? this.queue.cursor - this.#savedCursor : 0
  }

  /** Gives up what is under way: it counts as not made. Resolves when everything is written. */
  async stop(): Promise<void> {
    this.#stop.abort()
    this.#timer?.timer.cancel()
    for (const resolve of this.#roomWaiters.splice(0)) resolve()
    while (this.#work.size > 0) await Promise.allSettled(this.#work)
  }

  /** Resolves when no request is under way. */
  async quiet(): Promise<void> {
    while (this.#work.size > 0) await Promise.allSettled(this.#work)
  }

  #startOne(): boolean {
    const now = this.#deps.clock.now()
    const allowed = this.#health.allowed
    const isTest = ({ trigger }: WaitingMeta) => trigger === 'test'
    if (allowed === 'none' || (allowed === 'one' && this.#flying > 0))
      return this.#startWaiting(this.line.take(now, this.#isFlying, isTest)) || this.#expire(now)
    if (this.#flying >= this.#channel.requestsMax || this.#health.tokenWaitMs(now) > 0) return false
    const started = this.#startWaiting(this.line.take(now, this.#isFlying)) || this.#startQueued(now)
    if (started) this.#health.takeToken(now)
    return started
  }

  readonly #isFlying = (lane: string): boolean => this.#lanes.has(lane)

  #startWaiting(row: WaitingMeta | null): boolean {
    if (!row) return false
    const { id, trigger, attempts, firstAt, place, testId } = row
    this.#fly(row.lanes, async () => {
      const events = await this.#eventsOf(row)
      if (!events) return this.line.remove(id)
      const { batches, unsendable } = this.#channel.plan(events)
      const [batch] = batches
      // A row holds one batch: it was planned when it was made, with the same configuration.
      if (!batch || batches.length > 1 || unsendable.length > 0) return this.#replan(row, events)
      const outgoing = {
        id,
        trigger: attempts > 0 && trigger === 'event' ? 'retry' : trigger,
        attempts,
        firstAt,
        place,
        testId,
        batch,
      } as const
      await this.#attempt(outgoing)
    })
    return true
  }

  async #eventsOf({ id }: WaitingMeta): Promise<readonly WrittenEvent[] | null> {
    const texts = await this.#deps.store.waitingEvents(id)
    return texts?.map((json) => ({ event: parseCloudEvent(json), json, bytes: Buffer.byteLength(json) })) ?? null
  }

  /** A row that does not fit into one request, such as a redrive of many: cut it up. */
  async #replan(row: WaitingMeta, events: readonly WrittenEvent[]): Promise<void> {
    const { batches, unsendable } = this.#channel.plan(events)
    const now = this.#deps.clock.now()
    const waiting: WaitingRow[] = []
    let before = 0
    for (const batch of batches) {
      const place = row.place + before / PLACES_PER_ROW
      const part = toWaiting(
        { ...row, place, dueAt: now },
        batch.map(({ written }) => written),
        this.isOrdered,
      )
      waiting.push({ ...part, id: newUuid() })
      before += batch.length
    }
    const deadLetters = unsendable.map(({ written, refusal }) =>
      toDeadLetter(this.#row, written, { at: now, attempts: row.attempts, code: refusal.code, why: refusal.why }),
    )
    await this.#commit({ done: [row.id], waiting, deadLetters })
  }

  #startQueued(now: Instant): boolean {
    const batch = this.#ready.shift() ?? this.#takeBatch(now)
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
    this.#fly(this.#lanesOf(batch), () => this.#attempt(outgoing))
    return true
  }

  #takeBatch(now: Instant): readonly Item[] | null {
    const { limits, order } = this.#channel
    if (this.queue.size === 0 || this.line.size >= WAITING_MAX || !this.#isWorthSending(now)) return null
    const isWaiting = (lane: string) => this.line.hasLane(lane)
    const { batch, blocked } = this.queue.take({ ...limits, order, isFlying: this.#isFlying, isWaiting })
    this.#queuedAt = this.queue.size === 0 ? null : now
    const { batches, unsendable } = this.#channel.plan(batch)
    if (blocked.length > 0 || unsendable.length > 0) this.#setAside(blocked, unsendable, now)
    this.#ready.push(...batches)
    return this.#ready.shift() ?? null
  }

  /** While a request is under way small batches grow a little; else nothing waits. */
  #isWorthSending(now: Instant): boolean {
    const { eventsMax, bytesMax, waitMs } = this.#channel.limits
    if (this.#flying === 0 || this.queue.size >= eventsMax || this.queue.bytes >= bytesMax) return true
    return this.#queuedAt !== null && now >= this.#queuedAt + waitMs
  }

  /** Events that line up behind earlier ones of their call, and events that no request can carry. */
  #setAside(
    blocked: readonly WrittenEvent[],
    unsendable: ReturnType<Channel['plan']>['unsendable'],
    now: Instant,
  ): void {
    const waiting = blocked.map((written) =>
      toWaiting(
        { sinkSid: this.#row.sid, place: this.line.nextPlace(), trigger: 'event', dueAt: now },
        [written],
        true,
      ),
    )
    const deadLetters = unsendable.map(({ written, refusal }) =>
      toDeadLetter(this.#row, written, { at: now, attempts: 0, code: refusal.code, why: refusal.why }),
    )
    for (const { refusal } of unsendable) this.#health.tell(refusal.code, refusal.why, now)
    this.queue.settle([...blocked, ...unsendable.map(({ written }) => written)])
    this.#track(this.#commit({ waiting, deadLetters }))
  }

  /** Runs one request's work with its lanes taken and, while it lasts, the clock held. */
  #fly(lanes: readonly string[], work: () => Promise<void>): void {
    const { clock, logger, holdClock } = this.#deps
    const hold = holdClock ? clock.hold('a delivery to a sink') : null
    this.#flying++
    for (const lane of lanes) this.#lanes.set(lane, (this.#lanes.get(lane) ?? 0) + 1)
    const flight = async () => {
      try {
        await work()
      } catch (error) {
        logger.error(
          { err: error, sinkSid: this.#row.sid },
          'a delivery ended in a fault of ours; its events stay where they are',
        )
        // Unless the store itself has failed, which ends the process, nothing was written about it.
        if (error instanceof AssertionError) this.#stop.abort()
      } finally {
        this.#flying--
        for (const lane of lanes) {
          const left = (this.#lanes.get(lane) ?? 1) - 1
          if (left > 0) this.#lanes.set(lane, left)
          else this.#lanes.delete(lane)
        }
        this.pump()
        hold?.release()
      }
    }
    this.#track(flight())
  }

  async #attempt(outgoing: Outgoing): Promise<void> {
    const { report, store } = this.#deps
    const target = { sink: this.#row, channel: this.#channel, stop: this.#stop.signal }
    const tried = await attempt(outgoing, target, this.#deps)
    if (tried.result === 'stopped') {
      if (outgoing.place !== null) this.line.putBack(outgoing.id)
      return store.commit({ ended: tried.ended })
    }
    const { attempted } = tried
    if (tried.result === 'unmade') return this.#commit(this.#follow(outgoing, attempted))
    const { ended } = tried
    const failing = this.#health.judge(attempted.delivery, attempted.now)
    report.attempted(this.#row, ended.outcome, ended.durationMs)
    await this.#commit({
      ended,
      ...(failing !== undefined && { failing: { sinkSid: this.#row.sid, since: failing } }),
      ...this.#follow(outgoing, attempted),
    })
  }

  /** Settles the queue, counts, tells; rows for what has to go again or never goes. */
  #follow(outgoing: Outgoing, attempted: Attempted): ReturnType<typeof followUp> {
    const { now, step, delivery } = attempted
    if (outgoing.place === null) this.queue.settle(outgoing.batch.map(({ written }) => written))
    const left = new Set(undelivered(outgoing, step))
    for (const { written } of outgoing.batch)
      if (!left.has(written) && outgoing.trigger !== 'test')
        this.#deps.report.delivered(this.#row, now - timeOf(written))
    const failure = failureOf(delivery)
    if (failure) this.#health.tell(failure.code, failure.why, now)
    const { isOrdered } = this
    return followUp(outgoing, attempted, { sink: this.#row, isOrdered, nextPlace: () => this.line.nextPlace() })
  }

  /** Commits, with the cursor where it stands now; what is in line follows what is on disk. */
  async #commit(writes: DeliveryWrites): Promise<void> {
    // The line is changed first: whoever looks at it next must not see an event that is neither there nor delivered.
    for (const row of writes.waiting ?? []) this.line.put(toMeta(row))
    for (const id of writes.done ?? []) this.line.remove(id)
    for (const resolve of this.#roomWaiters.splice(0)) resolve()
    await this.#deps.store.commit({ ...writes, ...this.#cursorWrites() })
  }

  #cursorWrites(): Pick<DeliveryWrites, 'cursor'> {
    const { cursor } = this.queue
    if (!this.#subscribed || cursor <= this.#savedCursor) return {}
    this.#savedCursor = cursor
    return { cursor: { sinkSid: this.#row.sid, seq: cursor } }
  }

  /** While nothing may be sent, what has been tried for its whole window becomes a dead letter. */
  #expire(now: Instant): boolean {
    const row = this.line.take(
      now,
      () => false,
      ({ firstAt }) => firstAt !== null && now > firstAt + this.#channel.policy.windowMs,
    )
    if (!row) return false
    this.#track(this.#bury(row, now))
    return true
  }

  async #bury(row: WaitingMeta, at: Instant): Promise<void> {
    const events = (await this.#eventsOf(row)) ?? []
    const about = {
      at,
      code: row.code ?? 91300,
      why: row.why ?? 'the sink was not tried in time',
      attempts: row.attempts,
    }
    await this.#commit({
      done: [row.id],
      deadLetters: events.map((written) => toDeadLetter(this.#row, written, about)),
    })
  }

  #setTimer(): void {
    const now = this.#deps.clock.now()
    const at = this.#wakeAt(now)
    if (this.#timer?.at === at) return
    this.#timer?.timer.cancel()
    this.#timer = null
    if (at === null) return
    const timer = this.#deps.clock.daemon(Math.max(0, at - now), () => {
      this.#timer = null
      this.pump()
    })
    this.#timer = { at, timer }
  }

  #wakeAt(now: Instant): Instant | null {
    if (this.#health.allowed === 'none') {
      // Its own wake-up opens it; only expiry is to be looked after meanwhile.
      const oldest = this.line.triedSince()
      return oldest === null ? null : ((Math.max(now, oldest + this.#channel.policy.windowMs) + 1) as Instant)
    }
    const times: number[] = []
    const due = this.line.nextDueAfter(now)
    if (due !== null) times.push(due)
    const waitMs = this.#health.tokenWaitMs(now)
    if (waitMs > 0 && (this.queue.size > 0 || this.line.hasDue(now))) times.push(now + waitMs)
    if (this.#queuedAt !== null && this.#flying > 0 && this.#flying < this.#channel.requestsMax) {
      const at = this.#queuedAt + this.#channel.limits.waitMs
      if (at > now) times.push(at)
    }
    return times.length === 0 ? null : (Math.min(...times) as Instant)
  }

  #lanesOf(batch: readonly Item[]): readonly string[] {
    return this.isOrdered ? [...new Set(batch.map(({ written }) => laneOf(written)))] : []
  }

  #track(work: Promise<void>): void {
    const tracked = work.catch((error: unknown) => {
      this.#deps.logger.error({ err: error, sinkSid: this.#row.sid }, 'a delivery could not be written down')
    })
    this.#work.add(tracked)
    void tracked.then(() => this.#work.delete(tracked))
  }
}
