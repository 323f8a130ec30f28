/**
 * A kind of sink: its limits as data and pure functions from events to requests and from answers to outcomes. One sender
 * outside does transport, timeouts, order, back-off, breaker, dead letters and the attempt log for all kinds:
 *
 *     events ─ prepare ─► items ─ planBatches ─► batches ─ toRequest ─► request ─(transport)─► answer ─ judge ─► Delivery
 */
import type { AccountSid, Instant } from '../../../lib/ids.ts'
import type { WrittenEvent } from '../../../wire/cloudevents/index.ts'
import type { SinkType } from '../catalogue.ts'
import type { Delivery } from '../delivery.ts'

/** One event as this kind of sink carries it. */
export interface Item {
  readonly written: WrittenEvent
  readonly text: string
  /** Of the text in UTF-8. */
  readonly bytes: number
}

/** An event that no request of this kind can carry. */
export interface Unsendable {
  readonly written: WrittenEvent
  readonly refusal: Delivery & { readonly outcome: 'give-up' }
}

/** A request is sent when either bound is reached, or `waitMs` after its first event. */
export interface BatchLimits {
  readonly eventsMax: number
  readonly bytesMax: number
  readonly waitMs: number
}

/** Two secrets are valid for a while after one was replaced. */
export interface SigningSecrets {
  readonly current: string
  readonly previous: { readonly secret: string; readonly until: Instant } | null
}

/** What a request needs besides configuration and events. */
export interface RequestContext {
  readonly now: Instant
  readonly accountSid: AccountSid
  /** The account's primary token. */
  readonly authToken: string
  /** Of a sink that signs by Standard Webhooks; null otherwise. */
  readonly secrets: SigningSecrets | null
  /** A UUID; the same for every attempt at the same batch. */
  readonly deliveryId: string
  /** 1 for the first. */
  readonly attempt: number
  /** Of this software. */
  readonly version: string
}

export interface Sink<Config, Request, Answer> {
  readonly type: SinkType
  limits(config: Config): BatchLimits
  prepare(config: Config, written: WrittenEvent): Item | Unsendable
  /** @param batch from `planBatches`, at least one */
  toRequest(config: Config, batch: readonly Item[], context: RequestContext): Request
  judge(answer: Answer, batch: readonly Item[], now: Instant): Delivery
}

export const isUnsendable = (prepared: Item | Unsendable): prepared is Unsendable => 'refusal' in prepared

export interface Plan {
  readonly batches: readonly (readonly Item[])[]
  readonly unsendable: readonly Unsendable[]
}

/** Cuts events into requests, oldest first by `time`; an event larger than `bytesMax` goes alone. */
export function planBatches<Config>(
  sink: Sink<Config, unknown, never>,
  config: Config,
  events: readonly WrittenEvent[],
): Plan {
  const { eventsMax, bytesMax } = sink.limits(config)
  const batches: Item[][] = []
  const unsendable: Unsendable[] = []
  let bytes = 0
  for (const written of events.toSorted(byTime)) {
    const prepared = sink.prepare(config, written)
    if (isUnsendable(prepared)) {
      unsendable.push(prepared)
      continue
    }
    const batch = batches.at(-1)
    if (batch && batch.length < eventsMax && bytes + prepared.bytes <= bytesMax) {
      batch.push(prepared)
      bytes += prepared.bytes
    } else {
      batches.push([prepared])
      bytes = prepared.bytes
    }
  }
  return { batches, unsendable }
}

/** ISO 8601 in UTC sorts as text; equal times keep their order. */
function byTime(a: WrittenEvent, b: WrittenEvent): number {
  const [left = '', right = ''] = [a.event.time, b.event.time]
  return left === right ? 0 : left < right ? -1 : 1
}
