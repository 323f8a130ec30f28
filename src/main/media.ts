/** Where the sound of calls runs: in virtual time here, inline; on the machine's clock in a worker thread of its own. */
import type { Worker } from 'node:worker_threads'
import { InlineEngine } from '../engine/media/inline-engine.ts'
import type { Command, Event } from '../engine/media/remote/messages.ts'
import { type MediaWorker, RemoteEngine } from '../engine/media/remote/remote-engine.ts'
import type { MediaEngine } from '../engine/ports/media-engine.ts'
import type { RecordingFiles } from '../engine/ports/recording-files.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { spawnWorker } from '../lib/spawn-worker.ts'
import type { LinesData, MediaWorkerData } from './media-worker.ts'
import { createSockets, type SocketsData } from './stream-sockets.ts'

export interface MediaOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** Where recordings are written. */
  readonly folder: string
  /** The same folder, for an engine in this thread. */
  readonly files: RecordingFiles
  /** Where Media Streams may go, and whom they trust. */
  readonly sockets: SocketsData
  /** For RTP; null: there are no real phones. */
  readonly lines: LinesData | null
  readonly onTicks: (lateMs: readonly number[]) => void
}

export function createMedia({ clock, logger, folder, files, sockets, lines, onTicks }: MediaOptions): MediaEngine {
  if (clock.kind === 'virtual') return new InlineEngine({ clock, files, sockets: createSockets(sockets) })
  return new RemoteEngine({
    clock,
    startWorker: () => startWorker({ folder, sockets, lines }),
    onFault: (fault) => logger.error({ err: fault }, 'the media worker ended; its calls were hung up'),
    onTicks,
  })
}

function startWorker(workerData: MediaWorkerData): MediaWorker {
  const worker: Worker = spawnWorker('media-worker', import.meta.url, { workerData })
  let fault: Error | null = null
  worker.on('error', (error: Error) => {
    fault = error
  })
  // Whether the process lives on is for its server to say.
  worker.unref()
  return {
    postMessage: (commands: readonly Command[]) => worker.postMessage(commands),
    on: (_message, listener: (events: readonly Event[]) => void) => worker.on('message', listener),
    onEnd: (ended) => void worker.once('exit', () => ended(fault)),
    terminate: () => worker.terminate(),
  }
}
