/**
 * The Event Streams API: sinks, subscriptions, types and schemas under `/v1`, and the schema documents under `/schemas`.
 * It changes what is subscribed; sending events is the business of readers/event-streams.
 */
import type { FastifyInstance } from 'fastify'
import { refuse } from '../errors.ts'
import type { EventsV1Deps } from './deps.ts'
import { pathOf, routeAdder } from './route.ts'
import { registerSchemaDocuments, registerSchemas } from './schemas.ts'
import { registerSinks } from './sinks.ts'
import { registerSubscribedEvents } from './subscribed-events.ts'
import { registerSubscriptions } from './subscriptions.ts'
import { registerTypes } from './types.ts'

export function registerEventsV1(app: FastifyInstance, deps: EventsV1Deps): void {
  registerSchemaDocuments(app, deps.config)
  app.register(
    async (api) => {
      api.addHook('onRequest', async (_request, reply) => {
        reply.header('cache-control', 'no-store')
      })
      api.addHook('onRequest', deps.authenticate)
      api.setNotFoundHandler((request) => {
        throw refuse('notFound', { value: pathOf(request) })
      })
      ignoreJson(api)
      const add = routeAdder(api, deps.config)
      registerSinks(add, deps)
      registerSubscriptions(add, deps)
      registerSubscribedEvents(add, deps)
      registerTypes(add, deps)
      registerSchemas(add)
    },
    { prefix: '/v1' },
  )
}

/** The reference reads forms only: of a JSON body it says that every parameter is missing. */
function ignoreJson(api: FastifyInstance): void {
  api.removeContentTypeParser(['application/json', 'text/plain'])
  api.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, _body, done) => done(null, undefined))
}

export type { EventsV1Config, EventsV1Deps } from './deps.ts'
