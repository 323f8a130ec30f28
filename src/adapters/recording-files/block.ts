/**
 * What recordings are copied to until it is written. Blocks are used again, by any recording of the thread: with hundreds
 * of recordings a good part of the work would be collecting them.
 */

/** A second of two channels, which is what comes at a time. */
const BLOCK_BYTES = 32_000
/** Blocks that wait to be used again. */
const SPARE_MAX = 64
const spare: Buffer[] = []

export class Block {
  readonly #space: Buffer
  #filled = 0

  /** @param bytesMin what it must have room for */
  constructor(bytesMin: number) {
    this.#space = (bytesMin <= BLOCK_BYTES && spare.pop()) || Buffer.allocUnsafeSlow(Math.max(bytesMin, BLOCK_BYTES))
  }

  hasRoomFor(bytes: number): boolean {
    return this.#filled + bytes <= this.#space.length
  }

  /** To be asked for room before. */
  put(bytes: Uint8Array): void {
    this.#space.set(bytes, this.#filled)
    this.#filled += bytes.length
  }

  /** Not to be used after `release`. */
  get content(): Buffer {
    return this.#space.subarray(0, this.#filled)
  }

  release(): void {
    if (this.#space.length === BLOCK_BYTES && spare.length < SPARE_MAX) spare.push(this.#space)
  }
}
