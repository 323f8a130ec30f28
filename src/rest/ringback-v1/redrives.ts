/** `Redrives`: puts dead letters of a sink in line again, by type and time of the events. */
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { formatIso } from '../../lib/dates.ts'
import type { StreamJob } from '../../readers/event-streams/delivery-store.ts'
import type { SinkSid } from '../../readers/event-streams/ports.ts'
import { refuse } from '../errors.ts'
import { type DeliveryDeps, MOMENT, readMoment, readToken, SINK_SID, TYPES } from './delivery-deps.ts'
import { accountOf } from './deps.ts'
import { PAGE_QUERY, toPage } from './page.ts'

const properties = {
  sinkSid: Type.String({ pattern: SINK_SID }),
  types: Type.Optional(TYPES),
  from: Type.Optional(MOMENT),
  to: Type.Optional(MOMENT),
}
const body = Type.Object(properties, { propertyNames: { enum: Object.keys(properties) } })

interface Asked {
  readonly sinkSid: SinkSid
  readonly types?: readonly string[]
  readonly from?: string
  readonly to?: string
}

export function addRedrives(app: FastifyInstance, { store, streams }: DeliveryDeps): void {
  app.post<{ Body: Asked }>('/Redrives', { schema: { body } }, async (request, reply) => {
    const accountSid = accountOf(request)
    const { sinkSid, types = null, from, to } = request.body
    if (!(await store.sink(accountSid, sinkSid))) throw refuse('notFound', { value: sinkSid })
    const job = await streams.redrive({
      accountSid,
      sinkSid,
      types,
      from: from === undefined ? null : readMoment('from', from),
      to: to === undefined ? null : readMoment('to', to),
    })
    return reply.code(201).send(jobView(job))
  })
  addJobReads(app, store, { path: '/Redrives', key: 'redrives', kind: 'redrive' })
}

/** The list and the single one, for both kinds of job. */
export function addJobReads(
  app: FastifyInstance,
  store: Pick<DeliveryDeps['store'], 'job' | 'jobs'>,
  { path, key, kind }: { readonly path: string; readonly key: string; readonly kind: StreamJob['kind'] },
): void {
  app.get<{ Querystring: { pageSize: number; pageToken: string } }>(
    path,
    { schema: { querystring: Type.Object(PAGE_QUERY) } },
    async (request) => {
      const { pageSize, pageToken } = request.query
      const jobs = await store.jobs(accountOf(request), kind, { before: readToken(pageToken), max: pageSize + 1 })
      const { page, nextPageToken } = toPage(jobs, pageSize, ({ number }) => String(number))
      return { [key]: page.map(jobView), nextPageToken }
    },
  )
  app.get<{ Params: { sid: string } }>(
    `${path}/:sid`,
    { schema: { params: Type.Object({ sid: Type.String({ maxLength: 100 }) }) } },
    async (request) => {
      const job = await store.job(accountOf(request), request.params.sid)
      if (job?.kind !== kind) throw refuse('notFound', { value: request.url })
      return jobView(job)
    },
  )
}

/** `events`: put in line so far; `completed`: all are, and how they fare is in `Deliveries`. */
export function jobView(job: StreamJob) {
  const { sid, status, types, events, why, createdAt, updatedAt, from, to } = job
  return {
    sid,
    ...(job.kind === 'redrive' ? { sinkSid: job.sinkSid } : { subscriptionSid: job.subscriptionSid }),
    status,
    types,
    from: from === null ? null : formatIso(from),
    to: to === null ? null : formatIso(to),
    events,
    why,
    createdAt: formatIso(createdAt),
    updatedAt: formatIso(updatedAt),
  }
}
