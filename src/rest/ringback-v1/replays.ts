/** `Replays`: delivers a past stretch of time to a subscription once more, under the same event ids. */
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { SubscriptionSid } from '../../readers/event-streams/ports.ts'
import { findSubscribed } from '../../readers/event-streams/subscription.ts'
import { refuse } from '../errors.ts'
import { type DeliveryDeps, MOMENT, readMoment, TYPES } from './delivery-deps.ts'
import { accountOf } from './deps.ts'
import { addJobReads, jobView } from './redrives.ts'

const properties = {
  subscriptionSid: Type.String({ pattern: '^DF[0-9a-fA-F]{32}$' }),
  from: MOMENT,
  to: MOMENT,
  types: Type.Optional(TYPES),
}
const body = Type.Object(properties, { propertyNames: { enum: Object.keys(properties) } })

interface Asked {
  readonly subscriptionSid: SubscriptionSid
  readonly from: string
  readonly to: string
  readonly types?: readonly string[]
}

export function addReplays(app: FastifyInstance, { store, streams }: DeliveryDeps): void {
  app.post<{ Body: Asked }>('/Replays', { schema: { body } }, async (request, reply) => {
    const accountSid = accountOf(request)
    const { subscriptionSid, types = null } = request.body
    const [from, to] = [readMoment('from', request.body.from), readMoment('to', request.body.to)]
    if (to <= from) throw refuse('invalidParameter', { name: 'to', value: request.body.to, why: 'later than from' })
    const subscription = await store.subscription(accountSid, subscriptionSid)
    if (!subscription) throw refuse('notFound', { value: subscriptionSid })
    for (const type of types ?? []) {
      if (!findSubscribed(subscription, type))
        throw refuse('invalidParameter', { name: 'types', value: type, why: 'a type that is subscribed' })
    }
    const job = await streams.replay({ accountSid, subscriptionSid, types, from, to })
    return reply.code(201).send(jobView(job))
  })
  addJobReads(app, store, { path: '/Replays', key: 'replays', kind: 'replay' })
}
