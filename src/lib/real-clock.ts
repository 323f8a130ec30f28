/** The machine's clock. Holds do nothing here; daemon timers do not keep the process alive. */
import type { Clock, Hold, Timer } from './clock.ts'
import type { Instant } from './ids.ts'

/** Node's longest timeout; later wakes are reached in several steps. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1

const NO_HOLD: Hold = { release() {} }

export class RealClock implements Clock {
  readonly kind = 'real'

  now(): Instant {
    return Date.now() as Instant
  }

  after(afterMs: number, wake: () => void): Timer {
    return startTimer(afterMs, wake, true)
  }

  daemon(afterMs: number, wake: () => void): Timer {
    return startTimer(afterMs, wake, false)
  }

  hold(): Hold {
    return NO_HOLD
  }
}

function startTimer(afterMs: number, wake: () => void, keepsAlive: boolean): Timer {
  let leftMs = Math.max(0, afterMs)
  let timeout: NodeJS.Timeout
  const arm = () => {
    const stepMs = Math.min(leftMs, TIMEOUT_MS_MAX)
    leftMs -= stepMs
    timeout = setTimeout(() => (leftMs > 0 ? arm() : wake()), stepMs)
    if (!keepsAlive) timeout.unref()
  }
  arm()
  return { cancel: () => clearTimeout(timeout) }
}
