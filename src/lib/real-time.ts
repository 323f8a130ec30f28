/** Waiting for the world outside, which keeps the machine's time whatever the platform's clock is. */

/** Resolves when `event` has happened, or after so many real milliseconds. A rejection counts as having happened. */
export function withinRealMs(event: Promise<unknown>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const limit = setTimeout(resolve, ms)
    const done = () => {
      clearTimeout(limit)
      resolve()
    }
    event.then(done, done)
  })
}
