/**
 * Starts worker threads. From source a thread's file is `x.ts`, in the built package `x.js`, and the compiler does not
 * rewrite the name inside `new URL(…)`: so the name comes without its extension and takes that of the file that asks.
 */
import { Worker, type WorkerOptions } from 'node:worker_threads'

/**
 * @param name file beside the caller's, without extension: `worker`.
 * @param from the caller's `import.meta.url`.
 */
export function spawnWorker(name: string, from: string, options: WorkerOptions = {}): Worker {
  return new Worker(workerUrl(name, from), options)
}

/** Where the thread's file is; apart from `spawnWorker` so that it can be tested without a built package. */
export function workerUrl(name: string, from: string): URL {
  const extension = new URL(from).pathname.endsWith('.ts') ? 'ts' : 'js'
  return new URL(`./${name}.${extension}`, from)
}
