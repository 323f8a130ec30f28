/** `Live`: committed journal entries as server-sent events, filtered by call and kind. */
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { RingbackV1Deps } from './deps.ts'
import { eventOf, toEntryView } from './entry-view.ts'
import { addFeed, CALL_SID, type FeedRoute, type Heartbeat } from './feed-route.ts'

interface LiveQuery {
  readonly callSid?: string
  readonly types?: string
}

const LIVE: FeedRoute<LiveQuery> = {
  path: '/Live',
  query: { callSid: CALL_SID, types: Type.Optional(Type.String({ maxLength: 300 })) },
  teller({ callSid, types }, accountSid) {
    const wanted = types ? new Set(types.split(',').map((type) => type.trim())) : null
    return (entry) => {
      const event = eventOf(entry)
      if (entry.accountSid !== accountSid || (callSid !== undefined && entry.callSid !== callSid)) return []
      return wanted === null || wanted.has(event) ? [{ event, data: JSON.stringify(toEntryView(entry)) }] : []
    }
  },
}

export function addLive(app: FastifyInstance, deps: RingbackV1Deps, heartbeat?: Heartbeat): void {
  addFeed(app, deps, LIVE, heartbeat)
}
