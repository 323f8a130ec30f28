/**
 * What all four transactions share: a state that moves by a table, and its timers. Each runs at most one timer of the clock: the
 * nearer of its next repeat and its end. One that only lies there for repeats has none of its own.
 */
import type { Clock, Timer } from '../../../lib/clock.ts'
import { type Hop, isReliable, type SendBytes } from '../transport.ts'
import type { Bucket, Lingerer, Lingering } from './lingering.ts'
import type { StateTimers, Table } from './table.ts'
import { endAfterMs, firstResendMs, isLingering, nextResendMs, type TimerBase } from './timer-values.ts'

/** What a transaction stands on; all of a layer's share one. */
export interface Ground {
  readonly clock: Clock
  readonly send: SendBytes
  readonly timers: TimerBase
  readonly lingering: Lingering
  /** The transaction has ended and is matched no more. */
  readonly ended: (transaction: { readonly key: string }) => void
}

export interface Machine<State extends string, Event extends string, Action extends string> {
  readonly table: Table<State, Event, Action>
  readonly timers: Readonly<Record<State, StateTimers>>
}

/** The state in which timer E slows down; no other resend timer runs in one of this name. */
const PROCEEDING: string = 'proceeding'

export abstract class Transaction<State extends string, Event extends string, Action extends string>
  implements Lingerer
{
  readonly key: string
  /** Where its messages go. */
  readonly hop: Hop
  protected readonly ground: Ground
  readonly #machine: Machine<State, Event, Action>
  #state: State
  #isDropped = false
  #timer: Timer | null = null
  #bucket: Bucket | null = null
  /** On the clock; 0: the state has no such timer, or on this transport ends as soon as it begins. */
  #resendAt = 0
  #resendMs = 0
  #endAt = 0

  constructor(ground: Ground, machine: Machine<State, Event, Action>, first: State, key: string, hop: Hop) {
    this.ground = ground
    this.#machine = machine
    this.#state = first
    this.key = key
    this.hop = hop
  }

  get state(): State {
    return this.#state
  }

  /** Starts the timers of the first state. */
  protected begin(): void {
    this.#startTimers({})
    this.#arm()
  }

  /** @returns false when the table has no cell for it: dropped */
  protected step(event: Event): boolean {
    if (this.#isDropped) return false
    const before = this.#state
    const cell = this.#machine.table[before][event]
    if (cell === undefined) return false
    if (cell.to !== before) {
      this.#state = cell.to
      this.#startTimers(this.#machine.timers[before])
      if (this.#timers.end === undefined) this.#end()
      else this.#arm()
    }
    for (const action of cell.does) this.perform(action)
    // On reliable transports there are no repeats to lie there for. What was done may have moved the state on already.
    if (cell.to !== before && this.#state === cell.to && this.#endAt === 0) this.#timeOut()
    return true
  }

  protected abstract perform(action: Action): void

  /** Ends it without a word to anybody; nothing moves it any more. */
  drop(): void {
    this.#isDropped = true
    this.#disarm()
  }

  lingeredOut(): void {
    this.#bucket = null
    this.#timeOut()
  }

  protected transmit(bytes: Uint8Array): void {
    this.ground.send(this.hop, bytes, this.transportFailed)
  }

  protected readonly transportFailed = (why: string): void => this.onTransportFailed(why)

  protected abstract onTransportFailed(why: string): void

  get #timers(): StateTimers {
    return this.#machine.timers[this.#state]
  }

  #end(): void {
    this.#disarm()
    this.ground.ended(this)
  }

  #startTimers(before: StateTimers): void {
    const { resend, end } = this.#timers
    const { clock, timers } = this.ground
    const reliable = isReliable(this.hop.transport)
    const now = clock.now()
    if (resend !== before.resend) {
      this.#resendMs = firstResendMs(timers)
      this.#resendAt = resend === undefined || reliable ? 0 : now + this.#resendMs
    }
    if (end !== before.end) {
      const endMs = end === undefined ? 0 : endAfterMs(end, timers, reliable)
      this.#endAt = endMs === 0 ? 0 : now + endMs
    }
  }

  #arm(): void {
    this.#disarm()
    const { end } = this.#timers
    if (end === undefined || this.#endAt === 0) return
    const { clock, lingering } = this.ground
    const now = clock.now()
    if (this.#resendAt > 0 && this.#resendAt < this.#endAt)
      this.#timer = clock.after(this.#resendAt - now, () => this.#resend())
    else if (isLingering(end)) this.#bucket = lingering.add(this, this.#endAt - now)
    else this.#timer = clock.after(this.#endAt - now, () => this.#timeOut())
  }

  #disarm(): void {
    this.#timer?.cancel()
    this.#timer = null
    this.#bucket?.delete(this)
    this.#bucket = null
  }

  #resend(): void {
    const { resend } = this.#timers
    if (resend === undefined) return
    this.#resendMs = nextResendMs(resend, this.#resendMs, this.ground.timers, this.#state === PROCEEDING)
    this.#resendAt = this.ground.clock.now() + this.#resendMs
    this.#arm()
    this.step(resend as string as Event)
  }

  #timeOut(): void {
    const { end } = this.#timers
    if (end !== undefined) this.step(end as string as Event)
  }
}
