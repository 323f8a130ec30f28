/** Lets a stated number of works run at once; the others wait in the order they came, up to a stated number. */
export interface GateOptions {
  readonly atOnce: number
  readonly waitingMax: number
  /** The sentence for the one that finds all places taken. */
  readonly full: string
}

export class Gate {
  readonly #options: GateOptions
  #running = 0
  #waiting: { readonly enter: () => void; readonly refuse: (why: Error) => void }[] = []
  #closed: Error | null = null

  constructor(options: GateOptions) {
    this.#options = options
  }

  /** Rejects when there is no place to wait, and when the gate closes before the work has begun. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw this.#closed
    const { atOnce, waitingMax, full } = this.#options
    if (this.#running < atOnce) this.#running++
    else if (this.#waiting.length >= waitingMax) throw new Error(full)
    else await new Promise<void>((enter, refuse) => this.#waiting.push({ enter, refuse }))
    try {
      // It may have closed between being let in and getting here.
      if (this.#closed) throw this.#closed
      return await work()
    } finally {
      // The place is handed on, not given back: nobody slips in between.
      const next = this.#waiting.shift()
      if (next) next.enter()
      else this.#running--
    }
  }

  /** Nobody enters any more; what has begun goes on. Idempotent. */
  close(why: Error): void {
    this.#closed ??= why
    for (const { refuse } of this.#waiting.splice(0)) refuse(this.#closed)
  }
}
