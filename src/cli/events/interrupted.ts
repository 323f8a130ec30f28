/** Signals as an AbortSignal, for commands that run until they are interrupted and then have something to put in order. */

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** From now on a first signal aborts; a second Ctrl-C ends the process at once. */
export function untilInterrupted(): AbortSignal {
  const stop = new AbortController()
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (signal === 'SIGINT' && stop.signal.aborted) process.exit(130)
      stop.abort()
    })
  }
  // The reader of our output has gone away, as `head` does.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    stop.abort()
  })
  return stop.signal
}

/** Resolves after `ms`, or when the signal aborts. */
export function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) return resolve()
    const over = () => {
      clearTimeout(timer)
      stop.removeEventListener('abort', over)
      resolve()
    }
    const timer = setTimeout(over, ms)
    stop.addEventListener('abort', over)
  })
}
