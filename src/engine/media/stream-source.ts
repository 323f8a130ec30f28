/** What an app sent to be played, in pieces, each at its place in media time. */
import { ULAW_SILENCE } from '../../wire/codec/g711.ts'
import type { Sample } from './media-time.ts'
import type { Source } from './track.ts'

interface Piece {
  readonly from: Sample
  readonly to: Sample
  readonly ulaw: Uint8Array
}

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
    if (ulaw.length > 0) this.#pieces.push({ from, to, ulaw })
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
