/**
 * Keeps what a track carries while somebody speaks there, with a little of what came before: speech is recognised a
 * moment after it began. It can be had piece by piece while it is spoken, too.
 */
import { SAMPLES_PER_MS, ULAW_SILENCE } from '../../wire/codec/g711.ts'
import type { Sample } from './media-time.ts'
import type { Track, TrackListener } from './track.ts'

/** Kept of what came before. */
const BEFORE = 500 * SAMPLES_PER_MS
/** A longer stretch is kept up to here: two minutes and a little. */
const KEPT_MAX = 125_000 * SAMPLES_PER_MS

export class SpeechCapture implements TrackListener {
  readonly #track: Track
  #done: Sample
  #before: Uint8Array = new Uint8Array(0)
  #kept: Uint8Array[] | null = null
  #keptLength = 0
  /** How many pieces of what is kept have been had. */
  #had = 0

  constructor(track: Track, at: Sample) {
    this.#track = track
    this.#done = at
    track.listen(this)
  }

  catchUp(to: Sample): void {
    if (to <= this.#done) return
    if (this.#kept) this.#keep(this.#read(this.#done, Math.min(to - this.#done, KEPT_MAX - this.#keptLength)))
    else {
      const from = Math.max(this.#done, to - BEFORE) as Sample
      this.#before = joined([this.#before, this.#read(from, to - from)]).slice(-BEFORE)
    }
    this.#done = to
  }

  begin(at: Sample): void {
    this.catchUp(at)
    this.#kept = []
    this.#keptLength = 0
    this.#had = 0
    this.#keep(this.#before)
    this.#before = new Uint8Array(0)
  }

  /** What was carried since this was asked last, or since shortly before `begin`. Empty when all that is kept is full. */
  more(at: Sample): Uint8Array {
    this.catchUp(at)
    const pieces = this.#kept?.slice(this.#had) ?? []
    this.#had += pieces.length
    return Buffer.concat(pieces)
  }

  /** What was carried since shortly before `begin`. */
  take(at: Sample): Uint8Array<SharedArrayBuffer> {
    this.catchUp(at)
    const sound = joined(this.#kept ?? [])
    this.#kept = null
    return sound
  }

  end(): void {
    this.#track.unlisten(this)
  }

  #keep(bytes: Uint8Array): void {
    this.#kept?.push(bytes)
    this.#keptLength += bytes.length
  }

  #read(from: Sample, count: number): Uint8Array {
    const bytes = new Uint8Array(count).fill(ULAW_SILENCE)
    if (!this.#track.silentFrom(from)) this.#track.read(from, bytes)
    return bytes
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<SharedArrayBuffer> {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  const whole = new Uint8Array(new SharedArrayBuffer(length))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
