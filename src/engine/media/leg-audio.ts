/**
 * The media of one leg: what it is played (outbound), what its party says (inbound), the program that runs, recordings,
 * and the search for keys. It has no frames of its own: everything is stamped in media time, and whoever needs samples
 * takes them when something changes or at a tick. A leg that nobody records or listens to costs nothing.
 */
import { assert } from '../../lib/assert.ts'
import type { Clock, Timer } from '../../lib/clock.ts'
import type { Instant } from '../../lib/ids.ts'
import type {
  Hearing,
  LegRecording,
  Program,
  ProgramEnd,
  RecordCall,
  RecordedAudio,
  RecordMessage,
} from '../ports/leg-media.ts'
import type { LegEvents, PartyMedia } from '../ports/media-engine.ts'
import type { RecordingFiles } from '../ports/recording-files.ts'
import type { Sound } from '../ports/sound.ts'
import { KeyListener } from './key-listener.ts'
import { toInstant, toSample } from './media-time.ts'
import { ProgramRun } from './program-run.ts'
import { Recorder } from './recorder.ts'
import { SoundSource, Track, TrackSource } from './track.ts'

/** Recordings write what they have this often; a crash loses no more. */
const RECORDING_TICK_MS = 1000
/** Keys in the sound are looked for this often while there is any. */
const KEYS_TICK_MS = 20
/** Recordings of one leg at a time. */
const RECORDINGS_MAX = 16

export interface LegAudioDeps {
  readonly clock: Clock
  readonly files: RecordingFiles
  readonly events: LegEvents
  /** Told how late each tick was. */
  readonly onTick?: (lateMs: number) => void
  /** Called once, when everything about the leg has been told and written. */
  readonly onClosed?: () => void
}

interface Recording {
  readonly recorder: Recorder
  readonly end: (at: Instant) => void
}

export class LegAudio implements PartyMedia {
  readonly #deps: LegAudioDeps
  readonly #inbound = new Track()
  readonly #outbound = new Track()
  readonly #recordings = new Set<Recording>()
  /** Files that are being made whole. */
  readonly #closing = new Set<Promise<unknown>>()
  #program: ProgramRun | null = null
  /** What the running program records. */
  #message: Recorder | null = null
  #keys: KeyListener | null = null
  #tick: { readonly timer: Timer; readonly due: Instant } | null = null
  #goneAt: Instant | null = null
  #resolveClosed: () => void = () => {}
  readonly closed: Promise<void>

  constructor(deps: LegAudioDeps) {
    this.#deps = deps
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve
    })
  }

  /** `at`: when the program begins, if not now. */
  run(program: Program, stop: AbortSignal, at: Instant = this.#deps.clock.now()): Promise<ProgramEnd> {
    assert(!this.#program, 'a leg runs one program at a time')
    return new Promise((resolve) => {
      const onStop = () => run.end('stopped', this.#deps.clock.now())
      const run = new ProgramRun(
        {
          clock: this.#deps.clock,
          events: this.#deps.events,
          outbound: this.#outbound,
          record: (message, from) => this.#recordMessage(message, from),
          ended: (end) => {
            this.#program = null
            stop.removeEventListener('abort', onStop)
            if (end.recorded) this.#awaitFile(end.recorded.audio)
            this.#planTick()
            resolve(end)
          },
        },
        program,
      )
      this.#program = run
      if (this.#goneAt !== null) return run.end('gone', this.#goneAt)
      if (stop.aborted) return run.end('stopped', at)
      stop.addEventListener('abort', onStop, { once: true })
      run.start(at)
      this.#planTick()
    })
  }

  hearing(): Hearing | null {
    return this.#program?.hearing() ?? null
  }

  press(key: string, at: Instant = this.#deps.clock.now()): void {
    this.#program?.press(key, at)
  }

  sound(sound: Sound, at: Instant = this.#deps.clock.now()): void {
    if (this.#goneAt !== null) return
    this.#inbound.change(new SoundSource(sound, toSample(at)), toSample(at))
    this.#planTick()
  }

  /** From `at` on the party makes the sound that another leg is played. */
  hear(other: LegAudio, at: Instant = this.#deps.clock.now()): void {
    this.#inbound.change(new TrackSource(other.#outbound), toSample(at))
  }

  listenForKeys(at: Instant = this.#deps.clock.now()): void {
    this.#keys ??= new KeyListener(this.#inbound, toSample(at), (key, began) => {
      this.#deps.events.keyHeard(key, toInstant(began))
      this.#program?.press(key, toInstant(began))
    })
    this.#planTick()
  }

  record(order: RecordCall, at: Instant = this.#deps.clock.now()): LegRecording {
    const { clock, files } = this.#deps
    if (this.#goneAt !== null || this.#recordings.size >= RECORDINGS_MAX) return NO_RECORDING
    const { channels, track, trim } = order
    const tracks =
      track === 'inbound'
        ? ([this.#inbound] as const)
        : track === 'outbound'
          ? ([this.#outbound] as const)
          : ([this.#inbound, this.#outbound] as const)
    const recorder = new Recorder({ clock, file: files.create(order.sid, channels), tracks, channels, trim, at })
    let resolveOver: (audio: RecordedAudio) => void = () => {}
    const over = new Promise<RecordedAudio>((resolve) => {
      resolveOver = resolve
    })
    const recording: Recording = {
      recorder,
      end: (endsAt) => {
        if (!this.#recordings.delete(recording)) return
        limit.cancel()
        const { audio } = recorder.end(endsAt)
        this.#awaitFile(audio)
        void audio.then(resolveOver)
      },
    }
    this.#recordings.add(recording)
    const endsAt = (at + order.maxLengthMs) as Instant
    const limit = clock.after(endsAt - clock.now(), () => recording.end(endsAt))
    this.#planTick()
    const running = (act: () => void) => {
      if (this.#recordings.has(recording)) act()
    }
    return {
      pause: (gap) => running(() => recorder.pause(gap, clock.now())),
      resume: () => running(() => recorder.resume(clock.now())),
      stop: () => recording.end(clock.now()),
      over,
    }
  }

  gone(at: Instant = this.#deps.clock.now()): void {
    if (this.#goneAt !== null) return
    this.#goneAt = at
    this.#program?.end('gone', at)
    for (const recording of [...this.#recordings]) recording.end(at)
    this.#inbound.change(null, toSample(at))
    this.#keys?.end()
    this.#tick?.timer.cancel()
    this.#tick = null
    void Promise.allSettled([...this.#closing]).then(() => {
      this.#resolveClosed()
      this.#deps.onClosed?.()
    })
  }

  #recordMessage({ sid, trim }: RecordMessage, at: Instant): Recorder {
    const { clock, files } = this.#deps
    const recorder = new Recorder({
      clock,
      file: files.create(sid, 1),
      tracks: [this.#inbound],
      channels: 1,
      trim,
      at,
    })
    this.#message = recorder
    this.#planTick()
    this.#deps.events.recordingBegan(sid, at)
    return recorder
  }

  #awaitFile(audio: Promise<unknown>): void {
    this.#message = null
    this.#closing.add(audio)
    void audio.finally(() => this.#closing.delete(audio))
  }

  /** One timer, for whoever needs to look soonest. */
  #planTick(): void {
    const { clock } = this.#deps
    if (this.#goneAt !== null) return
    const everyMs =
      this.#keys && !this.#inbound.silentFrom(toSample(clock.now()))
        ? KEYS_TICK_MS
        : this.#recordings.size > 0 || this.#message
          ? RECORDING_TICK_MS
          : null
    if (everyMs === null) {
      this.#tick?.timer.cancel()
      this.#tick = null
      return
    }
    const due = (clock.now() + everyMs) as Instant
    if (this.#tick && this.#tick.due <= due) return
    this.#tick?.timer.cancel()
    this.#tick = { due, timer: clock.after(everyMs, () => this.#look(due)) }
  }

  #look(due: Instant): void {
    const now = this.#deps.clock.now()
    this.#deps.onTick?.(now - due)
    this.#tick = null
    // What follows a prompt that is due to end is not decided yet, though its timer may be late.
    const known = this.#program?.knownUntil ?? now
    const to = toSample(Math.min(now, known) as Instant)
    this.#keys?.catchUp(to)
    for (const { recorder } of this.#recordings) recorder.catchUp(to)
    this.#message?.catchUp(to)
    this.#planTick()
  }
}

/** Of a leg whose party is gone, or that has too many already. */
const NO_RECORDING: LegRecording = {
  pause() {},
  resume() {},
  stop() {},
  over: Promise.resolve({ lengthMs: 0, fileMs: 0, silent: true, fault: null }),
}
