/**
 * Writes what tracks carry to a file, from one moment to another. It takes what it has missed whenever a track is about to
 * change or somebody looks, never frame by frame. Silence at the beginning is held back until there is sound, silence at
 * the end is cut off when the file is closed: so trimming costs no second pass.
 */
import { type Clock, holding } from '../../lib/clock.ts'
import type { Instant } from '../../lib/ids.ts'
import { VoiceActivity } from '../../wire/codec/energy.ts'
import { fromUlaw, SAMPLES_PER_MS } from '../../wire/codec/g711.ts'
import type { RecordedAudio } from '../ports/leg-media.ts'
import type { RecordingFile } from '../ports/recording-files.ts'
import { type Sample, toInstant, toSample } from './media-time.ts'
import type { Track, TrackListener } from './track.ts'

/** Samples rendered at a time: 100 ms. In larger pieces the machine is slower: they are beyond its nearest memory. */
const CHUNK = 800
/** Of silence at the beginning so much is kept back, since sound is recognised a little after it began: 200 ms. */
const HELD_BACK = 1600

// One recorder renders at a time, so that all can share these.
const codes = new Uint8Array(CHUNK)
const first = new Int16Array(CHUNK)
const second = new Int16Array(CHUNK)
const mixed = new Int16Array(CHUNK)
const both = new Int16Array(2 * CHUNK)
/** A sample of each channel; the first is the lower half, as machines that are little-endian have it. */
const bothFrames = new Int32Array(both.buffer)

export interface RecorderOptions {
  readonly clock: Clock
  readonly file: RecordingFile
  /** What goes to the first channel, and to the second of two; in one channel both are mixed. */
  readonly tracks: readonly [Track] | readonly [Track, Track]
  readonly channels: 1 | 2
  readonly trim: boolean
  readonly at: Instant
}

export class Recorder implements TrackListener {
  readonly #options: RecorderOptions
  readonly #startedAt: Sample
  readonly #activity = new VoiceActivity()
  /** Up to here the tracks have been read. */
  #done: Sample
  /** Frames taken in, on the recording's own time line. */
  #taken = 0
  /** Frames left out at the beginning; null while sound is awaited. */
  #leftOut: number | null
  #held = new Int16Array(0)
  #gap: 'silence' | 'skip' | null = null
  #waitsForFile = false

  constructor(options: RecorderOptions) {
    this.#options = options
    this.#startedAt = toSample(options.at)
    this.#done = this.#startedAt
    this.#leftOut = options.trim ? null : 0
    for (const track of options.tracks) track.listen(this)
  }

  /** When the last sound so far ended; null when there was none. Not for recordings that were paused. */
  get lastActiveAt(): Instant | null {
    const { lastActiveEnd } = this.#activity
    return lastActiveEnd === null ? null : toInstant((this.#startedAt + lastActiveEnd) as Sample)
  }

  pause(gap: 'silence' | 'skip', at: Instant): void {
    this.catchUp(toSample(at))
    this.#gap = gap
  }

  resume(at: Instant): void {
    this.catchUp(toSample(at))
    this.#gap = null
  }

  catchUp(to: Sample): void {
    while (this.#done < to) {
      const count = Math.min(CHUNK, to - this.#done)
      if (this.#gap !== 'skip') this.#take(count)
      this.#done = (this.#done + count) as Sample
    }
    if (this.#options.file.behind) this.#waitForFile()
  }

  /** @param at may lie before what has been taken in: what came after it is cut off */
  end(at: Instant): { readonly lengthMs: number; readonly audio: Promise<RecordedAudio> } {
    const { tracks, clock, file, trim } = this.#options
    this.catchUp(toSample(at))
    for (const track of tracks) track.unlisten(this)
    const beyond = this.#gap === 'skip' ? 0 : Math.max(0, this.#done - toSample(at))
    const length = Math.max(0, this.#taken - beyond)
    const { lastActiveEnd } = this.#activity
    const end = trim ? Math.min(length, lastActiveEnd ?? 0) : length
    const frames = this.#leftOut === null ? 0 : Math.max(0, end - this.#leftOut)
    const lengthMs = Math.round(length / SAMPLES_PER_MS)
    const audio = holding(clock, 'closing a recording', async (): Promise<RecordedAudio> => {
      const fault = await file.close(frames)
      const fileMs = fault === null ? Math.round(frames / SAMPLES_PER_MS) : 0
      return { lengthMs, fileMs, silent: lastActiveEnd === null, fault }
    })
    return { lengthMs, audio }
  }

  #take(count: number): void {
    const left = this.#render(this.#options.tracks[0], first, count)
    const right = this.#options.tracks[1] ? this.#render(this.#options.tracks[1], second, count) : null
    const { channels, file } = this.#options
    if (right || channels === 2) join(left, right ?? left, count)
    const sum = right ? mixed.subarray(0, count) : left
    this.#activity.push(sum)
    this.#taken += count
    const taken = channels === 1 ? sum : both.subarray(0, 2 * count)
    if (this.#leftOut !== null) file.append(taken)
    else this.#holdBack(taken)
  }

  #render(track: Track, into: Int16Array, count: number): Int16Array {
    const samples = into.subarray(0, count)
    if (this.#gap !== null || track.silentFrom(this.#done)) return samples.fill(0)
    const bytes = codes.subarray(0, count)
    track.read(this.#done, bytes)
    return fromUlaw(bytes, samples)
  }

  /** Keeps the newest frames until sound has begun, then writes from its beginning. */
  #holdBack(frames: Int16Array): void {
    const { channels, file } = this.#options
    const held = new Int16Array(this.#held.length + frames.length)
    held.set(this.#held)
    held.set(frames, this.#held.length)
    const { firstActive } = this.#activity
    if (firstActive === null) {
      this.#held = held.slice(Math.max(0, held.length - HELD_BACK * channels))
      return
    }
    const oldest = this.#taken - held.length / channels
    this.#leftOut = Math.max(oldest, firstActive)
    file.append(held.subarray((this.#leftOut - oldest) * channels))
    this.#held = new Int16Array(0)
  }

  /** Virtual time runs ahead of any disk; it waits. */
  #waitForFile(): void {
    if (this.#waitsForFile) return
    this.#waitsForFile = true
    void holding(this.#options.clock, 'writing a recording', () => this.#options.file.drained()).finally(() => {
      this.#waitsForFile = false
    })
  }
}

/** Into `mixed` and, side by side, into `both`: in one go, which takes a third of the time of two. */
function join(left: Int16Array, right: Int16Array, count: number): void {
  for (let at = 0; at < count; at++) {
    const one = left[at]!
    const other = right[at]!
    const sum = one + other
    mixed[at] = sum > 32_767 ? 32_767 : sum < -32_768 ? -32_768 : sum
    bothFrames[at] = (one & 0xffff) | (other << 16)
  }
}
