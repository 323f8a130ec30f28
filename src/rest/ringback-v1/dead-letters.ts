/** `DeadLetters`: events that were given up, each with its reason and a copy of itself, newest first. */
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { formatIso } from '../../lib/dates.ts'
import type { DeadLetter } from '../../readers/event-streams/delivery-store.ts'
import { refuse } from '../errors.ts'
import { type DeliveryDeps, readToken, SINK_SID } from './delivery-deps.ts'
import { accountOf } from './deps.ts'
import { PAGE_QUERY, toPage } from './page.ts'

const query = Type.Object({ ...PAGE_QUERY, sinkSid: Type.Optional(Type.String({ pattern: SINK_SID })) })
const params = Type.Object({ sid: Type.String({ maxLength: 100 }) })

export function addDeadLetters(app: FastifyInstance, { store }: DeliveryDeps): void {
  app.get<{ Querystring: { pageSize: number; pageToken: string; sinkSid?: string } }>(
    '/DeadLetters',
    { schema: { querystring: query } },
    async (request) => {
      const { pageSize, pageToken, ...filter } = request.query
      const page = { before: readToken(pageToken), max: pageSize + 1 }
      const rows = await store.deadLetters({ accountSid: accountOf(request), ...filter }, page)
      const { page: shown, nextPageToken } = toPage(rows, pageSize, ({ number }) => String(number))
      return { deadLetters: shown.map(toView), nextPageToken }
    },
  )

  app.get<{ Params: { sid: string } }>('/DeadLetters/:sid', { schema: { params } }, async (request) => {
    const letter = await store.deadLetter(accountOf(request), request.params.sid)
    if (!letter) throw refuse('notFound', { value: request.url })
    return toView(letter)
  })
}

function toView({ sid, sinkSid, at, type, eventId, callSid, code, why, attempts, event }: DeadLetter) {
  return { sid, sinkSid, at: formatIso(at), type, eventId, callSid, code, why, attempts, event: JSON.parse(event) }
}
