/**
 * Virtual time: stands still while held, jumps to the next call timer when nobody holds it. Timers fire one at a time,
 * and whatever a timer sets off (promise chains, exchanges, commits) is over before the next one, so the same script
 * gives the same story twice. A driver that acts between requests takes the clock in hand with `setMode('held')`.
 */
import type { Clock, Hold, Timer } from './clock.ts'
import type { Instant } from './ids.ts'
import { TimerHeap } from './timer-heap.ts'

export type ClockMode = 'auto' | 'held'

/** `untilIdle` gives up after this much virtual time: a call that loops for ever is never idle. */
const IDLE_AFTER_MS_MAX = 7 * 24 * 3600 * 1000

interface Advance {
  /** Time stops here, reached or not. */
  readonly target: Instant
  /** True: go on to `target` when no timer is left. False: stop where the last timer was. */
  readonly toTarget: boolean
  readonly done: () => void
}

export class VirtualClock implements Clock {
  readonly kind = 'virtual'
  readonly #settleMs: number
  readonly #timers = new TimerHeap()
  readonly #daemons = new TimerHeap()
  readonly #holds = new Map<string, number>()
  readonly #advances: Advance[] = []
  #now: Instant
  #mode: ClockMode = 'auto'
  #held = 0
  #releasedAt = 0
  #lookPlanned = false
  #stopped = false

  /** `settleMs`: real milliseconds that no hold may have been open before time moves. */
  constructor(options: { readonly startAt: Instant; readonly settleMs: number; readonly mode?: ClockMode }) {
    this.#now = options.startAt
    this.#settleMs = options.settleMs
    this.#mode = options.mode ?? 'auto'
  }

  get mode(): ClockMode {
    return this.#mode
  }

  now(): Instant {
    return this.#now
  }

  after(afterMs: number, wake: () => void): Timer {
    const timer = this.#timers.add((this.#now + Math.max(0, afterMs)) as Instant, wake)
    this.#planLook()
    return { cancel: () => this.#timers.cancel(timer) }
  }

  daemon(afterMs: number, wake: () => void): Timer {
    const timer = this.#daemons.add((this.#now + Math.max(0, afterMs)) as Instant, wake)
    return { cancel: () => this.#daemons.cancel(timer) }
  }

  hold(why: string): Hold {
    this.#held += 1
    this.#holds.set(why, (this.#holds.get(why) ?? 0) + 1)
    let open = true
    return {
      release: () => {
        if (!open) return
        open = false
        this.#held -= 1
        const left = (this.#holds.get(why) ?? 1) - 1
        if (left === 0) this.#holds.delete(why)
        else this.#holds.set(why, left)
        if (this.#held === 0) {
          this.#releasedAt = performance.now()
          this.#planLook()
        }
      },
    }
  }

  /** Who holds the clock now. */
  holds(): readonly { readonly why: string; readonly count: number }[] {
    return [...this.#holds].map(([why, count]) => ({ why, count }))
  }

  /** Call timers still to fire. */
  get pending(): number {
    return this.#timers.size
  }

  setMode(mode: ClockMode): void {
    this.#mode = mode
    this.#planLook()
  }

  /** Moves time forward by `ms`, firing what falls due on the way; resolves when it is there. Works in both modes. */
  advance(ms: number): Promise<void> {
    return this.#advance((this.#now + Math.max(0, ms)) as Instant, true)
  }

  /** Runs until no call timer is left and nobody holds the clock; gives up after seven days of virtual time. */
  untilIdle(): Promise<void> {
    return this.#advance((this.#now + IDLE_AFTER_MS_MAX) as Instant, false)
  }

  /** Ends all movement, for shutdown; pending `advance`s resolve. */
  stop(): void {
    this.#stopped = true
    for (const advance of this.#advances.splice(0)) advance.done()
  }

  #advance(target: Instant, toTarget: boolean): Promise<void> {
    if (this.#stopped) return Promise.resolve()
    return new Promise((done) => {
      this.#advances.push({ target, toTarget, done })
      this.#planLook()
    })
  }

  #mayMove(): boolean {
    return (
      !this.#stopped &&
      (this.#mode === 'auto' ? this.#timers.size > 0 || this.#advances.length > 0 : this.#advances.length > 0)
    )
  }

  #planLook(): void {
    if (this.#lookPlanned || this.#held > 0 || !this.#mayMove()) return
    this.#lookPlanned = true
    const look = () => {
      this.#lookPlanned = false
      this.#look()
    }
    const settledInMs = this.#releasedAt === 0 ? 0 : this.#settleMs - (performance.now() - this.#releasedAt)
    if (settledInMs > 0) setTimeout(look, settledInMs)
    else setImmediate(look)
  }

  #look(): void {
    if (this.#held > 0) return
    const advance = this.#advances[0]
    const next = this.#timers.peek()
    if (next && (advance === undefined ? this.#mode === 'auto' : next.at <= advance.target)) {
      if (next.at > this.#now) this.#moveTo(next.at)
      this.#timers.takeDue(this.#now)?.()
    } else if (advance) {
      if (advance.toTarget) this.#moveTo(advance.target)
      this.#advances.shift()
      advance.done()
    }
    this.#planLook()
  }

  #moveTo(to: Instant): void {
    if (to <= this.#now) return
    this.#now = to
    for (let wake = this.#daemons.takeDue(to); wake; wake = this.#daemons.takeDue(to)) wake()
  }
}
