/** The one HTTP server: the 2010 API, `/ringback/v1`, health and metrics, on one port. */
import type { FastifyInstance } from 'fastify'
import type { Journal } from '../journal/journal.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { SimulatedNetwork } from '../phones/network.ts'
import type { DeliveryStore } from '../readers/event-streams/delivery-store.ts'
import type { EventStreams } from '../readers/event-streams/event-streams.ts'
import type { StreamStore } from '../readers/event-streams/ports.ts'
import { voiceCatalogue } from '../readers/event-streams/voice-types.ts'
import type { RecordingMedia } from '../rest/deps.ts'
import { refuse } from '../rest/errors.ts'
import { registerEventsV1 } from '../rest/events-v1/events-v1.ts'
import type { AudioDeps } from '../rest/ringback-v1/audio-deps.ts'
import { registerRingbackV1 } from '../rest/ringback-v1/ringback-v1.ts'
import type { SipDeps } from '../rest/ringback-v1/sip/sip-deps.ts'
import { createRestServer } from '../rest/server.ts'
import type { Config } from './config.ts'
import type { Engine } from './engine.ts'
import type { Metrics } from './metrics.ts'

export interface ServerDeps {
  readonly config: Config
  readonly clock: Clock
  readonly logger: Logger
  readonly journal: Journal
  readonly network: SimulatedNetwork
  readonly metrics: Metrics
  readonly streams: EventStreams
  readonly deliveries: StreamStore & DeliveryStore
  /** True once everything is started and until it begins to stop. */
  readonly ready: () => boolean
  readonly engine: Engine
  /** The sound of recordings that are over. */
  readonly recordingMedia: RecordingMedia
  readonly audio: AudioDeps
  readonly sip: SipDeps
}

export function createServer(deps: ServerDeps): FastifyInstance {
  const {
    config,
    clock,
    logger,
    journal,
    network,
    metrics,
    streams,
    deliveries,
    ready,
    engine,
    recordingMedia,
    audio,
    sip,
  } = deps
  const publicUrl = config.publicUrl === null ? {} : { publicUrl: config.publicUrl.replace(/\/$/, '') }
  const app = createRestServer(
    {
      ...engine,
      recordings: { service: engine.recordings, media: recordingMedia },
      sip,
      journal,
      clock,
      logger,
      config: {
        ...publicUrl,
        callerId: config.callerId,
        callEventsJsonBody: config.callEventsJsonBody,
      },
      alert: (accountSid, alert) => {
        const body = { fact: 'alert', alert } as const
        journal
          .append([{ kind: 'fact', accountSid, callSid: null, place: 0, at: clock.now(), body }])
          .catch((fault: unknown) => logger.error({ err: fault, accountSid }, 'an alert could not be written'))
      },
    },
    [
      (scope, authenticate) =>
        registerRingbackV1(scope, {
          authenticate,
          calls: engine.calls,
          network,
          journal,
          clock,
          logger,
          deliveries: { store: deliveries, streams },
          audio,
          sip,
          events: {
            catalogue: voiceCatalogue,
            gate: config.eventsGate,
            transcriptionContent: config.eventsTranscriptionContent,
            schemaBase: config.eventsSchemaBase,
          },
        }),
      (scope, authenticate) =>
        registerEventsV1(scope, {
          streams: streams.streams,
          tester: streams,
          catalogue: voiceCatalogue,
          clock,
          config: { ...publicUrl, strictValidate: config.eventsStrictValidate, schemaBase: config.eventsSchemaBase },
          authenticate,
        }),
      (scope) => {
        scope.get('/healthz', (_request, reply) =>
          reply.code(ready() ? 200 : 503).send({ status: ready() ? 'ok' : 'not ready' }),
        )
        scope.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()))
      },
    ],
  )
  app.addHook('onRequest', async (request) => {
    if (!ready() && !ALWAYS_ANSWERED.has(request.url))
      throw refuse('unavailable', { why: 'the server is starting or stopping' })
  })
  // What was still being sent when the server began to stop leaves a connection that would keep it from closing.
  app.addHook('onResponse', async (request) => {
    if (!ready()) request.raw.socket.destroySoon()
  })
  if (clock.kind === 'virtual') holdDuringRequests(app, clock)
  return app
}

const ALWAYS_ANSWERED: ReadonlySet<string> = new Set(['/healthz', '/metrics'])

/** The request that moves the clock cannot stand still with it. */
const MOVES_THE_CLOCK = '/ringback/v1/Clock'

/** Virtual time stands still while a request that changes something is being answered; who only looks does not stop it. */
function holdDuringRequests(app: FastifyInstance, clock: Clock): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.method === 'GET' || request.url.startsWith(MOVES_THE_CLOCK)) return
    const hold = clock.hold('a REST request')
    // Also for a client that went away in the middle of its request.
    reply.raw.once('close', () => hold.release())
  })
}
