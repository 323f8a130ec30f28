/**
 * A sink's deliveries that wait for their time: what failed and is tried again, replays, redrives. Their events lie in
 * the store; here is what is needed to choose the next. Deliveries of one call go in the order of their places.
 */
import type { Instant } from '../../lib/ids.ts'
import type { WaitingMeta } from './delivery-store.ts'

/** From this many on a sink takes nothing new: its cursor stands still. */
export const WAITING_MAX = 1000

export class WaitingLine {
  /** By id, in the order of places. */
  readonly #rows = new Map<string, WaitingMeta>()
  readonly #lanes = new Map<string, number>()
  /** Out on an attempt. */
  readonly #out = new Set<string>()
  /** The last one given, and the highest in line so far. */
  #lastPlace = 0
  #lastPut = 0

  constructor(rows: readonly WaitingMeta[] = []) {
    for (const row of rows) this.put(row)
  }

  get size(): number {
    return this.#rows.size
  }

  /** The place behind all there are. */
  nextPlace(): number {
    return ++this.#lastPlace
  }

  hasLane(lane: string): boolean {
    return this.#lanes.has(lane)
  }

  /** New, or after another attempt; it keeps its place. */
  put(row: WaitingMeta): void {
    this.#lastPlace = Math.max(this.#lastPlace, Math.floor(row.place))
    if (!this.#rows.has(row.id)) for (const lane of row.lanes) this.#lanes.set(lane, (this.#lanes.get(lane) ?? 0) + 1)
    const isLast = row.place >= this.#lastPut
    const inOrder = isLast || this.#rows.has(row.id)
    if (isLast) this.#lastPut = row.place
    this.#rows.set(row.id, row)
    this.#out.delete(row.id)
    if (inOrder) return
    const sorted = [...this.#rows].sort(([, a], [, b]) => a.place - b.place)
    this.#rows.clear()
    for (const [id, one] of sorted) this.#rows.set(id, one)
  }

  remove(id: string): void {
    const row = this.#rows.get(id)
    if (!row) return
    this.#rows.delete(id)
    this.#out.delete(id)
    for (const lane of row.lanes) {
      const left = (this.#lanes.get(lane) ?? 1) - 1
      if (left > 0) this.#lanes.set(lane, left)
      else this.#lanes.delete(lane)
    }
  }

  /** The attempt did not happen after all. */
  putBack(id: string): void {
    this.#out.delete(id)
  }

  /**
   * The next delivery whose time has come and whose lanes are free, taken out of line until `put`, `remove` or `putBack`.
   * @param isFlying a request with events of this lane is under way
   */
  take(now: Instant, isFlying: (lane: string) => boolean, wanted?: (row: WaitingMeta) => boolean): WaitingMeta | null {
    const row = this.#find((one) => one.dueAt <= now && (!wanted || wanted(one)), isFlying)
    if (row) this.#out.add(row.id)
    return row
  }

  /** When the next one becomes due that is not due yet; null when none will. */
  nextDueAfter(now: Instant): Instant | null {
    let next: Instant | null = null
    for (const { id, dueAt } of this.#rows.values())
      if (dueAt > now && !this.#out.has(id) && (next === null || dueAt < next)) next = dueAt
    return next
  }

  /** Some delivery's time has come; it may still have to wait for its lanes. */
  hasDue(now: Instant): boolean {
    for (const { id, dueAt } of this.#rows.values()) if (dueAt <= now && !this.#out.has(id)) return true
    return false
  }

  /** When the oldest was first tried, or else is due; null when none waits. */
  oldestAt(): Instant | null {
    let oldest: Instant | null = null
    for (const { firstAt, dueAt } of this.#rows.values())
      if (oldest === null || (firstAt ?? dueAt) < oldest) oldest = firstAt ?? dueAt
    return oldest
  }

  /** When the one that has been tried for longest was first tried; null when none has been. */
  triedSince(): Instant | null {
    let oldest: Instant | null = null
    for (const { firstAt } of this.#rows.values())
      if (firstAt !== null && (oldest === null || firstAt < oldest)) oldest = firstAt
    return oldest
  }

  #find(wanted: (row: WaitingMeta) => boolean, isFlying: (lane: string) => boolean): WaitingMeta | null {
    const passed = new Set<string>()
    for (const row of this.#rows.values()) {
      const isFree = row.lanes.every((lane) => !passed.has(lane) && !isFlying(lane))
      if (isFree && !this.#out.has(row.id) && wanted(row)) return row
      for (const lane of row.lanes) passed.add(lane)
    }
    return null
  }
}
