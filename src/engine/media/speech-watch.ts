/**
 * Tells when a party begins to speak and when it has stopped. It looks ahead in what the party's track carries, and sets
 * a timer for the moment at which something is to be told; when the track changes it looks again from there. So it is
 * exact to a frame, and there is no timer while the party is silent. On a line to a real phone nothing can be looked at ahead:
 * every frame is looked at once it is there, and only what stands out of the line's noise is speech.
 */
import type { Clock, Timer } from '../../lib/clock.ts'
import type { Instant } from '../../lib/ids.ts'
import { ACTIVE_DBFS, FRAME, levelDbfs } from '../../wire/codec/energy.ts'
import { fromUlaw } from '../../wire/codec/g711.ts'
import { type Sample, toInstant, toSample } from './media-time.ts'
import { NOISE_WINDOW, NoiseFloor } from './noise-floor.ts'
import type { Track, TrackListener } from './track.ts'

/** Frames of sound until somebody speaks, 200 ms; gaps between them are not counted up to 100 ms each. */
const FRAMES_ON = 10
const GAP_FRAMES_MAX = 5
/** Frames of silence until somebody has stopped: 800 ms. */
const FRAMES_OFF = 40
/** A live track is looked at so many frames at a time: 100 ms, after which its turns are told. */
const FRAMES_LIVE = 5
/** Frames looked at ahead in one go: 1 s. */
const FRAMES_AHEAD = 50

const codes = new Uint8Array(FRAME)
const samples = new Int16Array(FRAME)

interface Speech {
  readonly speaking: boolean
  /** Active frames so far, while nobody speaks. */
  readonly active: number
  /** Inactive frames in a row. */
  readonly quiet: number
}

const QUIET: Speech = { speaking: false, active: 0, quiet: 0 }
const SPEAKING: Speech = { speaking: true, active: 0, quiet: 0 }

/** One frame on. */
function stepSpeech({ speaking, active, quiet }: Speech, isActive: boolean): Speech {
  const quietNow = isActive ? 0 : quiet + 1
  if (speaking) return quietNow >= FRAMES_OFF ? QUIET : { speaking, active, quiet: quietNow }
  const activeNow = isActive ? active + 1 : quietNow > GAP_FRAMES_MAX ? 0 : active
  return activeNow >= FRAMES_ON ? SPEAKING : { speaking, active: activeNow, quiet: quietNow }
}

interface Turn {
  readonly speaking: boolean
  readonly at: Instant
}

export class SpeechWatch implements TrackListener {
  readonly #clock: Clock
  readonly #track: Track
  readonly #tell: (speaking: boolean, at: Instant) => void
  /** Frames before this have been looked at. */
  #done: Sample
  #speech = QUIET
  /** Found but not told yet: that is done by the timer alone, never while a track changes. */
  #turns: Turn[] = []
  /** What was told last. */
  #speaking = false
  #timer: Timer | null = null
  #isOver = false
  /** Of a live track. */
  #noise: NoiseFloor | null = null

  constructor(clock: Clock, track: Track, at: Instant, tell: (speaking: boolean, at: Instant) => void) {
    this.#clock = clock
    this.#track = track
    this.#tell = tell
    this.#done = (Math.ceil(toSample(at) / FRAME) * FRAME) as Sample
    track.listen(this)
    this.#plan()
  }

  /** A frame in which the sound changes is looked at afterwards, when its first part is no longer there. */
  catchUp(to: Sample): void {
    while (this.#done + FRAME <= to) {
      if (this.#isIdle(this.#speech, this.#done)) {
        const done = (Math.floor(to / FRAME) * FRAME) as Sample
        if (this.#track.isLive()) this.#noise ??= this.#noiseBefore(this.#done)
        this.#noise?.pushSilence((done - this.#done) / FRAME)
        this.#done = done
        return
      }
      const isActive = this.#track.isLive() ? this.#standsOut(this.#done) : this.#isActive(this.#done)
      const speech = stepSpeech(this.#speech, isActive)
      this.#done = (this.#done + FRAME) as Sample
      if (speech.speaking !== this.#speech.speaking)
        this.#turns.push({ speaking: speech.speaking, at: toInstant(this.#done) })
      this.#speech = speech
    }
  }

  changed(): void {
    this.#plan()
  }

  /** Who speaks has stopped. */
  end(at: Instant): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#track.unlisten(this)
    this.#timer?.cancel()
    if (this.#speaking) this.#tell(false, at)
  }

  #plan(): void {
    this.#timer?.cancel()
    const due = this.#turns[0]?.at ?? this.#lookAhead()
    this.#timer = due === null ? null : this.#clock.after(due - this.#clock.now(), () => this.#wake(due))
  }

  #wake(due: Instant): void {
    this.catchUp(toSample(due))
    for (const { speaking, at } of this.#turns.splice(0)) {
      this.#speaking = speaking
      this.#tell(speaking, at)
      // Whoever was told may have ended the watch.
      if (this.#isOver) return
    }
    this.#plan()
  }

  /** When the next turn will be, or until when there is none; null: not before the track changes. */
  #lookAhead(): Instant | null {
    let speech = this.#speech
    let at = this.#done
    if (this.#isIdle(speech, at)) return null
    if (this.#track.isLive()) return toInstant((at + FRAMES_LIVE * FRAME) as Sample)
    for (let frames = 0; frames < FRAMES_AHEAD; frames++) {
      if (this.#isIdle(speech, at)) return null
      const next = stepSpeech(speech, this.#isActive(at))
      at = (at + FRAME) as Sample
      if (next.speaking !== speech.speaking) break
      speech = next
    }
    return toInstant(at)
  }

  #isIdle({ speaking, active }: Speech, from: Sample): boolean {
    return !speaking && active === 0 && this.#track.silentFrom(from)
  }

  #isActive(from: Sample): boolean {
    return this.#level(from) >= ACTIVE_DBFS
  }

  /** Of a live track. Each frame once, in their order. */
  #standsOut(from: Sample): boolean {
    this.#noise ??= this.#noiseBefore(from)
    const level = this.#level(from)
    this.#noise.push(level)
    return level >= this.#noise.thresholdDbfs
  }

  /** What the line has carried lately, from its first sound on: noise has mostly been there before somebody listens. */
  #noiseBefore(to: Sample): NoiseFloor {
    const noise = new NoiseFloor()
    let hasSounded = false
    for (let from = to - NOISE_WINDOW * FRAME; from < to; from += FRAME) {
      this.#track.read(from as Sample, codes)
      const level = levelDbfs(fromUlaw(codes, samples))
      hasSounded ||= level > -Infinity
      if (hasSounded) noise.push(level)
    }
    return noise
  }

  #level(from: Sample): number {
    if (this.#track.silentFrom(from)) return -Infinity
    this.#track.read(from, codes)
    return levelDbfs(fromUlaw(codes, samples))
  }
}
