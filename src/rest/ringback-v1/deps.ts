/** What the `/ringback/v1` resources need from the rest of the platform; main hands it in. */
import type { FastifyRequest } from 'fastify'
import type { CallService } from '../../engine/call/call-service.ts'
import type { Sequenced } from '../../journal/entry.ts'
import type { Store, Write } from '../../journal/store.ts'
import { assert } from '../../lib/assert.ts'
import type { Clock } from '../../lib/clock.ts'
import type { AccountSid } from '../../lib/ids.ts'
import type { Logger } from '../../lib/logger.ts'
import type { SimulatedNetwork } from '../../phones/network.ts'
import type { EventOptions } from '../../readers/event-streams/events-of.ts'
import type { Principal } from '../auth.ts'
import type { AudioDeps } from './audio-deps.ts'
import type { DeliveryDeps } from './delivery-deps.ts'
import type { SipDeps } from './sip/sip-deps.ts'

export interface RingbackV1Deps {
  /** An `onRequest` hook: refuses with 401, or sets `request.principal`. */
  readonly authenticate: (request: FastifyRequest) => Promise<void>
  readonly calls: Pick<CallService, 'find' | 'hearing' | 'wire'>
  readonly network: Pick<SimulatedNetwork, 'book' | 'place' | 'press' | 'say' | 'message' | 'hangUp'>
  readonly journal: {
    append(group: readonly Write[]): Promise<unknown>
    onCommitted(listener: (entries: readonly Sequenced[]) => void): () => void
    readonly store: Pick<Store, 'factsOfCall' | 'alerts' | 'readAfter' | 'head' | 'cursorAt' | 'resources'>
  }
  /** A `VirtualClock` can be moved; any other can only be read. */
  readonly clock: Clock
  readonly logger: Logger
  /** Which exchanges are events. */
  readonly events: EventOptions
  /** Absent where nothing is delivered: its resources are then not there. */
  readonly deliveries?: DeliveryDeps
  /** Absent where nothing sounds: its resources are then not there. */
  readonly audio?: AudioDeps
  /** Absent where nobody knows SIP: its resources are then not there. */
  readonly sip?: SipDeps
}

/** Whose credentials the request came with. */
export function accountOf(request: FastifyRequest & { principal?: Principal | null }): AccountSid {
  assert(request.principal, 'a route without authentication')
  return request.principal.accountSid
}
