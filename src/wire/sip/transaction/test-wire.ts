/**
 * For tests: a wire in memory between several ends, in virtual time, that loses, delays (and so reorders) and duplicates datagrams as a
 * seed says. Messages go over it as bytes.
 */
import assert from 'node:assert/strict'
import type { Clock } from '../../../lib/clock.ts'
import type { SipMessage } from '../message.ts'
import { parseMessage } from '../parse-message.ts'
import { type Hop, isReliable, type SendBytes } from '../transport.ts'

/** Mulberry32: 0 to 1, without 1; the same numbers for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface Weather {
  /** Parts of one. */
  readonly lost: number
  readonly duplicated: number
  readonly delayMsMax: number
}

export const FAIR: Weather = { lost: 0, duplicated: 0, delayMsMax: 0 }

type Receive = (message: SipMessage, from: Hop) => void

const nameOf = ({ address, port }: Hop): string => `${address}:${port}`

export class TestWire {
  /** `INVITE`, `180 INVITE`, in the order in which they were sent; with the ends' addresses before. */
  readonly log: string[] = []
  weather: Weather
  readonly #clock: Clock
  readonly #random: () => number
  readonly #ends = new Map<string, Receive>()

  constructor(clock: Clock, weather: Weather = FAIR, random: () => number = seeded(1)) {
    this.#clock = clock
    this.weather = weather
    this.#random = random
  }

  attach(own: Hop, receive: Receive): void {
    this.#ends.set(nameOf(own), receive)
  }

  /** What the end at `own` sends by. */
  from(own: Hop): SendBytes {
    return (hop, bytes, failed) => {
      const parsed = parseMessage(bytes)
      assert.ok(parsed.ok, `Sent what cannot be read: ${Buffer.from(bytes).toString()}`)
      this.log.push(`${own.address} ${hop.address} ${nameOfMessage(parsed.message)}`)
      if (!this.#ends.has(nameOf(hop))) {
        this.#clock.after(0, () => failed(`Nobody is at ${nameOf(hop)}.`))
        return
      }
      const { lost, duplicated, delayMsMax } = isReliable(hop.transport) ? FAIR : this.weather
      const copies = this.#random() < duplicated ? 2 : 1
      for (let copy = 0; copy < copies; copy++) {
        if (this.#random() < lost) continue
        this.#clock.after(Math.floor(this.#random() * delayMsMax), () => {
          const again = parseMessage(bytes)
          if (again.ok) this.#ends.get(nameOf(hop))?.(again.message, { ...own, transport: hop.transport })
        })
      }
    }
  }
}

function nameOfMessage(message: SipMessage): string {
  if (message.kind === 'request') return message.method
  return `${message.status} ${message.headers.get('CSeq')!.split(' ')[1]}`
}
