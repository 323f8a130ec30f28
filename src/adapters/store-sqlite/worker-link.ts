/**
 * The main thread's end of the store. Group commit happens here: at most one commit is under way, and all groups that
 * arrive meanwhile are the next one. Groups that nobody waits for go with the next that somebody does wait for, or alone
 * after some milliseconds. A question keeps its place behind the groups that came before it.
 */
import type { Worker } from 'node:worker_threads'
import type { When } from '../../journal/store.ts'
import { AssertionError, assert } from '../../lib/assert.ts'
import { spawnWorker } from '../../lib/spawn-worker.ts'
import type { Failure, FromWorker, Op, ResourceOp, TaskName, Tasks, ToWorker } from './messages.ts'

/** Groups in one transaction; a thousand cost the worker some 15 ms. Those beyond wait for the next. */
const GROUPS_PER_COMMIT_MAX = 1000

/** A group that nobody waits for is handed over after this at the latest. */
const PATIENCE_MS = 10

interface Waiting {
  readonly group: readonly Op[]
  readonly resolve: (firstSeq: number) => void
  readonly reject: (error: Error) => void
}

interface Asked {
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
}

/** Starts the thread and opens the database in `folder`. @throws Error with a sentence for the operator. */
export async function openLink(folder: string): Promise<{ link: WorkerLink; resources: readonly ResourceOp[] }> {
  const link = new WorkerLink(spawnWorker('worker', import.meta.url, { workerData: folder, name: 'store' }))
  return { link, resources: await link.ready }
}

export class WorkerLink {
  /** What the worker says first: the resources there are. Rejects when the database cannot be opened. */
  readonly ready: Promise<readonly ResourceOp[]>
  readonly #opening = Promise.withResolvers<readonly ResourceOp[]>()
  #opened = false
  readonly #worker: Worker
  #waiting: Waiting[] = []
  #committing: readonly Waiting[] | null = null
  /** Questions asked behind groups that are still waiting, and how many groups those are. */
  #held: { readonly behind: number; readonly message: ToWorker }[] = []
  readonly #asked = new Map<number, Asked>()
  #lastId = 0
  /** Groups handed in and groups handed over to the worker, counted from the start. */
  #received = 0
  #sent = 0
  /** Somebody waits for one of those that wait, or for what comes behind them. */
  #urgent = false
  #scheduled = false
  #patience: NodeJS.Timeout | null = null
  /** Set once: why nothing more is accepted. */
  #over: Error | null = null
  readonly #exited: Promise<void>

  constructor(worker: Worker) {
    this.#worker = worker
    this.ready = this.#opening.promise
    this.#exited = new Promise((resolve) => worker.once('exit', () => resolve()))
    worker.on('message', (message: FromWorker) => this.#receive(message))
    worker.on('error', (error) => this.#end(error))
    worker.on('exit', () => this.#end(new Error('the store worker has ended')))
  }

  /** @returns the sequence number of the group's first entry, after the commit; in the order of the calls. */
  commit(group: readonly Op[], when: When = 'now'): Promise<number> {
    if (this.#over) return Promise.reject(this.#over)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ group, resolve, reject })
      this.#received++
      this.#urgent ||= when === 'now'
      this.#schedule()
    })
  }

  ask<Name extends TaskName>(task: Name, ...args: Parameters<Tasks[Name]>): Promise<ReturnType<Tasks[Name]>> {
    if (this.#over) return Promise.reject(this.#over)
    const id = ++this.#lastId
    const message = { task, id, args }
    if (this.#waiting.length === 0) this.#worker.postMessage(message)
    else {
      this.#held.push({ behind: this.#received, message })
      this.#urgent = true
      this.#schedule()
    }
    return new Promise((resolve, reject) => this.#asked.set(id, { resolve, reject }))
  }

  /** Commits what waits, closes the database, ends the thread. */
  async close(): Promise<void> {
    if (this.#over) return this.#exited
    const closed = this.ask('close')
    this.#over = new Error('the store is closed')
    await closed
    await this.#exited
  }

  // What one turn of the event loop appends goes together: fewer, larger commits.
  #schedule(): void {
    if (this.#scheduled || this.#committing || this.#waiting.length === 0) return
    if (!this.#urgent) {
      this.#patience ??= setTimeout(() => this.#send(), PATIENCE_MS)
      return
    }
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#send()
    })
  }

  #send(): void {
    this.#losePatience()
    if (this.#committing || this.#waiting.length === 0) return
    const commit = this.#waiting.splice(0, GROUPS_PER_COMMIT_MAX)
    this.#committing = commit
    this.#sent += commit.length
    this.#urgent = this.#waiting.length > 0
    this.#worker.postMessage({ commit: commit.map(({ group }) => group) } satisfies ToWorker)
    while (this.#held.length > 0 && this.#held[0]!.behind <= this.#sent)
      this.#worker.postMessage(this.#held.shift()!.message)
  }

  #losePatience(): void {
    if (this.#patience) clearTimeout(this.#patience)
    this.#patience = null
  }

  #receive(message: FromWorker): void {
    if ('committed' in message) this.#settle(message.committed)
    else if ('broken' in message) this.#fail(message.broken)
    else if ('ready' in message) this.#open(message.ready)
    else this.#answer(message)
  }

  #open(resources: readonly ResourceOp[]): void {
    this.#opened = true
    this.#opening.resolve(resources)
  }

  #answer(message: Extract<FromWorker, { readonly id: number }>): void {
    const asked = this.#asked.get(message.id)
    assert(asked, `an answer from the store to question ${message.id}, which nobody asked`)
    this.#asked.delete(message.id)
    if ('failed' in message) asked.reject(toError(message.failed))
    else asked.resolve(message.value as never)
  }

  #settle(results: readonly (number | Failure)[]): void {
    const committed = this.#committing
    assert(committed?.length === results.length, 'one result for each group of the commit')
    this.#committing = null
    if (this.#urgent)
      this.#send() // the worker goes on while we wake those who waited
    else this.#schedule()
    for (const [index, { resolve, reject }] of committed.entries()) {
      const result = results[index]!
      if (typeof result === 'number') resolve(result)
      else reject(toError(result))
    }
  }

  #fail({ message }: Failure): void {
    this.#end(new Error(this.#opened ? `the journal cannot be written: ${message}` : message))
  }

  #end(error: Error): void {
    this.#over ??= error
    this.#opening.reject(this.#over)
    this.#losePatience()
    const groups = [...(this.#committing ?? []), ...this.#waiting]
    const asked = [...this.#asked.values()]
    this.#committing = null
    this.#waiting = []
    this.#held = []
    this.#asked.clear()
    for (const { reject } of [...groups, ...asked]) reject(this.#over)
  }
}

/** A refusal is our own mistake and nobody else's problem; see the journal, which tells the two apart by it. */
const toError = ({ message, refused }: Failure): Error =>
  refused ? new AssertionError(`refused by the store: ${message}`) : new Error(`the journal failed: ${message}`)
