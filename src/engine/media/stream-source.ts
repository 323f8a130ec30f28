/**
 * What an app sent to be played, in pieces, each at its place in media time. Small ones are put together, so that it makes no
 * difference in how many messages the audio came.
 */
import { ULAW_SILENCE } from '../../wire/codec/g711.ts'
import type { Sample } from './media-time.ts'
import type { Source } from './track.ts'

interface Piece {
  readonly from: Sample
  to: Sample
  /** There may be room at its end. */
  readonly ulaw: Uint8Array
}

/** Pieces that are put together are at most so large: about a second. */
const TOGETHER_BYTES_MAX = 8192

export class StreamSource implements Source {
  /** In the order of time, never overlapping. */
  #pieces: Piece[] = []

  /** When the oldest piece is over; null when there is none. */
  get oldestEnd(): Sample | null {
    return this.#pieces[0]?.to ?? null
  }

  /** Not before the end of what is there. @returns where it ends */
  append(ulaw: Uint8Array, from: Sample): Sample {
    const to = (from + ulaw.length) as Sample
    const last = this.#pieces.at(-1)
    if (ulaw.length === 0) return to
    if (last?.to !== from || ulaw.length >= TOGETHER_BYTES_MAX) {
      this.#pieces.push({ from, to, ulaw })
      return to
    }
    const used = last.to - last.from
    if (used + ulaw.length <= last.ulaw.length) {
      last.ulaw.set(ulaw, used)
      last.to = to
      return to
    }
    // Twice the one before: what comes in few pieces takes little room, what comes in many has few of them here.
    const room = new Uint8Array(Math.max(ulaw.length, Math.min(2 * last.ulaw.length, TOGETHER_BYTES_MAX)))
    room.set(ulaw)
    this.#pieces.push({ from, to, ulaw: room })
    return to
  }

  /** Nobody will read what lies before. */
  forgetBefore(at: Sample): void {
    this.#pieces.splice(0, this.#firstAfter(at))
  }

  clear(): void {
    this.#pieces = []
  }

  read(from: Sample, into: Uint8Array): void {
    into.fill(ULAW_SILENCE)
    const to = from + into.length
    for (let index = this.#firstAfter(from); index < this.#pieces.length; index++) {
      const piece = this.#pieces[index]!
      if (piece.from >= to) return
      const first = Math.max(from, piece.from)
      into.set(piece.ulaw.subarray(first - piece.from, Math.min(to, piece.to) - piece.from), first - from)
    }
  }

  silentFrom(from: Sample): boolean {
    return (this.#pieces.at(-1)?.to ?? 0) <= from
  }

  /** Index of the first piece that is not over at `at`. There may be tens of thousands. */
  #firstAfter(at: Sample): number {
    let low = 0
    let high = this.#pieces.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#pieces[middle]!.to <= at) low = middle + 1
      else high = middle
    }
    return low
  }
}
