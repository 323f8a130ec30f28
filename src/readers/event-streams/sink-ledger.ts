/**
 * Where the events of one sink stand: in the queue, in the waiting line, or done, in memory and on disk. The cursor says up
 * to where all are done; it is written with the deliveries that move it, and alone when it moved over entries without
 * events. A sink that is not subscribed has none.
 */
import { parseCloudEvent, type WrittenEvent } from '../../wire/cloudevents/index.ts'
import type { DeliveryWrites, SinkState, WaitingMeta } from './delivery-store.ts'
import type { Line } from './follow-up.ts'
import type { SinkRow } from './ports.ts'
import { type SenderDeps, toMeta } from './sender-parts.ts'
import { SinkQueue } from './sink-queue.ts'
import { WaitingLine } from './waiting-line.ts'

export class SinkLedger {
  readonly queue = new SinkQueue(0)
  readonly line: WaitingLine
  readonly #store: SenderDeps['store']
  readonly #isOrdered: boolean
  #sink: SinkRow
  #savedCursor = 0
  /** False: it has no cursor. */
  #isSubscribed = false
  readonly #stop: AbortSignal
  #roomWaiters: (() => void)[] = []

  constructor(
    sink: SinkRow,
    waiting: readonly WaitingMeta[],
    deps: {
      readonly store: SenderDeps['store']
      readonly isOrdered: boolean
      /** Aborted when its sender sends nothing any more. */
      readonly stop: AbortSignal
    },
  ) {
    this.#sink = sink
    this.#store = deps.store
    this.#isOrdered = deps.isOrdered
    this.#stop = deps.stop
    this.line = new WaitingLine(waiting)
  }

  get sink(): SinkRow {
    return this.#sink
  }

  get isSubscribed(): boolean {
    return this.#isSubscribed
  }

  /** How far the saved cursor is behind. */
  get unsaved(): number {
    return this.#isSubscribed ? this.queue.cursor - this.#savedCursor : 0
  }

  /** A changed row: other secrets, another description. Kind and configuration of a sink never change. */
  configure(sink: SinkRow): void {
    this.#sink = sink
  }

  /** The queue goes on from the cursor. False: it was subscribed already. */
  subscribe({ cursor }: SinkState): boolean {
    if (this.#isSubscribed) return false
    this.#isSubscribed = true
    this.queue.readTo = Math.max(this.queue.readTo, cursor)
    this.#savedCursor = cursor
    return true
  }

  unsubscribe(): void {
    this.#isSubscribed = false
  }

  /** How rows of this sink get in line. */
  get lining(): Line {
    return { sink: this.#sink, isOrdered: this.#isOrdered, nextPlace: () => this.line.nextPlace() }
  }

  /** Null: the delivery is gone. */
  async eventsOf({ id }: WaitingMeta): Promise<readonly WrittenEvent[] | null> {
    const texts = await this.#store.waitingEvents(id)
    return texts?.map((json) => ({ event: parseCloudEvent(json), json, bytes: Buffer.byteLength(json) })) ?? null
  }

  /** Resolves when fewer than `max` deliveries are in line, or nothing is sent any more. */
  async room(max: number): Promise<void> {
    while (this.line.size >= max && !this.#stop.aborted)
      await new Promise<void>((resolve) => this.#roomWaiters.push(resolve))
  }

  /** Commits, with the cursor where it stands now; what is in line follows what is on disk. */
  async commit(writes: DeliveryWrites): Promise<void> {
    // The line is changed first: whoever looks at it next must not see an event that is neither there nor delivered.
    for (const row of writes.waiting ?? []) this.line.put(toMeta(row))
    for (const id of writes.done ?? []) this.line.remove(id)
    this.endWaits()
    await this.#store.commit({ ...writes, ...this.#cursorWrites() })
  }

  /** Writes a cursor that moved; null when it did not. */
  saveCursor(): Promise<void> | null {
    const writes = this.#cursorWrites()
    return writes.cursor ? this.#store.commit(writes) : null
  }

  /** Whoever waits for room looks again. */
  endWaits(): void {
    for (const resolve of this.#roomWaiters.splice(0)) resolve()
  }

  #cursorWrites(): Pick<DeliveryWrites, 'cursor'> {
    const { cursor } = this.queue
    if (!this.#isSubscribed || cursor <= this.#savedCursor) return {}
    this.#savedCursor = cursor
    return { cursor: { sinkSid: this.#sink.sid, seq: cursor } }
  }
}
