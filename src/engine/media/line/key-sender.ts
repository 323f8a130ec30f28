/** Presses keys towards the party of a line, one after the other: as events where the line has them, else as tones. */
import type { Clock, Timer } from '../../../lib/clock.ts'
import type { Instant } from '../../../lib/ids.ts'
import { keysLengthMs, renderKeys } from '../../../wire/codec/dtmf.ts'
import { toUlaw } from '../../../wire/codec/g711.ts'
import type { MediaLine } from '../../ports/line.ts'
import { type Sample, toSample } from '../media-time.ts'

/** What waits to be pressed; more is left out. */
const WAITING_MAX = 256
const KEY_MS = 100

export class KeySender {
  readonly #clock: Clock
  readonly #line: Pick<MediaLine, 'sendKey'>
  #waiting: { readonly key: string; readonly inBand: boolean }[] = []
  #timer: Timer | null = null
  /** The tone that sounds instead of whatever the party is played. */
  #tone: { readonly ulaw: Uint8Array; readonly from: Sample } | null = null

  constructor(clock: Clock, line: Pick<MediaLine, 'sendKey'>) {
    this.#clock = clock
    this.#line = line
  }

  /** @param inBand they are heard already: without events nothing is to be done */
  press(digits: string, inBand: boolean): void {
    for (const key of digits) if (this.#waiting.length < WAITING_MAX) this.#waiting.push({ key, inBand })
    if (!this.#timer) this.#next()
  }

  /** Puts the tone that sounds from `from` on, if one does, over what is there. */
  sound(from: Sample, into: Uint8Array): boolean {
    const tone = this.#tone
    if (!tone) return false
    const offset = from - tone.from
    if (offset >= tone.ulaw.length) {
      this.#tone = null
      return false
    }
    const first = Math.max(0, offset)
    into.set(tone.ulaw.subarray(first, offset + into.length), first - offset)
    return true
  }

  end(): void {
    this.#timer?.cancel()
    this.#waiting = []
  }

  #next(): void {
    const next = this.#waiting.shift()
    this.#timer = null
    if (!next) return
    const { key, inBand } = next
    const isPause = key === 'w' || key === 'W'
    if (!isPause && !this.#line.sendKey(key, KEY_MS) && !inBand) this.#sing(key)
    this.#timer = this.#clock.after(keysLengthMs(key), () => this.#next())
  }

  #sing(key: string): void {
    this.#tone = { ulaw: toUlaw(renderKeys(key)), from: toSample(this.#clock.now() as Instant) }
  }
}
