/** So many things there may be at a time; each has a place, and gives it back. */

export class Places {
  readonly #max: number
  #taken = 0

  constructor(max: number) {
    this.#max = max
  }

  get taken(): number {
    return this.#taken
  }

  /** @returns gives the place back, idempotent; null when there is none */
  take(): (() => void) | null {
    if (this.#taken >= this.#max) return null
    this.#taken += 1
    let isTaken = true
    return () => {
      if (isTaken) this.#taken -= 1
      isTaken = false
    }
  }
}
