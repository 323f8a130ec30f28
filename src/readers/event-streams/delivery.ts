/**
 * What became of one request to a sink, as the sink's `judge` sees it. The codes are the reference's debugger codes for
 * event delivery; they appear in alerts and dead letters, never in API answers.
 */

/**
 * 91300 delivery failed, no better code · 91303 dropped by our own fault before any attempt · 91304 our own fault,
 * retried · 91305 answered 4xx · 91306 answered 5xx · 91307 no connection · 91308 no answer in time
 */
export type DeliveryCode = 91300 | 91303 | 91304 | 91305 | 91306 | 91307 | 91308

interface Failure {
  readonly code: DeliveryCode
  /** A sentence for the attempt log; never a secret. */
  readonly why: string
}

export type Delivery =
  | { readonly outcome: 'delivered' }
  /** Some arrived; `again` has the places in the batch of those that did not. */
  | (Failure & { readonly outcome: 'partly'; readonly again: readonly number[]; readonly afterMs?: number })
  /** `afterMs` is what the receiver asked for. */
  | (Failure & { readonly outcome: 'try-again'; readonly afterMs?: number })
  /** The same batch can never pass. `halve`: but one bad event may be to blame, so its halves are worth a try. */
  | (Failure & { readonly outcome: 'give-up'; readonly halve: boolean })
  /**
   * Address or credentials: tell the owner. `keep`: the batch is tried again within its window, else it is a dead letter.
   * The sink is `failed` once it has been like this for `failAfterMs`.
   */
  | (Failure & { readonly outcome: 'broken-sink'; readonly keep: boolean; readonly failAfterMs: number })

export const DELIVERED: Delivery = { outcome: 'delivered' }

/** A batch of two or more, to find the one event that is to blame. */
export function halves<Item>(batch: readonly Item[]): readonly (readonly Item[])[] {
  const middle = Math.ceil(batch.length / 2)
  return batch.length < 2 ? [batch] : [batch.slice(0, middle), batch.slice(middle)]
}
