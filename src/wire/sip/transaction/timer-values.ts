/**
 * The timers of RFC 3261 section 17 (its table 4 lists them), RFC 6026 section 7 and two of our own, as functions of T1, T2 and T4.
 * Resend timers send the same bytes again, on unreliable transports only; end timers end a state.
 */

export interface TimerBase {
  /** The round trip that is expected. */
  readonly t1Ms: number
  /** The longest time between repeats of a non-INVITE request and of an INVITE's answer. */
  readonly t2Ms: number
  /** How long a message may stay on its way. */
  readonly t4Ms: number
  /** RFC 3261 section 17.2.1: an INVITE that its user has not answered by then gets 100. */
  readonly tryingMs: number
  /**
   * The longest an INVITE may stay with only provisional answers; section 16.6 has it for proxies. A user has timers of its own, far
   * shorter: this one is there so that nothing stays for ever.
   */
  readonly timerCMs: number
}

export const RFC_TIMERS: TimerBase = { t1Ms: 500, t2Ms: 4000, t4Ms: 5000, tryingMs: 200, timerCMs: 3_600_000 }

export type ResendTimer = 'timer-a' | 'timer-e' | 'timer-g'

export type EndTimer =
  | 'timer-b'
  | 'timer-c'
  | 'timer-d'
  | 'timer-f'
  | 'timer-h'
  | 'timer-i'
  | 'timer-j'
  | 'timer-k'
  | 'timer-l'
  | 'timer-m'
  /** Until we send 100 ourselves. */
  | 'timer-trying'
  /** RFC 3261 section 9.1: how long after CANCEL the INVITE's own answer is waited for. */
  | 'timer-cancel'
  /** A non-INVITE request that its user never answers: the client has given up by then (timer F). */
  | 'timer-unanswered'

/** Nobody waits for the end of these: the transaction only lies there to swallow repeats, or a user is long gone. */
const LINGERING: ReadonlySet<EndTimer> = new Set<EndTimer>([
  'timer-c',
  'timer-d',
  'timer-i',
  'timer-j',
  'timer-k',
  'timer-l',
  'timer-m',
  'timer-unanswered',
])

export function isLingering(timer: EndTimer): boolean {
  return LINGERING.has(timer)
}

export function endAfterMs(timer: EndTimer, base: TimerBase, reliable: boolean): number {
  switch (timer) {
    case 'timer-c':
      return base.timerCMs
    case 'timer-d':
    case 'timer-j':
      return reliable ? 0 : 64 * base.t1Ms
    case 'timer-i':
    case 'timer-k':
      return reliable ? 0 : base.t4Ms
    case 'timer-trying':
      return base.tryingMs
    default:
      return 64 * base.t1Ms
  }
}

/** How long after the beginning of the transaction (A, E) or of its answer (G) the first repeat follows. */
export function firstResendMs(base: TimerBase): number {
  return base.t1Ms
}

/** How long after a repeat the next one follows. `proceeding`: the other side has shown a sign of life (timer E only). */
export function nextResendMs(timer: ResendTimer, lastMs: number, base: TimerBase, proceeding: boolean): number {
  if (timer === 'timer-a') return lastMs * 2
  return timer === 'timer-e' && proceeding ? base.t2Ms : Math.min(lastMs * 2, base.t2Ms)
}
