/**
 * Presses keys in their time: 100 ms of tone and 100 ms of gap each, `w` half a second of waiting, `W` a whole one. A key
 * arrives when its tone begins. Sequences queue up; a pair of hands presses one key at a time. How a key travels, beside
 * the sound or in it, is its listener's business.
 */
import type { Clock, Timer } from '../lib/clock.ts'

const KEY_MS = 200
const WAIT_MS: Readonly<Record<string, number>> = { w: 500, W: 1000 }
/** Keys that may wait to be pressed. */
const QUEUED_KEYS_MAX = 1000

export interface KeyListener {
  /** A sequence begins. */
  pressing(digits: string, inBand: boolean): void
  key(key: string, inBand: boolean): void
}

interface Sequence {
  readonly digits: string
  readonly inBand: boolean
  readonly done: () => void
}

export class Keypad {
  readonly #clock: Clock
  readonly #listener: KeyListener
  readonly #queue: Sequence[] = []
  #queuedKeys = 0
  #timer: Timer | null = null
  #stopped = false

  constructor(clock: Clock, listener: KeyListener) {
    this.#clock = clock
    this.#listener = listener
  }

  /** `done` is called after the last key's gap. False, with nothing pressed, when too many keys wait already. */
  press(digits: string, inBand: boolean = false, done: () => void = () => {}): boolean {
    if (this.#stopped || this.#queuedKeys + digits.length > QUEUED_KEYS_MAX) return false
    this.#queue.push({ digits, inBand, done })
    this.#queuedKeys += digits.length
    if (this.#queue.length === 1) this.#begin()
    return true
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
    this.#queue.length = 0
  }

  #begin(): void {
    const [sequence] = this.#queue
    if (!sequence) return
    this.#listener.pressing(sequence.digits, sequence.inBand)
    this.#pressFrom(sequence, 0)
  }

  #pressFrom(sequence: Sequence, index: number): void {
    if (this.#stopped) return
    const key = sequence.digits[index]
    if (key === undefined) {
      this.#queue.shift()
      this.#queuedKeys -= sequence.digits.length
      const next = this.#queue.length > 0
      sequence.done()
      // What `done` pressed began by itself, unless something was waiting before it.
      if (next) this.#begin()
      return
    }
    const waitMs = WAIT_MS[key]
    if (waitMs === undefined) this.#listener.key(key, sequence.inBand)
    // The key may have ended the call.
    if (!this.#stopped) this.#timer = this.#clock.after(waitMs ?? KEY_MS, () => this.#pressFrom(sequence, index + 1))
  }
}
