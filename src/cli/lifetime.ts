/** Runs the server until a signal asks it to stop. A second SIGTERM is no hurry (npm forwards its own); a second Ctrl-C is. */
import type { Running } from '../main/start.ts'

/** Resolves after a clean stop. */
export function untilSignal(running: Running): Promise<void> {
  return new Promise((resolve) => {
    let interrupts = 0
    const stop = () => {
      void running.stop().then(resolve)
    }
    process.on('SIGTERM', stop)
    process.on('SIGHUP', stop)
    process.on('SIGINT', () => {
      interrupts += 1
      if (interrupts > 1) process.exit(130)
      process.stderr.write('\nEnding calls and closing the journal; Ctrl-C again to leave at once.\n')
      stop()
    })
  })
}
