/**
 * The one source of time. Everything that waits or stamps asks a Clock; nothing else reads the machine's.
 * Real: the machine's clock. Virtual: time stands still while anyone holds it, and jumps to the next call timer when
 * nobody does, so that an hour's call takes as long as its computing. Timeouts of real sockets are not the clock's
 * business: they stay on real time, and their owner holds the clock meanwhile.
 */
import type { Instant } from './ids.ts'

export interface Timer {
  /** Idempotent; a timer that has fired ignores it. */
  cancel(): void
}

export interface Hold {
  /** Idempotent. */
  release(): void
}

export interface Clock {
  readonly kind: 'real' | 'virtual'
  now(): Instant
  /** A call timer: virtual time jumps to it. `afterMs` below 0 counts as 0; equal times fire in the order they were set. */
  after(afterMs: number, wake: () => void): Timer
  /** A daemon timer (retention, schedules, leases): never pulls virtual time, fires once it has passed. */
  daemon(afterMs: number, wake: () => void): Timer
  /** Virtual time stands still until every hold is released. On the real clock it does nothing. */
  hold(why: string): Hold
}

/** Holds the clock while `work` is pending. */
export async function holding<T>(clock: Clock, why: string, work: () => Promise<T>): Promise<T> {
  const hold = clock.hold(why)
  try {
    return await work()
  } finally {
    hold.release()
  }
}

/** Resolves after `ms` of the clock's time, or as soon as `stop` is aborted; never rejects. */
export function sleep(clock: Clock, ms: number, stop?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop?.aborted) return resolve()
    const done = () => {
      timer.cancel()
      stop?.removeEventListener('abort', done)
      resolve()
    }
    const timer = clock.after(ms, done)
    stop?.addEventListener('abort', done, { once: true })
  })
}
