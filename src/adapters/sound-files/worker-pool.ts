/**
 * Worker threads that each do one job at a time: started when there is a job and nobody to do it, let go when nothing has
 * been asked of them for a while. They keep the process alive only while they work. A job that takes too long is given
 * up together with its thread; the next one starts another.
 */
import type { Transferable, Worker } from 'node:worker_threads'
import { Gate } from '../../lib/gate.ts'

export interface WorkerPoolOptions {
  readonly start: () => Worker
  /** Threads at most, and so jobs at once. */
  readonly threads: number
  /** Jobs that may wait besides; one more is refused. */
  readonly waitingMax: number
  /** Default 10 s. */
  readonly idleMs?: number
}

export class WorkerPool<Job, Answer> {
  readonly #start: () => Worker
  readonly #idleMs: number
  readonly #gate: Gate
  /** Those without a job, and the timers that end them. The last one in is the first one out. */
  readonly #idle: { readonly worker: Worker; readonly timer: NodeJS.Timeout }[] = []
  /** Those with a job, and what gives it up from outside. */
  readonly #busy = new Map<Worker, (why: Error) => void>()

  constructor({ start, threads, waitingMax, idleMs = 10_000 }: WorkerPoolOptions) {
    this.#start = start
    this.#idleMs = idleMs
    this.#gate = new Gate({ atOnce: threads, waitingMax, full: 'too many sounds are waiting' })
  }

  /**
   * @param transfer what goes to the thread for good
   * @throws Error when too many jobs wait, when the job takes longer than `limitMs` from its beginning, when the thread
   *   breaks, and when the pool is closed
   */
  run(job: Job, { limitMs, transfer = [] }: { limitMs: number; transfer?: readonly Transferable[] }): Promise<Answer> {
    return this.#gate.pass(() => this.#work(job, limitMs, transfer))
  }

  /** Gives up what is under way. Idempotent. */
  async close(): Promise<void> {
    const closed = new Error('the platform is stopping')
    this.#gate.close(closed)
    const all = [...this.#idle.map(({ worker }) => worker), ...this.#busy.keys()]
    for (const giveUp of this.#busy.values()) giveUp(closed)
    await Promise.all(all.map((worker) => worker.terminate()))
  }

  async #work(job: Job, limitMs: number, transfer: readonly Transferable[]): Promise<Answer> {
    const worker = this.#take()
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const late = () => reject(new Error(`it took longer than ${Math.round(limitMs / 1000)} seconds`))
    const timer = setTimeout(late, limitMs)
    const ended = () => reject(new Error('the thread has ended'))
    worker.on('message', resolve).on('error', reject).on('exit', ended)
    this.#busy.set(worker, reject)
    try {
      worker.postMessage(job, transfer)
      const answer = await promise
      this.#keep(worker)
      return answer
    } catch (error) {
      void worker.terminate()
      throw error
    } finally {
      clearTimeout(timer)
      worker.off('message', resolve).off('error', reject).off('exit', ended)
      this.#busy.delete(worker)
    }
  }

  #take(): Worker {
    const worker = this.#idle.at(-1)?.worker
    if (!worker) return this.#begin()
    this.#forget(worker)
    worker.ref()
    return worker
  }

  #begin(): Worker {
    const worker = this.#start()
    // Without a job nobody else listens, and an error that nobody hears ends the process.
    return worker.on('error', () => {}).on('exit', () => this.#forget(worker))
  }

  #keep(worker: Worker): void {
    worker.unref()
    const timer = setTimeout(() => {
      this.#forget(worker)
      void worker.terminate()
    }, this.#idleMs).unref()
    this.#idle.push({ worker, timer })
  }

  #forget(worker: Worker): void {
    const at = this.#idle.findIndex((idle) => idle.worker === worker)
    if (at !== -1) clearTimeout(this.#idle.splice(at, 1)[0]!.timer)
  }
}
