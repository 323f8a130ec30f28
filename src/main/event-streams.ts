/** Puts Event Streams together: store, ways out under the egress rule, metrics, alerts. */
import { createEgressCheck, type EgressRule, guardedAgents } from '../adapters/http-client/index.ts'
import { createKinesisTransport } from '../adapters/kinesis/kinesis.ts'
import type { SqliteStore } from '../adapters/store-sqlite/store.ts'
import type { HttpTransport } from '../journal/http-transport.ts'
import type { Journal } from '../journal/journal.ts'
import type { Clock } from '../lib/clock.ts'
import type { AccountSid } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import type { Vault } from '../lib/vault.ts'
import { EventStreams } from '../readers/event-streams/event-streams.ts'
import { voiceCatalogue } from '../readers/event-streams/voice-types.ts'
import type { Config } from './config.ts'
import type { DeliveryMetrics } from './delivery-metrics.ts'
import { VERSION } from './version.ts'

export interface EventStreamsParts {
  readonly config: Config
  readonly egress: EgressRule
  readonly store: SqliteStore
  readonly journal: Journal
  readonly transport: HttpTransport
  readonly vault: Vault
  readonly clock: Clock
  readonly logger: Logger
  readonly authTokenOf: (accountSid: AccountSid) => string | Promise<string>
  readonly metrics: DeliveryMetrics
}

/** Requests to sinks that are under way at shutdown get this long, real time, to be answered. */
const QUIET_MS_MAX = 3000

/** Not started yet. */
export function createEventStreams(parts: EventStreamsParts): {
  readonly streams: EventStreams
  readonly deliveries: ReturnType<SqliteStore['streams']>
  stop(): Promise<void>
} {
  const { config, egress, store, journal, transport, vault, clock, logger, authTokenOf, metrics } = parts
  const kinesis = createKinesisTransport({
    agents: guardedAgents(createEgressCheck(egress)),
    stsEndpoint: config.eventsStsEndpoint,
    logger,
  })
  const deliveries = store.streams(vault)
  const streams = new EventStreams({
    store: deliveries,
    onCommitted: (listener) => journal.onCommitted(listener),
    head: async () => Number(await store.head()),
    clock,
    logger,
    transports: {
      http: (request) => transport.send(request),
      kinesis: (request, stop) => kinesis.send(request, stop),
    },
    options: {
      catalogue: voiceCatalogue,
      gate: config.eventsGate,
      transcriptionContent: config.eventsTranscriptionContent,
      schemaBase: config.eventsSchemaBase,
    },
    authTokenOf,
    version: VERSION,
    holdClock: config.eventsHoldClock,
    report: metrics,
    alert: (accountSid, alert) => {
      const body = { fact: 'alert', alert } as const
      journal.append([{ kind: 'fact', accountSid, callSid: null, place: 0, at: clock.now(), body }]).catch(() => {
        // The journal has told whoever has to know.
      })
    },
  })
  metrics.watch(
    () => streams.stats(),
    () => clock.now(),
  )
  return {
    streams,
    deliveries,
    async stop() {
      const quiet = streams.quiet()
      await Promise.race([quiet, new Promise((resolve) => setTimeout(resolve, QUIET_MS_MAX).unref())])
      await streams.stop()
      kinesis.close()
    },
  }
}
