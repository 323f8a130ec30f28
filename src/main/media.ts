/** Where the sound of calls runs: in virtual time here, inline; on the machine's clock in worker threads. */
import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import { InlineEngine } from '../engine/media/inline-engine.ts'
import type { Command, Event } from '../engine/media/remote/messages.ts'
import { type MediaWorker, RemoteEngine } from '../engine/media/remote/remote-engine.ts'
import { SpreadEngine } from '../engine/media/spread/spread-engine.ts'
import type { MediaEngine } from '../engine/ports/media-engine.ts'
import type { RecordingFiles } from '../engine/ports/recording-files.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { spawnWorker } from '../lib/spawn-worker.ts'
import type { MediaLoad } from '../sip/media-load.ts'
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
  /** Threads for the sound of real phones; null: one less than the machine has cores. */
  readonly workers: number | null
  readonly onTicks: (lateMs: readonly number[]) => void
}

export function createMedia(options: MediaOptions): MediaEngine {
  const { clock, files, sockets, lines, workers } = options
  if (clock.kind === 'virtual') return new InlineEngine({ clock, files, sockets: createSockets(sockets) })
  // Only lines to real phones are spread: without them one thread has everything.
  const count = lines ? (workers ?? Math.max(1, availableParallelism() - 1)) : 1
  const engines = Array.from({ length: count }, (_, index) =>
    createThread(options, lines && shareOf(lines, index, count)),
  )
  return engines.length === 1 ? engines[0]! : new SpreadEngine(engines)
}

function createThread(
  { clock, logger, folder, sockets, onTicks }: MediaOptions,
  lines: LinesData | null,
): RemoteEngine {
  return new RemoteEngine({
    clock,
    startWorker: () => startWorker({ folder, sockets, lines }),
    onFault: (fault) => logger.error({ err: fault }, 'a media worker ended; its calls were hung up'),
    onTicks,
  })
}

/** Late ticks are late sound: then no calls over SIP are taken, and the log says so. */
export function watchLoad(load: MediaLoad, lateMs: readonly number[], logger: Logger): void {
  if (!load.report(lateMs)) return
  if (load.isOverloaded) logger.warn({}, 'sound is late: no more calls over SIP are taken until it is not')
  else logger.info({}, 'sound is in time again: calls over SIP are taken')
}

/** Each thread has ports of its own. */
function shareOf({ host, ports }: LinesData, index: number, count: number): LinesData {
  const pairs = Math.floor((ports.last - ports.first + 1) / 2 / count)
  const first = ports.first + index * pairs * 2
  return { host, ports: { first, last: index === count - 1 ? ports.last : first + pairs * 2 - 1 } }
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
