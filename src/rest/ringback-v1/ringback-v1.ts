/**
 * `/ringback/v1`: the platform's own API, for simulated phones, the heard ledger, alerts, the clock, the live feed, trunks and
 * registered phones. JSON in camelCase, Basic credentials, errors in the shape of the 2010 API.
 */
import type { FastifyError, FastifyInstance } from 'fastify'
import { refuse } from '../errors.ts'
import { addAlerts } from './alerts.ts'
import { addByHand } from './by-hand.ts'
import { addCallAudio } from './call-audio.ts'
import { addClock } from './clock.ts'
import { addDeadLetters } from './dead-letters.ts'
import { addDeliveries } from './deliveries.ts'
import type { DeliveryDeps } from './delivery-deps.ts'
import type { RingbackV1Deps } from './deps.ts'
import { addEvents } from './events.ts'
import { addHeard } from './heard.ts'
import { invalidInput } from './invalid-input.ts'
import { addLive } from './live.ts'
import { addPhones } from './phones.ts'
import { addRedrives } from './redrives.ts'
import { addReplays } from './replays.ts'
import { addSinkSecrets } from './sink-secrets.ts'
import { addCallSip } from './sip/call-sip.ts'
import { addRegistrations } from './sip/registrations.ts'
import { addTrunks } from './sip/trunks.ts'
import { addSounds } from './sounds.ts'

export type { RingbackV1Deps } from './deps.ts'

/** The server's own error handler turns what is thrown here into an answer. */
export function registerRingbackV1(app: FastifyInstance, deps: RingbackV1Deps): void {
  app.register(
    async (scope) => {
      scope.addHook('onRequest', deps.authenticate)
      scope.setNotFoundHandler((request) => {
        throw refuse('notFound', { value: request.url })
      })
      scope.setErrorHandler((error: FastifyError, request) => {
        throw invalidInput(error, request) ?? error
      })
      addJsonParser(scope)
      addPhones(scope, deps)
      addHeard(scope, deps)
      addCallSip(scope, deps)
      addByHand(scope, deps)
      addAlerts(scope, deps)
      addClock(scope, deps)
      addLive(scope, deps)
      if (deps.deliveries) addEventStreams(scope, deps.deliveries)
      if (deps.audio) {
        addCallAudio(scope, deps, deps.audio)
        addSounds(scope, deps.audio)
      }
      if (deps.sip) {
        addTrunks(scope, deps, deps.sip)
        addRegistrations(scope, deps, deps.sip)
      }
      addEvents(scope, deps)
    },
    { prefix: '/ringback/v1' },
  )
}

/** How Event Streams fare, and what can be done about it. */
function addEventStreams(scope: FastifyInstance, deps: DeliveryDeps): void {
  addDeliveries(scope, deps)
  addDeadLetters(scope, deps)
  addRedrives(scope, deps)
  addReplays(scope, deps)
  addSinkSecrets(scope, deps)
}

/** JSON as Fastify reads it, but an empty body is no body: clients name the type of what they do not send. */
function addJsonParser(scope: FastifyInstance): void {
  const parse = scope.getDefaultJsonParser('error', 'error')
  scope.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else parse(request, String(body), done)
  })
}
