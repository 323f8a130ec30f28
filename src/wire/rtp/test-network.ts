/** A network between two ends that loses, delays, repeats and reorders packets, always the same from the same seed. */
import type { Random } from '../codec/test-dtmf-audio.ts'

export interface NetworkFaults {
  /** 0 to 1, of packets. */
  readonly lost: number
  readonly repeated: number
  /** Each packet takes up to so much longer than the fastest, on its own: packets overtake each other. */
  readonly jitterMs: number
  readonly random: Random
}

export interface Arrival {
  readonly atMs: number
  readonly bytes: Uint8Array
}

const FASTEST_MS = 30

/** Packets on their way; `lost` is told of each that does not come. */
export class Network {
  readonly #faults: NetworkFaults
  readonly #lost: (bytes: Uint8Array) => void
  readonly #onTheWay: Arrival[] = []

  constructor(faults: NetworkFaults, lost: (bytes: Uint8Array) => void = () => {}) {
    this.#faults = faults
    this.#lost = lost
  }

  send(bytes: Uint8Array, nowMs: number): void {
    const { lost, repeated, jitterMs, random } = this.#faults
    if (random() < lost) this.#lost(bytes)
    else {
      this.#onTheWay.push({ atMs: nowMs + FASTEST_MS + random() * jitterMs, bytes })
      if (random() < repeated) this.#onTheWay.push({ atMs: nowMs + FASTEST_MS + random() * jitterMs, bytes })
    }
  }

  /** What has come by now, in the order in which it came. */
  receive(nowMs: number): Arrival[] {
    this.#onTheWay.sort((one, other) => one.atMs - other.atMs)
    const count = this.#onTheWay.findIndex(({ atMs }) => atMs > nowMs)
    return this.#onTheWay.splice(0, count < 0 ? this.#onTheWay.length : count)
  }
}
