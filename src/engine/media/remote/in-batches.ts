/** What is told within one turn of the event loop crosses together: to wake the other thread costs more than to tell it. */

/** A turn may be long; this many are not kept waiting for its end. */
const BATCH_MAX = 16

/** The returned function keeps the order of its messages. */
export function inBatches<Message>(post: (batch: readonly Message[]) => void): (message: Message) => void {
  let batch: Message[] = []
  const send = () => {
    if (batch.length === 0) return
    const whole = batch
    batch = []
    post(whole)
  }
  return (message) => {
    batch.push(message)
    if (batch.length === 1) setImmediate(send)
    else if (batch.length === BATCH_MAX) send()
  }
}
