/**
 * Comfort noise (RFC 3389): in its pauses a sender says how loud the room is, and noise of that level is heard instead of
 * nothing. Of the payload only the level is used: the colour of the noise, which may follow it, is left out.
 */
import { encodeUlaw } from '../codec/g711.ts'

/** Level in dBov without its sign: 0 is as loud as the code can be, 127 nothing. */
const LEVEL_MAX = 127
const LEVEL_MASK = 0x7f
const OVERLOAD = 32_768
/** Noise that is louder than this is no comfort; a wrong or bad-willed level shall not shout. */
const LEVEL_LOUDEST = 30

/** @returns null for an empty payload */
export const decodeNoiseLevel = (bytes: Uint8Array, at: number, end: number): number | null =>
  at < end ? bytes[at]! & LEVEL_MASK : null

export const encodeNoiseLevel = (levelDbov: number): Uint8Array =>
  Uint8Array.of(Math.max(0, Math.min(LEVEL_MAX, Math.round(levelDbov))))

export class ComfortNoise {
  #width = 0
  #state = 1

  setLevel(levelDbov: number): void {
    const level = Math.max(LEVEL_LOUDEST, levelDbov)
    // Evenly spread numbers of this width have the level's mean square.
    this.#width = level >= LEVEL_MAX ? 0 : OVERLOAD * 10 ** (-level / 20) * Math.sqrt(12)
  }

  /** Fills `into[from..to)` with µ-law. Not random: the same numbers each time, which nobody hears. */
  render(into: Uint8Array, from: number, to: number): void {
    for (let at = from; at < to; at++) {
      this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0
      into[at] = encodeUlaw(Math.round(this.#width * (this.#state / 2 ** 32 - 0.5)))
    }
  }
}
