/**
 * Listens to what a track carries until it is certain whether a machine has answered there. It looks every 20 ms while
 * there is sound; in silence it waits until that can mean something. So the verdict is exact to a frame and told when it
 * is due, and there is no timer before and after.
 */
import type { Clock, Timer } from '../../lib/clock.ts'
import type { Instant } from '../../lib/ids.ts'
import { FRAME } from '../../wire/codec/energy.ts'
import { fromUlaw, SAMPLES_PER_MS } from '../../wire/codec/g711.ts'
import { type DetectionOptions, MachineDetector } from '../amd/machine-detector.ts'
import type { MachineDetection, MachineVerdict } from '../ports/leg-media.ts'
import { type Sample, toInstant, toSample } from './media-time.ts'
import type { Track, TrackListener } from './track.ts'

const codes = new Uint8Array(FRAME)
const samples = new Int16Array(FRAME)

/** Of a leg that is gone. */
export const NO_DETECTION: MachineDetection = { verdict: Promise.resolve(null), stop() {} }

export class MachineWatch implements TrackListener, MachineDetection {
  readonly #clock: Clock
  readonly #track: Track
  readonly #detector: MachineDetector
  /** The answer: sample 0 of the detector. */
  readonly #origin: Sample
  #done: Sample
  #timer: Timer | null = null
  #isOver = false
  #resolve: (verdict: MachineVerdict | null) => void = () => {}
  readonly verdict: Promise<MachineVerdict | null>

  constructor(clock: Clock, track: Track, at: Instant, options: DetectionOptions) {
    this.#clock = clock
    this.#track = track
    this.#detector = new MachineDetector(options)
    this.#origin = toSample(at)
    this.#done = this.#origin
    this.verdict = new Promise((resolve) => {
      this.#resolve = resolve
    })
    track.listen(this)
    this.#plan()
  }

  catchUp(to: Sample): void {
    while (this.#done < to && !this.#isOver) {
      const count = Math.min(FRAME, to - this.#done)
      const bytes = codes.subarray(0, count)
      this.#track.read(this.#done, bytes)
      this.#done = (this.#done + count) as Sample
      const verdict = this.#detector.push(fromUlaw(bytes, samples.subarray(0, count)))
      if (verdict) this.#end({ answeredBy: verdict.answeredBy, durationMs: verdict.atSample / SAMPLES_PER_MS })
    }
  }

  changed(): void {
    this.#plan()
  }

  stop(): void {
    this.#end(null)
  }

  #end(verdict: MachineVerdict | null): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#track.unlisten(this)
    this.#timer?.cancel()
    this.#resolve(verdict)
  }

  #plan(): void {
    this.#timer?.cancel()
    if (this.#isOver) return
    const heard = this.#done - this.#origin
    const next = this.#track.silentFrom(this.#done)
      ? this.#detector.silentUntil
      : (Math.floor(heard / FRAME) + 1) * FRAME
    const due = toInstant((this.#origin + next) as Sample)
    this.#timer = this.#clock.after(due - this.#clock.now(), () => {
      this.catchUp(toSample(due))
      this.#plan()
    })
  }
}
