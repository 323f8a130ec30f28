/**
 * The shape of a transaction's state machine: state by event, each cell naming the next state and what is done on the way, and beside
 * it which timers run in a state. A missing cell means "dropped": late and repeated messages are the daily bread of SIP.
 */
import type { EndTimer, ResendTimer } from './timer-values.ts'

export interface Cell<State extends string, Action extends string> {
  readonly to: State
  /** In this order, after the state has changed. */
  readonly does: readonly Action[]
}

export type Table<State extends string, Event extends string, Action extends string> = Readonly<
  Record<State, Readonly<Partial<Record<Event, Cell<State, Action>>>>>
>

/**
 * The timers of a state. A timer that the state before names too goes on as it was; else it starts anew.
 * The state that names none is the last.
 */
export interface StateTimers {
  readonly resend?: ResendTimer
  readonly end?: EndTimer
}
