/** Calls/{CallSid}/Events: every recorded exchange of one call, oldest first, at once and not only after the call. */

import type { Exchange } from '../../journal/entry.ts'
import type { Store } from '../../journal/store.ts'
import type { CallSid } from '../../lib/ids.ts'
import { callEventView } from '../../readers/call-events/call-event-view.ts'
import type { RestDeps } from '../deps.ts'
import type { Answer, ApiRequest } from './answer.ts'
import { wantedCall } from './calls/calls.ts'
import { type ListSource, listAnswer } from './paging.ts'

export function callEventOperations(deps: RestDeps) {
  const { callEventsJsonBody: jsonBody } = deps.config
  return {
    async list(request: ApiRequest): Promise<Answer> {
      const { sid } = await wantedCall(request, deps)
      return listAnswer(request, 'events', exchangesOf(sid, deps.journal.store), (exchange) =>
        callEventView(exchange, { jsonBody }),
      )
    },
  }
}

/** An exchange's mark is its SID and its place in the call's order: `VW…_12`. */
function exchangesOf(callSid: CallSid, store: Pick<Store, 'exchangesOfCall'>): ListSource<Exchange> {
  const placeOf = (mark: string): number => Number(/^VW[0-9a-f]{32}_(\d{1,9})$/.exec(mark)?.[1] ?? Number.NaN)
  return {
    read: (after, max) => store.exchangesOfCall(callSid, after === null ? -1 : placeOf(after), max),
    markOf: (exchange) => `${exchange.sid}_${exchange.place}`,
    async knows(mark) {
      const place = placeOf(mark)
      if (Number.isNaN(place)) return false
      const [exchange] = await store.exchangesOfCall(callSid, place - 1, 1)
      return exchange !== undefined && mark.startsWith(exchange.sid)
    },
  }
}
