/**
 * Watches the attempt log of one sink: `Deliveries` is a list, newest first, without a feed, so it is asked again and
 * again. Each attempt is told once, when it has its outcome.
 */
import type { Delivery } from './delivery-line.ts'

const PAGE_SIZE = 100
/** Attempts remembered as told; those beyond it are too far down the list to be met again. */
const TOLD_MAX = 100_000

export interface DeliveriesPage {
  readonly deliveries: readonly Delivery[]
  readonly nextPageToken: string | null
}

export class DeliveryWatch {
  readonly #told = new Set<string>()
  /** Seen without an outcome. */
  #underWay = new Set<string>()

  /** Attempts that have ended since the last look, oldest first. @param read one page of the sink's list */
  async look(read: (query: Readonly<Record<string, string>>) => Promise<DeliveriesPage>): Promise<readonly Delivery[]> {
    const ended: Delivery[] = []
    const underWay = new Set<string>()
    let token = ''
    for (;;) {
      const page = await read({ pageSize: String(PAGE_SIZE), pageToken: token })
      let anyNew = false
      for (const delivery of page.deliveries) {
        const key = `${delivery.deliveryId}/${delivery.attempt}`
        if (this.#told.has(key)) continue
        anyNew = true
        this.#underWay.delete(key)
        if (delivery.outcome === null) underWay.add(key)
        else {
          this.#told.add(key)
          ended.push(delivery)
        }
      }
      if (page.nextPageToken === null || (!anyNew && this.#underWay.size === 0)) break
      token = page.nextPageToken
    }
    this.#underWay = underWay
    for (const key of this.#told) {
      if (this.#told.size <= TOLD_MAX) break
      this.#told.delete(key)
    }
    return ended.toReversed()
  }
}
