/** The media worker: a thread of its own for the sound of calls. Commands come in, events go out, recordings go to disk. */
import { parentPort, workerData } from 'node:worker_threads'
import { createMediaLines } from '../adapters/media-sockets/media-lines.ts'
import type { PortRange } from '../adapters/media-sockets/port-pairs.ts'
import { createRecordingFiles } from '../adapters/recording-files/recording-files.ts'
import { InlineEngine } from '../engine/media/inline-engine.ts'
import { serveEngine } from '../engine/media/remote/serve-engine.ts'
import { assert } from '../lib/assert.ts'
import { RealClock } from '../lib/real-clock.ts'
import { createSockets, type SocketsData } from './stream-sockets.ts'

/** Where RTP is listened on. */
export interface LinesData {
  readonly host: string
  readonly ports: PortRange
}

/** What the main thread tells the media worker at its start. */
export interface MediaWorkerData {
  /** Where recordings go. */
  readonly folder: string
  readonly sockets: SocketsData
  readonly lines: LinesData | null
}

/** How late ticks were is told this often. */
const REPORT_MS = 1000

assert(parentPort, 'this file is the start of a worker thread')
const port = parentPort
const { folder, sockets, lines } = workerData as MediaWorkerData
let lateMs: number[] = []
const clock = new RealClock()
const engine = new InlineEngine({
  clock,
  files: createRecordingFiles({ folder }),
  sockets: createSockets(sockets),
  ...(lines && { lines: createMediaLines({ clock, ...lines }) }),
  onTick: (late) => void lateMs.push(late),
})
setInterval(() => {
  if (lateMs.length === 0) return
  port.postMessage([{ told: 'ticks', lateMs }])
  lateMs = []
}, REPORT_MS)
serveEngine(engine, port)
