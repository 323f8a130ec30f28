/**
 * What goes out on a line: what its leg is played, in frames of the grid that all legs share, so that rooms add up each of
 * them once. A track is read up to every change of it, so a frame may be put together of several pieces.
 */
import { ULAW_SILENCE } from '../../../wire/codec/g711.ts'
import { FRAME_BYTES } from '../../ports/line.ts'
import type { Sample } from '../media-time.ts'
import type { Track, TrackListener } from '../track.ts'

/** Frames that wait to be given; while a thread stalls older ones are left out. */
const WAITING_MAX = 5

export interface OutgoingFrame {
  readonly from: Sample
  readonly ulaw: Uint8Array
  isSilent: boolean
}

export class Outgoing implements TrackListener {
  readonly #track: Track
  /** Reused in turn. */
  readonly #frames: readonly OutgoingFrame[] = Array.from({ length: WAITING_MAX + 1 }, () => ({
    from: 0 as Sample,
    ulaw: new Uint8Array(FRAME_BYTES),
    isSilent: true,
  }))
  /** Counted from the first frame on. */
  #given: number
  #begun: number
  #done: Sample

  constructor(track: Track, at: Sample) {
    this.#track = track
    this.#begun = Math.floor(at / FRAME_BYTES)
    this.#given = this.#begun
    this.#done = (this.#begun * FRAME_BYTES) as Sample
    this.#begin()
    track.listen(this)
  }

  catchUp(to: Sample): void {
    while (this.#done < to) {
      const frame = this.#frameAt(this.#begun)
      const filled = this.#done - frame.from
      const count = Math.min(FRAME_BYTES - filled, to - this.#done)
      const part = count === FRAME_BYTES ? frame.ulaw : frame.ulaw.subarray(filled, filled + count)
      if (this.#track.silentFrom(this.#done)) part.fill(ULAW_SILENCE)
      else {
        this.#track.read(this.#done, part)
        frame.isSilent = false
      }
      this.#done = (this.#done + count) as Sample
      if (filled + count === FRAME_BYTES) this.#begin(this.#begun + 1)
    }
  }

  /** The next frame that is whole; good until the next call of anything here. Null: none is. */
  next(): OutgoingFrame | null {
    return this.#given < this.#begun ? this.#frameAt(this.#given++) : null
  }

  end(): void {
    this.#track.unlisten(this)
  }

  #begin(index: number = this.#begun): void {
    this.#begun = index
    if (index - this.#given > WAITING_MAX) this.#given = index - WAITING_MAX
    const frame = this.#frameAt(index) as { from: Sample; isSilent: boolean }
    frame.from = (index * FRAME_BYTES) as Sample
    frame.isSilent = true
  }

  #frameAt(index: number): OutgoingFrame {
    return this.#frames[index % this.#frames.length]!
  }
}
