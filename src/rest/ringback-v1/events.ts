/**
 * `Events`: the CloudEvents that exchanges give, as server-sent events, as a sink that is subscribed to everything would get
 * them. An event that has a deprecated name besides is told once, by the name of today, unless only the old one was asked
 * for. With `hidden=true` the feed also says, as messages named `hidden`, what would be an event if its call had asked.
 */
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { Exchange } from '../../journal/entry.ts'
import { assert } from '../../lib/assert.ts'
import { formatIso } from '../../lib/dates.ts'
import { type Catalogue, type EventType, latestVersion } from '../../readers/event-streams/catalogue.ts'
import { type EventOptions, eventsOf, type StreamEvent } from '../../readers/event-streams/events-of.ts'
import { refuse } from '../errors.ts'
import type { RingbackV1Deps } from './deps.ts'
import { addFeed, CALL_SID, type FeedRoute, type Heartbeat } from './feed-route.ts'
import type { FeedMessage } from './live-feed.ts'

interface EventsQuery {
  readonly callSid?: string
  /** Whole names or beginnings of names, up to a dot, with commas between them. */
  readonly type?: string
  readonly hidden?: boolean
}

/** An exchange that is no event because its call gave no status callback. */
export interface HiddenView {
  readonly type: string
  readonly callSid: string | null
  /** ISO 8601, on the platform's clock. */
  readonly time: string
}

export function addEvents(app: FastifyInstance, deps: RingbackV1Deps, heartbeat?: Heartbeat): void {
  addFeed(app, deps, eventsFeed(deps.events), heartbeat)
}

function eventsFeed(options: EventOptions): FeedRoute<EventsQuery> {
  const { catalogue } = options
  return {
    path: '/Events',
    query: {
      callSid: CALL_SID,
      type: Type.Optional(Type.String({ maxLength: 2000 })),
      hidden: Type.Optional(Type.Boolean()),
    },
    teller({ callSid, type, hidden }, accountSid) {
      const wanted = type === undefined || type === '' ? null : wantedTypes(type, catalogue)
      const chosen = (exchange: Exchange, gate: EventOptions['gate']) =>
        choose(eventsOf(exchange, { ...options, gate }), wanted, catalogue)
      return (entry) => {
        if (entry.kind !== 'exchange' || entry.accountSid !== accountSid) return []
        if (callSid !== undefined && entry.callSid !== callSid) return []
        const events = chosen(entry, options.gate)
        if (events.length > 0) return events.map((event) => toMessage(event, catalogue))
        return hidden ? chosen(entry, 'always').map((event) => hiddenMessage(event, entry)) : []
      }
    },
  }
}

/** @throws Refusal when no type has one of the names, or begins with it. */
function wantedTypes(text: string, { types }: Catalogue): ReadonlySet<string> {
  const names = text.split(',').map((name) => name.trim())
  return new Set(
    names.flatMap((name) => {
      const found = types.filter(({ type }) => type === name || type.startsWith(name.endsWith('.') ? name : `${name}.`))
      if (found.length > 0) return found.map(({ type }) => type)
      throw refuse('invalidParameter', { name: 'type', value: name, why: 'an event type, or what some begin with' })
    }),
  )
}

function choose(
  events: readonly StreamEvent[],
  wanted: ReadonlySet<string> | null,
  catalogue: Catalogue,
): readonly StreamEvent[] {
  const chosen = events.filter(({ type }) => wanted === null || wanted.has(type))
  return chosen.filter(({ type }) => {
    const { alternative } = rowOf(type, catalogue)
    return alternative === undefined || !chosen.some((other) => other.type === alternative)
  })
}

const toMessage = (event: StreamEvent, catalogue: Catalogue): FeedMessage => ({
  data: event.written(latestVersion(rowOf(event.type, catalogue))).json,
})

const hiddenMessage = ({ type }: StreamEvent, { callSid, at }: Exchange): FeedMessage => ({
  event: 'hidden',
  data: JSON.stringify({ type, callSid, time: formatIso(at) } satisfies HiddenView),
})

function rowOf(type: string, catalogue: Catalogue): EventType {
  const row = catalogue.find(type)
  assert(row, `an event of a type that is not in the catalogue: ${type}`)
  return row
}
