/** Recordings that run on a leg or a room until they are stopped, reach their length, or whatever they record is over. */
import type { Clock } from '../../lib/clock.ts'
import type { Instant } from '../../lib/ids.ts'
import type { LegRecording, RecordCall, RecordedAudio } from '../ports/leg-media.ts'
import type { RecordingFiles } from '../ports/recording-files.ts'
import type { Sample } from './media-time.ts'
import { Recorder, type RecorderOptions } from './recorder.ts'

/** At a time. */
const RECORDINGS_MAX = 16

/** Of what is over, or recorded too often already. */
export const NO_RECORDING: LegRecording = {
  pause() {},
  resume() {},
  stop() {},
  over: Promise.resolve({ lengthMs: 0, fileMs: 0, silent: true, fault: null }),
}

export interface RecordingsDeps {
  readonly clock: Clock
  readonly files: RecordingFiles
}

interface Recording {
  readonly recorder: Recorder
  readonly end: (at: Instant) => void
}

export class Recordings {
  readonly #deps: RecordingsDeps
  readonly #running = new Set<Recording>()
  /** Files that are being made whole. */
  readonly #closing = new Set<Promise<unknown>>()

  constructor(deps: RecordingsDeps) {
    this.#deps = deps
  }

  get size(): number {
    return this.#running.size
  }

  start(order: RecordCall, heard: Pick<RecorderOptions, 'tracks' | 'channels'>, at: Instant): LegRecording {
    const { clock, files } = this.#deps
    if (this.#running.size >= RECORDINGS_MAX) return NO_RECORDING
    const { sid, trim, maxLengthMs } = order
    const recorder = new Recorder({ ...heard, clock, file: files.create(sid, heard.channels), trim, at })
    const { promise: over, resolve } = Promise.withResolvers<RecordedAudio>()
    const recording: Recording = {
      recorder,
      end: (endsAt) => {
        if (!this.#running.delete(recording)) return
        limit.cancel()
        const { audio } = recorder.end(endsAt)
        this.awaitFile(audio)
        void audio.then(resolve)
      },
    }
    this.#running.add(recording)
    const endsAt = (at + maxLengthMs) as Instant
    const limit = clock.after(endsAt - clock.now(), () => recording.end(endsAt))
    const running = (act: () => void) => {
      if (this.#running.has(recording)) act()
    }
    return {
      pause: (gap) => running(() => recorder.pause(gap, clock.now())),
      resume: () => running(() => recorder.resume(clock.now())),
      stop: () => recording.end(clock.now()),
      over,
    }
  }

  catchUp(to: Sample): void {
    for (const { recorder } of this.#running) recorder.catchUp(to)
  }

  end(at: Instant): void {
    for (const recording of this.#running) recording.end(at)
  }

  awaitFile(audio: Promise<unknown>): void {
    this.#closing.add(audio)
    void audio.finally(() => this.#closing.delete(audio))
  }

  /** Resolves when the files that are being closed now are whole. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#closing])
  }
}
