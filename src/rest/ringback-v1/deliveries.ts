/** `Deliveries`: the attempt log of Event Streams, one row a request to a sink, newest first. */
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { formatIso } from '../../lib/dates.ts'
import type { Instant } from '../../lib/ids.ts'
import { ATTEMPT_OUTCOMES, type AttemptOutcome, type AttemptRow } from '../../readers/event-streams/delivery-store.ts'
import { type DeliveryDeps, readToken, SINK_SID } from './delivery-deps.ts'
import { accountOf } from './deps.ts'
import { PAGE_QUERY, toPage } from './page.ts'

const query = Type.Object({
  ...PAGE_QUERY,
  sinkSid: Type.Optional(Type.String({ pattern: SINK_SID })),
  callSid: Type.Optional(Type.String({ pattern: '^CA[0-9a-fA-F]{32}$' })),
  outcome: Type.Optional(Type.Enum([...ATTEMPT_OUTCOMES])),
})

interface Asked {
  readonly pageSize: number
  readonly pageToken: string
  readonly sinkSid?: string
  readonly callSid?: string
  readonly outcome?: AttemptOutcome
}

export function addDeliveries(app: FastifyInstance, { store }: DeliveryDeps): void {
  app.get<{ Querystring: Asked }>('/Deliveries', { schema: { querystring: query } }, async (request) => {
    const { pageSize, pageToken, ...filter } = request.query
    const page = { before: readToken(pageToken), max: pageSize + 1 }
    const rows = await store.attempts({ accountSid: accountOf(request), ...filter }, page)
    const { page: shown, nextPageToken } = toPage(rows, pageSize, ({ id }) => String(id))
    return { deliveries: shown.map(toView), nextPageToken }
  })
}

const isoOrNull = (at: Instant | null | undefined): string | null =>
  at === null || at === undefined ? null : formatIso(at)

/** `outcome` is null while the request is under way. */
function toView({ deliveryId, sinkSid, at, attempt, trigger, url, events, end }: AttemptRow) {
  return {
    deliveryId,
    sinkSid,
    at: formatIso(at),
    attempt,
    trigger,
    url,
    events,
    outcome: end?.outcome ?? null,
    code: end?.code ?? null,
    status: end?.status ?? null,
    durationMs: end?.durationMs ?? null,
    why: end?.why ?? null,
    answer: end?.answer ?? null,
    nextAttemptAt: isoOrNull(end?.nextAt),
  }
}
