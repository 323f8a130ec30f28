/**
 * Reads the journal for all sinks at once. Each committed exchange is decoded once and matched in memory; a sink whose
 * queue is full falls behind, pages for itself from the place it stands at, and joins the others when it has caught up.
 * While a subscription is being changed nobody reads, so that every entry is matched with what was subscribed then.
 */
import type { Sequenced } from '../../journal/entry.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import type { DeliveryStore } from './delivery-store.ts'
import { type EventOptions, eventsOf } from './events-of.ts'
import { compileSubscriptions, type Match, type Matcher } from './match.ts'
import type { SinkSid, SubscriptionRow } from './ports.ts'
import type { SinkSender } from './sink-sender.ts'

/** Entries a page of a sink that catches up. */
const PAGE = 200
/** A cursor that moved over this many entries without events is written. */
const UNSAVED_MAX = 1000

interface Reading {
  readonly sender: SinkSender
  /** Gets entries as they are committed; else it pages. */
  live: boolean
  paging: boolean
}

export interface TailDeps {
  readonly store: Pick<DeliveryStore, 'entriesAfter'>
  readonly clock: Clock
  readonly logger: Logger
  readonly options: EventOptions
  readonly holdClock: boolean
}

export class Tail {
  readonly #deps: TailDeps
  readonly #readings = new Map<SinkSid, Reading>()
  #matcher: Matcher = compileSubscriptions([])
  /** The last entry that was committed. */
  #position: number
  #pauses = 0
  #stopped = false

  constructor(position: number, deps: TailDeps) {
    this.#position = position
    this.#deps = deps
  }

  get position(): number {
    return this.#position
  }

  /** For the journal's feed. */
  readonly receive = (entries: readonly Sequenced[]): void => {
    const last = entries.at(-1)
    if (!last || this.#stopped) return
    this.#position = last.seq
    // Whoever is behind reads for itself: nothing is decoded for nobody.
    if (this.#pauses > 0 || ![...this.#readings.values()].some(({ live }) => live)) return
    const woken = new Set<SinkSender>()
    for (const { seq, entry } of entries) {
      const matches = entry.kind === 'exchange' ? this.#matcher.match(seq, eventsOf(entry, this.#deps.options)) : []
      for (const [sinkSid, events] of bySink(matches)) {
        const reading = this.#readings.get(sinkSid)
        if (!reading?.live || seq <= reading.sender.queue.readTo) continue
        if (reading.sender.offer(seq, events)) {
          reading.sender.queue.readTo = seq
          woken.add(reading.sender)
        } else {
          reading.sender.queue.readTo = seq - 1
          reading.live = false
        }
      }
    }
    for (const { sender, live } of this.#readings.values()) {
      if (!live) continue
      sender.queue.readTo = Math.max(sender.queue.readTo, last.seq)
      if (sender.queue.isIdle && sender.unsaved > UNSAVED_MAX) sender.saveCursor()
    }
    for (const sender of woken) sender.pump()
  }

  /** Nobody reads until `resume`. */
  pause(): void {
    this.#pauses++
    for (const reading of this.#readings.values()) reading.live = false
  }

  /** @param subscriptions of all sinks, as of now */
  resume(senders: Iterable<SinkSender>, subscriptions: readonly SubscriptionRow[]): void {
    this.#matcher = compileSubscriptions(subscriptions)
    const wanted = new Set<SinkSid>()
    for (const sender of senders) {
      if (!sender.isSubscribed) continue
      const { sid } = sender.row
      wanted.add(sid)
      if (!this.#readings.has(sid)) this.#readings.set(sid, { sender, live: false, paging: false })
    }
    for (const sid of this.#readings.keys()) if (!wanted.has(sid)) this.#readings.delete(sid)
    this.#pauses--
    for (const sid of wanted) this.readMore(sid)
  }

  /** Its queue has room. */
  readMore(sinkSid: SinkSid): void {
    const reading = this.#readings.get(sinkSid)
    if (!reading || reading.live || reading.paging || this.#pauses > 0 || this.#stopped) return
    if (reading.sender.queue.readTo >= this.#position) {
      reading.live = true
      return
    }
    void this.#page(reading)
  }

  stop(): void {
    this.#stopped = true
  }

  async #page(reading: Reading): Promise<void> {
    const { clock, logger, store, holdClock } = this.#deps
    const { sender } = reading
    const hold = holdClock ? clock.hold('a sink reads the journal') : null
    reading.paging = true
    try {
      while (this.#mayPage(reading)) {
        const { entries, to } = await store.entriesAfter(sender.queue.readTo, PAGE)
        // Meanwhile subscriptions may have begun to change: what was read is read again afterwards.
        if (!this.#mayPage(reading)) break
        sender.queue.readTo = this.#offerPage(sender, entries) ?? to
        if (sender.queue.readTo >= this.#position) reading.live = true
        sender.pump()
      }
    } catch (error) {
      if (!this.#stopped) logger.error({ err: error, sinkSid: sender.row.sid }, 'a sink could not read the journal')
    } finally {
      reading.paging = false
      hold?.release()
    }
    if (this.#mayPage(reading) && sender.queue.readTo < this.#position) this.readMore(sender.row.sid)
  }

  #mayPage({ sender, live }: Reading): boolean {
    return !live && !this.#stopped && this.#pauses === 0 && sender.queue.hasRoom && sender.isSubscribed
  }

  /** @returns where it had to stop, null when all of the page had room */
  #offerPage(sender: SinkSender, entries: readonly Sequenced[]): number | null {
    for (const { seq, entry } of entries) {
      if (entry.kind !== 'exchange') continue
      const matches = this.#matcher.match(seq, eventsOf(entry, this.#deps.options))
      const events = bySink(matches).get(sender.row.sid)
      if (events && !sender.offer(seq, events)) return seq - 1
      sender.queue.readTo = seq
    }
    return null
  }
}

function bySink(matches: readonly Match[]): ReadonlyMap<SinkSid, Match['written'][]> {
  const sinks = new Map<SinkSid, Match['written'][]>()
  for (const { sinkSid, written } of matches) {
    const events = sinks.get(sinkSid)
    if (events) events.push(written)
    else sinks.set(sinkSid, [written])
  }
  return sinks
}
