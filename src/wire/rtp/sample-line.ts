/**
 * The line of samples in a jitter buffer (µ-law): what has come, what is known to be a pause, and holes. It is a ring;
 * positions are 32-bit numbers with wrap, of which the lower bits are the place. Its owner clears what it has passed.
 */
import { ACTIVE_DBFS, FRAME } from '../codec/energy.ts'
import { ULAW_TO_LINEAR } from '../codec/g711.ts'

export const ABSENT = 0
export const SOUND = 1
export const SILENT = 2

const QUIET_ENERGY = ((FRAME * 32_767 ** 2) / 2) * 10 ** (ACTIVE_DBFS / 10)

export class SampleLine {
  readonly #codes: Uint8Array
  readonly #states: Uint8Array
  readonly #mask: number

  /** @param samples that it holds at least */
  constructor(samples: number) {
    const size = 2 ** Math.ceil(Math.log2(samples))
    this.#codes = new Uint8Array(size)
    this.#states = new Uint8Array(size)
    this.#mask = size - 1
  }

  stateAt(position: number): number {
    return this.#states[position & this.#mask]!
  }

  /** How many samples from `position` on, at most `most`, are in the same state as the first. */
  stretchFrom(position: number, most: number): number {
    const [states, mask] = [this.#states, this.#mask]
    const state = states[position & mask]
    let count = 1
    while (count < most && states[(position + count) & mask] === state) count++
    return count
  }

  /** Fills `into[from..to)`. */
  read(position: number, into: Uint8Array, from: number, to: number): void {
    const [codes, mask] = [this.#codes, this.#mask]
    for (let at = from; at < to; at++) into[at] = codes[(position + at - from) & mask]!
  }

  /** Takes `codes[from..to)`. */
  write(position: number, codes: Uint8Array, from: number, to: number): void {
    const [ring, mask] = [this.#codes, this.#mask]
    for (let at = from; at < to; at++) ring[(position + at - from) & mask] = codes[at]!
    this.#set(SOUND, position, to - from)
  }

  /** A pause, where nothing else is. */
  markSilent(position: number, count: number): void {
    for (let at = 0; at < count && at <= this.#mask; at++) {
      const index = (position + at) & this.#mask
      if (this.#states[index] === ABSENT) this.#states[index] = SILENT
    }
  }

  clear(position: number, count: number): void {
    this.#set(ABSENT, position, count)
  }

  /** Whether the frame is there as a whole, and nobody speaks in it. */
  isQuietFrame(position: number): boolean {
    let energy = 0
    for (let at = 0; at < FRAME; at++) {
      const index = (position + at) & this.#mask
      const state = this.#states[index]
      if (state === ABSENT) return false
      if (state === SILENT) continue
      const sample = ULAW_TO_LINEAR[this.#codes[index]!]!
      energy += sample * sample
    }
    return energy < QUIET_ENERGY
  }

  #set(state: number, position: number, count: number): void {
    const first = position & this.#mask
    const beyond = first + count - this.#states.length
    this.#states.fill(state, first, first + count)
    if (beyond > 0) this.#states.fill(state, 0, beyond)
  }
}
