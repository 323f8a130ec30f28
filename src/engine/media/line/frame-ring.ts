/**
 * Frames of sound from one thread to another, through shared memory: one writes, one reads, nobody waits. The reader stays a
 * little behind, so that neither notices when the other is late for once.
 */
import { FRAME_BYTES } from '../../ports/line.ts'

/** Kept; a reader that is further behind has missed some. */
const FRAMES = 64
/** So far behind it begins to read: 40 ms. */
const BEHIND = 2
/** And no further behind than that: 160 ms. */
const BEHIND_MAX = 8
/** Of the count of frames written. */
const HEADER_BYTES = 4

const FLAGS_AT = HEADER_BYTES + FRAMES * FRAME_BYTES

export const makeRing = (): SharedArrayBuffer => new SharedArrayBuffer(FLAGS_AT + FRAMES)

interface View {
  /** One number: how many frames have been written. */
  readonly count: Int32Array
  readonly frames: Uint8Array
  /** 1: the frame has sound. */
  readonly sounds: Uint8Array
}

function view(ring: SharedArrayBuffer): View {
  return {
    count: new Int32Array(ring, 0, 1),
    frames: new Uint8Array(ring, HEADER_BYTES, FRAMES * FRAME_BYTES),
    sounds: new Uint8Array(ring, FLAGS_AT, FRAMES),
  }
}

export class RingWriter {
  readonly #view: View

  constructor(ring: SharedArrayBuffer) {
    this.#view = view(ring)
  }

  /** @param frame null is silence */
  put(frame: Uint8Array | null): void {
    const { count, frames, sounds } = this.#view
    const at = Atomics.load(count, 0)
    const place = at % FRAMES
    if (frame) frames.set(frame, place * FRAME_BYTES)
    sounds[place] = frame ? 1 : 0
    Atomics.store(count, 0, at + 1)
  }
}

export class RingReader {
  readonly #view: View
  /** The next to be read; null: enough is waited for. */
  #next: number | null = null
  #from = 0

  constructor(ring: SharedArrayBuffer) {
    this.#view = view(ring)
  }

  /** @returns false in silence, and when there is nothing yet */
  take(into: Uint8Array): boolean {
    const { count, frames, sounds } = this.#view
    const written = Atomics.load(count, 0)
    if (this.#next === null) {
      if (written - this.#from < BEHIND) return false
      this.#next = written - BEHIND
    }
    if (written - this.#next > BEHIND_MAX) this.#next = written - BEHIND
    if (this.#next >= written) {
      this.#from = written
      this.#next = null
      return false
    }
    const place = this.#next++ % FRAMES
    if (sounds[place] === 0) return false
    into.set(frames.subarray(place * FRAME_BYTES, (place + 1) * FRAME_BYTES))
    return true
  }
}
