/**
 * The order in which the platform stops: no new requests, calls ended and told, what was recorded on disk, events sent as
 * far as they go, and the store last. From its beginning requests are answered 503; the port closes when the calls have told
 * their last callbacks.
 */
import type { FastifyInstance } from 'fastify'
import type { MediaEngine } from '../engine/ports/media-engine.ts'
import type { SpeechRecognizer } from '../engine/ports/recognition.ts'
import type { HttpTransport } from '../journal/http-transport.ts'
import type { Journal } from '../journal/journal.ts'
import type { Retention } from '../journal/retention.ts'
import type { VirtualClock } from '../lib/virtual-clock.ts'
import type { Engine } from './engine.ts'
import { closeServer, removeServerFile } from './listen.ts'
import type { Sip } from './sip.ts'
import type { SoundParts } from './sound.ts'

export interface ShutdownParts {
  /** The platform's folder. */
  readonly data: string
  readonly retention: Retention
  readonly virtualClock: VirtualClock | null
  readonly engine: Pick<Engine, 'calls' | 'conferences'>
  readonly sip: Sip | null
  readonly media: MediaEngine
  readonly app: FastifyInstance
  readonly journal: Journal
  readonly events: { stop(): Promise<void> }
  readonly sound: SoundParts
  readonly recognizer: SpeechRecognizer | null
  readonly transport: HttpTransport
  readonly store: { close(): Promise<void> }
}

export async function shutDown(parts: ShutdownParts): Promise<void> {
  const { engine, virtualClock } = parts
  await parts.retention.stop()
  virtualClock?.setMode('auto')
  await engine.calls.stop()
  await engine.conferences.settled()
  await parts.sip?.network.stop()
  await parts.media.stop()
  await closeServer(parts.app)
  await parts.journal.settled()
  await parts.events.stop()
  await parts.sound.close()
  await parts.recognizer?.close()
  virtualClock?.stop()
  await parts.transport.close()
  await parts.store.close()
  removeServerFile(parts.data)
}
