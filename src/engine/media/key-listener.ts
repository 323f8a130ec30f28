/** Finds keys in what a track carries. Looks when it is told to; long silences are passed over unheard. */
import { DtmfDetector } from '../../wire/codec/dtmf-detector.ts'
import { fromUlaw } from '../../wire/codec/g711.ts'
import type { Sample } from './media-time.ts'
import type { Track, TrackListener } from './track.ts'

/** Samples looked at in one go: 20 ms. */
const CHUNK = 160
/** So much silence ends any key; more need not be looked at: 100 ms. */
const SILENCE_MAX = 800

const codes = new Uint8Array(CHUNK)
const samples = new Int16Array(CHUNK)

export class KeyListener implements TrackListener {
  readonly #track: Track
  readonly #onKey: (key: string, at: Sample) => void
  readonly #detector = new DtmfDetector()
  #done: Sample
  /** Where the detector's sample 0 stands; moves with every silence that it was spared. */
  #origin: number
  #silence = 0

  constructor(track: Track, at: Sample, onKey: (key: string, at: Sample) => void) {
    this.#track = track
    this.#done = at
    this.#origin = at
    this.#onKey = onKey
    track.listen(this)
  }

  catchUp(to: Sample): void {
    while (this.#done < to) {
      const silent = this.#track.silentFrom(this.#done)
      if (silent && this.#silence >= SILENCE_MAX) {
        this.#origin += to - this.#done
        this.#done = to
        return
      }
      const count = Math.min(CHUNK, to - this.#done)
      const bytes = codes.subarray(0, count)
      this.#track.read(this.#done, bytes)
      this.#done = (this.#done + count) as Sample
      this.#silence = silent ? this.#silence + count : 0
      for (const { key, startedAtSample } of this.#detector.push(fromUlaw(bytes, samples.subarray(0, count)))) {
        this.#onKey(key, (this.#origin + startedAtSample) as Sample)
      }
    }
  }

  end(): void {
    this.#track.unlisten(this)
  }
}
