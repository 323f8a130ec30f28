/** The documents that run on a call in its own name: one chain at a time, until it ends, is stopped or gives way. */
import type { CallHost, DocumentSource } from '../interpreter/flow.ts'
import { type Ending, runDocuments } from '../interpreter/interpreter.ts'

/** Why documents are stopped. Given, because `abort()` alone makes an exception with a stack each time. */
const OVER = 'this document is over'

export interface RunningDocumentsDeps {
  /** The call for documents that run until `stop`. */
  readonly hostFor: (stop: AbortSignal) => CallHost
  /** A chain has ended by itself. */
  readonly ended: (ending: Exclude<Ending, 'stopped'>) => void
  readonly failed: (fault: unknown) => void
}

export class RunningDocuments {
  readonly #deps: RunningDocumentsDeps
  #running = new AbortController()

  constructor(deps: RunningDocumentsDeps) {
    this.#deps = deps
  }

  /** Aborted when what runs now is to stop. */
  get signal(): AbortSignal {
    return this.#running.signal
  }

  /** Abandons what runs for another chain. */
  run(first: DocumentSource): void {
    this.stop()
    const running = new AbortController()
    this.#running = running
    void runDocuments(this.#deps.hostFor(running.signal), first).then(
      (ending) => {
        if (!running.signal.aborted && ending !== 'stopped') this.#deps.ended(ending)
      },
      (fault: unknown) => this.#deps.failed(fault),
    )
  }

  /** Idempotent. */
  stop(): void {
    this.#running.abort(OVER)
  }
}
