/**
 * Presses keys towards the party of a line, one after the other: as events where the line has them, else as tones. Where keys
 * that the leg plays go as events, their tones are silence: they are never in step to the frame, and the party would take each
 * key for two.
 */
import type { Clock, Timer } from '../../../lib/clock.ts'
import type { Instant } from '../../../lib/ids.ts'
import { keysLengthMs, renderKeys } from '../../../wire/codec/dtmf.ts'
import { toUlaw, ULAW_SILENCE } from '../../../wire/codec/g711.ts'
import type { MediaLine } from '../../ports/line.ts'
import { type Sample, toSample } from '../media-time.ts'

/** What waits to be pressed; more is left out. */
const WAITING_MAX = 256
const KEY_MS = 100

export class KeySender {
  readonly #clock: Clock
  readonly #line: Pick<MediaLine, 'sendKey'>
  #waiting: string[] = []
  #timer: Timer | null = null
  /** The tone that sounds instead of whatever the party is played. */
  #tone: { readonly ulaw: Uint8Array; readonly from: Sample } | null = null
  /** Between these the leg plays tones of keys that go as events. */
  #silentFrom = Number.POSITIVE_INFINITY
  #silentTo = Number.POSITIVE_INFINITY

  constructor(clock: Clock, line: Pick<MediaLine, 'sendKey'>) {
    this.#clock = clock
    this.#line = line
  }

  press(digits: string): void {
    for (const key of digits) if (this.#waiting.length < WAITING_MAX) this.#waiting.push(key)
    if (!this.#timer) this.#next()
  }

  /** Presses keys whose tones the leg plays from `from` on, until `silentUntil`. */
  pressPlayed(digits: string, from: Sample): void {
    this.#silentFrom = from
    this.#silentTo = Number.POSITIVE_INFINITY
    this.press(digits)
  }

  /** The tones of the last that were played are over. */
  silentUntil(to: Sample): void {
    this.#silentTo = to
  }

  /** What of a frame is not to be heard becomes silence, and the tone that sounds, if one does, goes over what is there. */
  sound(from: Sample, into: Uint8Array): boolean {
    const [begin, end] = [Math.max(0, this.#silentFrom - from), Math.min(into.length, this.#silentTo - from)]
    if (begin < end) into.fill(ULAW_SILENCE, begin, end)
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
    const key = this.#waiting.shift()
    this.#timer = null
    if (key === undefined) return
    const isPause = key === 'w' || key === 'W'
    if (!isPause && !this.#line.sendKey(key, KEY_MS)) this.#sing(key)
    this.#timer = this.#clock.after(keysLengthMs(key), () => this.#next())
  }

  #sing(key: string): void {
    this.#tone = { ulaw: toUlaw(renderKeys(key)), from: toSample(this.#clock.now() as Instant) }
  }
}
