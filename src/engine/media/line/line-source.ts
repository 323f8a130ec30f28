/**
 * What the party at the far end of a line says: taken from the line frame by frame, as media time goes on, and kept for a
 * few seconds. Whoever reads up to now gets what belongs there, also when the tick that should have taken it is late.
 */
import { ULAW_SILENCE } from '../../../wire/codec/g711.ts'
import { FRAME_BYTES, type MediaLine } from '../../ports/line.ts'
import type { Sample } from '../media-time.ts'
import type { Source } from '../track.ts'

/** Kept: 4 s. Everybody who reads has taken what they need a second after it came. */
const KEPT = 32_768
/** More than that is not made up for: whoever stalls so long hears silence there. 1 s. */
const BEHIND_MAX = 8_000
/** After sound so much is looked at as if there were more of it: 500 ms. */
const HANGOVER = 4_000
/** µ-law codes of -8, 0 and 8, without the sign: nothing that anybody hears. */
const QUIET_CODE = 0x7e

export class LineSource implements Source {
  readonly #line: Pick<MediaLine, 'take'>
  /** The present, in samples. */
  readonly #now: () => Sample
  readonly #ring = new Uint8Array(KEPT).fill(ULAW_SILENCE)
  readonly #frame = new Uint8Array(FRAME_BYTES)
  readonly #startedAt: Sample
  /** Everything before is known. */
  #until: Sample
  /** The end of the last frame in which something sounded. */
  #soundedUntil = 0
  #hasBegun = false
  /** The end of the last frame that the line gave: what is kept of before and after it is silence. */
  #gaveUntil = Number.NEGATIVE_INFINITY

  constructor(line: Pick<MediaLine, 'take'>, now: () => Sample) {
    this.#line = line
    this.#now = now
    this.#startedAt = now()
    this.#until = this.#startedAt
  }

  /** Takes frames until everything before `to` is known, though none that lies a frame ahead of the present. */
  takeUntil(to: Sample): void {
    const last = Math.min(to, this.#now() + FRAME_BYTES)
    if (last - this.#until > BEHIND_MAX) this.#skipTo((last - BEHIND_MAX) as Sample)
    while (this.#until < last) {
      const frame = this.#line.take(this.#frame) ? this.#frame : null
      this.#keep(frame)
      this.#until = (this.#until + FRAME_BYTES) as Sample
      if (!frame || !isSound(frame)) continue
      this.#hasBegun ||= this.#until >= this.#soundedUntil + HANGOVER
      this.#soundedUntil = this.#until
    }
  }

  read(from: Sample, into: Uint8Array): void {
    const to = from + into.length
    if (to > this.#until) this.takeUntil(to as Sample)
    const first = Math.max(from, this.#startedAt, this.#until - KEPT)
    const last = Math.min(to, this.#until)
    if (last <= first) {
      into.fill(ULAW_SILENCE)
      return
    }
    into.fill(ULAW_SILENCE, 0, first - from)
    const start = first % KEPT
    const head = Math.min(last - first, KEPT - start)
    into.set(this.#ring.subarray(start, start + head), first - from)
    if (head < last - first) into.set(this.#ring.subarray(0, last - first - head), first - from + head)
    into.fill(ULAW_SILENCE, last - from)
  }

  /** Whether silence has been over since this was asked last: whoever waits for that is to be told. */
  hasBegun(): boolean {
    const begun = this.#hasBegun
    this.#hasBegun = false
    return begun
  }

  /** What sounded lately may go on. */
  silentFrom(from: Sample): boolean {
    if (from >= this.#until) this.takeUntil(Math.min(from + FRAME_BYTES, this.#now()) as Sample)
    return from >= this.#soundedUntil + HANGOVER || this.#soundedUntil === 0
  }

  isLive(): boolean {
    return true
  }

  #keep(frame: Uint8Array | null): void {
    const start = this.#until % KEPT
    const head = Math.min(FRAME_BYTES, KEPT - start)
    if (frame) {
      this.#gaveUntil = this.#until + FRAME_BYTES
      this.#ring.set(frame.subarray(0, head), start)
      this.#ring.set(frame.subarray(head), 0)
      return
    }
    if (this.#until - this.#gaveUntil >= KEPT) return
    this.#ring.fill(ULAW_SILENCE, start, start + head)
    this.#ring.fill(ULAW_SILENCE, 0, FRAME_BYTES - head)
  }

  #skipTo(at: Sample): void {
    this.#ring.fill(ULAW_SILENCE)
    this.#until = at
  }
}

function isSound(frame: Uint8Array): boolean {
  for (let at = 0; at < frame.length; at++) if ((frame[at]! & 0x7f) < QUIET_CODE) return true
  return false
}
