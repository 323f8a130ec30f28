/** What the Event Streams API needs from the rest of the platform; main hands it in. */
import type { FastifyRequest } from 'fastify'
import type { Clock } from '../../lib/clock.ts'
import type { Catalogue } from '../../readers/event-streams/catalogue.ts'
import type { SinkTester, StreamStore } from '../../readers/event-streams/ports.ts'

export interface EventsV1Config {
  /** Our address as customers reach it, without a trailing slash; absent: scheme and `Host` of each request. */
  readonly publicUrl?: string
  /** Validate wants the id of a test that arrived; else any value is valid, as on the reference today. */
  readonly strictValidate: boolean
  /** What `dataschema` and `$id` start with, without a trailing slash. */
  readonly schemaBase: string
}

export interface EventsV1Deps {
  readonly streams: StreamStore
  readonly tester: SinkTester
  readonly catalogue: Catalogue
  readonly clock: Pick<Clock, 'now'>
  readonly config: EventsV1Config
  /** An `onRequest` hook after which `request.principal` is set. */
  readonly authenticate: (request: FastifyRequest) => Promise<void>
}
