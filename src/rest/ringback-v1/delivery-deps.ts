/** What the resources of Event Streams' operation need: the log, dead letters, jobs, and the running delivery. */
import Type from 'typebox'
import type { Instant } from '../../lib/ids.ts'
import type { DeliveryStore } from '../../readers/event-streams/delivery-store.ts'
import type { EventStreams } from '../../readers/event-streams/event-streams.ts'
import type { StreamStore } from '../../readers/event-streams/ports.ts'
import { refuse } from '../errors.ts'

export interface DeliveryDeps {
  readonly store: Pick<DeliveryStore, 'attempts' | 'deadLetters' | 'deadLetter' | 'job' | 'jobs'> &
    Pick<StreamStore, 'sink' | 'subscription'>
  readonly streams: Pick<EventStreams, 'redrive' | 'replay' | 'rotateSecret'>
}

export const SINK_SID = '^DG[0-9a-fA-F]{32}$'
export const TYPES = Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { minItems: 1, maxItems: 100 })
export const MOMENT = Type.String({ minLength: 1, maxLength: 40 })

/** `before` of a page: what its token says. @throws Refusal 21481 */
export function readToken(token: string): number | null {
  if (token === '') return null
  if (!/^\d{1,15}$/.test(token)) throw refuse('invalidPageToken', { value: token })
  return Number(token)
}

/** An ISO 8601 date or time; without a zone it is UTC. @throws Refusal 20001 */
export function readMoment(name: string, text: string): Instant {
  const isDated = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/.test(text)
  const at = isDated ? Date.parse(/T[\d:.]+$/.test(text) ? `${text}Z` : text) : Number.NaN
  if (Number.isNaN(at)) throw refuse('invalidParameter', { name, value: text, why: 'an ISO 8601 time' })
  return at as Instant
}
