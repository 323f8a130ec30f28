/**
 * The main thread's end of flite: starts the thread at the first job, gives it one job at a time, ends it when a job
 * takes too long or when nothing has been said for a while. It keeps the process alive only while a job is under way.
 */
import type { Worker } from 'node:worker_threads'
import { assert } from '../../lib/assert.ts'
import { Gate } from '../../lib/gate.ts'
import { spawnWorker } from '../../lib/spawn-worker.ts'
import type { FliteAnswer, FliteJob } from './messages.ts'

export type Spoken = Extract<FliteAnswer, { readonly samples: unknown }>

export interface FliteThreadOptions {
  /** Path of the program. */
  readonly wasm: string
  /** A job that takes longer is given up, and its thread with it. Default 30 s. */
  readonly jobMsMax?: number
  /** Default a minute. */
  readonly idleMs?: number
  readonly spawn?: (wasm: string) => Worker
}

const JOBS_WAITING_MAX = 256

interface Pending {
  readonly resolve: (spoken: Spoken) => void
  readonly reject: (error: Error) => void
  readonly timer: NodeJS.Timeout
}

export class FliteThread {
  readonly #gate = new Gate({
    atOnce: 1,
    waitingMax: JOBS_WAITING_MAX,
    full: `flite has ${JOBS_WAITING_MAX} texts waiting and takes no more`,
  })
  readonly #wasm: string
  readonly #jobMsMax: number
  readonly #idleMs: number
  readonly #spawn: (wasm: string) => Worker
  #worker: Worker | null = null
  #pending: Pending | null = null
  #idle: NodeJS.Timeout | undefined

  constructor({ wasm, jobMsMax = 30_000, idleMs = 60_000, spawn = spawnThread }: FliteThreadOptions) {
    this.#wasm = wasm
    this.#jobMsMax = jobMsMax
    this.#idleMs = idleMs
    this.#spawn = spawn
  }

  /** Jobs are done in the order they came. */
  say(job: FliteJob): Promise<Spoken> {
    return this.#gate.pass(() => this.#run(job))
  }

  async close(): Promise<void> {
    const closed = new Error('flite is closed')
    this.#gate.close(closed)
    await this.#end(closed)
  }

  #run(job: FliteJob): Promise<Spoken> {
    assert(this.#pending === null, 'one job at a time')
    clearTimeout(this.#idle)
    const worker = this.#worker ?? this.#start()
    worker.ref()
    return new Promise((resolve, reject) => {
      const late = new Error(`flite did not finish within ${this.#jobMsMax} ms`)
      this.#pending = { resolve, reject, timer: setTimeout(() => void this.#end(late), this.#jobMsMax) }
      worker.postMessage(job)
    })
  }

  #start(): Worker {
    const worker = this.#spawn(this.#wasm)
    // A thread that was given up may still say something: nobody listens any more.
    const ifCurrent = (action: () => void) => {
      if (this.#worker === worker) action()
    }
    worker.on('message', (answer: FliteAnswer) => ifCurrent(() => this.#answer(answer)))
    worker.on('error', (error) => ifCurrent(() => void this.#end(error)))
    worker.on('exit', () => ifCurrent(() => void this.#end(new Error('the thread of flite has ended'))))
    this.#worker = worker
    return worker
  }

  #answer(answer: FliteAnswer): void {
    const pending = this.#settle()
    assert(pending, 'flite answers only when asked')
    this.#worker?.unref()
    this.#idle = setTimeout(() => void this.#end(null), this.#idleMs).unref()
    if ('samples' in answer) pending.resolve(answer)
    else pending.reject(new Error(`flite could not speak: ${answer.failed}`))
  }

  /** Lets the thread go; the next job starts another. */
  async #end(why: Error | null): Promise<void> {
    clearTimeout(this.#idle)
    const worker = this.#worker
    this.#worker = null
    const pending = this.#settle()
    if (why) pending?.reject(why)
    await worker?.terminate()
  }

  #settle(): Pending | null {
    const pending = this.#pending
    this.#pending = null
    clearTimeout(pending?.timer)
    return pending
  }
}

const spawnThread = (wasm: string): Worker =>
  spawnWorker('worker', import.meta.url, { workerData: wasm, name: 'speech-flite' })
