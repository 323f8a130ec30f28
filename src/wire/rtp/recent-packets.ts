/**
 * Where the last packets lie on the line of play-out, by their sequence numbers: so a repeated one is known, and that
 * nothing was lost between two neighbours however far apart they lie.
 */

/** Must be a power of two below half a round of sequence numbers; 1.3 s of 10 ms packets. */
const REMEMBERED = 128
const MASK = REMEMBERED - 1
const NONE = -1

export class RecentPackets {
  readonly #sequences = new Int32Array(REMEMBERED).fill(NONE)
  /** Positions in ticks, with wrap. */
  readonly #starts = new Int32Array(REMEMBERED)
  readonly #ends = new Int32Array(REMEMBERED)

  has(sequence: number): boolean {
    return this.#sequences[sequence & MASK] === sequence
  }

  add(sequence: number, start: number, end: number): void {
    const at = sequence & MASK
    this.#sequences[at] = sequence
    this.#starts[at] = start
    this.#ends[at] = end
  }

  /** Only of a packet that is there. */
  startOf(sequence: number): number {
    return this.#starts[sequence & MASK]!
  }

  /** Only of a packet that is there. */
  endOf(sequence: number): number {
    return this.#ends[sequence & MASK]!
  }

  clear(): void {
    this.#sequences.fill(NONE)
  }
}
