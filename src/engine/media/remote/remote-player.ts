/** The programs and recordings of a leg or a room in the media worker, as the main thread sees them. */
import { assert } from '../../../lib/assert.ts'
import type { Clock } from '../../../lib/clock.ts'
import type {
  LegRecording,
  Program,
  ProgramEnd,
  RecordCall,
  RecordedAudio,
  SpeechListener,
} from '../../ports/leg-media.ts'
import { NO_RECORDING } from '../recordings.ts'
import type { Command, PlayerEvent } from './messages.ts'

const LOST: RecordedAudio = { lengthMs: 0, fileMs: 0, silent: true, fault: 'the media worker ended' }

export class RemotePlayer {
  readonly #on: number
  readonly #clock: Clock
  readonly #post: (command: Command) => void
  #nextNumber = 0
  /** The program that runs; one that was stopped may still have to tell its end. */
  #running: number | null = null
  readonly #programs = new Map<number, (end: ProgramEnd) => void>()
  readonly #listeners = new Map<number, SpeechListener>()
  /** Files still to come, by run and by recording. */
  readonly #messages = new Map<number, (audio: RecordedAudio) => void>()
  readonly #recordings = new Map<number, (audio: RecordedAudio) => void>()
  #isGone = false
  #isLost = false

  /** `on`: the number of the leg or the room. */
  constructor(on: number, clock: Clock, post: (command: Command) => void) {
    this.#on = on
    this.#clock = clock
    this.#post = post
  }

  run(program: Program, stop: AbortSignal, listener: SpeechListener = {}): Promise<ProgramEnd> {
    assert(this.#running === null, 'a leg or a room runs one program at a time')
    const at = this.#clock.now()
    const early = this.#isGone || this.#isLost ? 'gone' : stop.aborted ? 'stopped' : null
    if (early) return Promise.resolve({ outcome: early, digits: '', finishedOnKey: '', at, recorded: null })
    const on = this.#on
    const run = this.#nextNumber++
    return new Promise((resolve) => {
      const leave = () => {
        if (this.#running === run) this.#running = null
      }
      const onStop = () => {
        leave()
        this.#post({ do: 'stop-run', on, run })
      }
      stop.addEventListener('abort', onStop, { once: true })
      this.#running = run
      this.#programs.set(run, (end) => {
        stop.removeEventListener('abort', onStop)
        leave()
        this.#programs.delete(run)
        this.#listeners.delete(run)
        resolve(end)
      })
      this.#listeners.set(run, listener)
      const tells = { words: listener.onWords !== undefined, sound: listener.onSound !== undefined }
      this.#post({ do: 'run', on, run, program, tells, at })
    })
  }

  record(order: RecordCall): LegRecording {
    if (this.#isGone) return NO_RECORDING
    const on = this.#on
    const recording = this.#nextNumber++
    const over = this.#isLost
      ? Promise.resolve(LOST)
      : new Promise<RecordedAudio>((resolve) => this.#recordings.set(recording, resolve))
    this.#post({ do: 'record', on, recording, order, at: this.#clock.now() })
    return {
      pause: (gap) => this.#post({ do: 'pause', on, recording, gap }),
      resume: () => this.#post({ do: 'resume', on, recording }),
      stop: () => this.#post({ do: 'stop-recording', on, recording }),
      over,
    }
  }

  /** The party hung up, or the room is closed: programs end at once from now on. */
  gone(): void {
    this.#isGone = true
  }

  onEvent(event: PlayerEvent): void {
    switch (event.told) {
      case 'ended': {
        const { run, end, recordedMs } = event
        const recorded =
          recordedMs === null
            ? null
            : {
                lengthMs: recordedMs,
                audio: new Promise<RecordedAudio>((resolve) => this.#messages.set(run, resolve)),
              }
        this.#programs.get(run)?.({ ...end, recorded })
        return
      }
      case 'words':
        this.#listeners.get(event.run)?.onWords?.(event.words)
        return
      case 'speech-sound':
        this.#listeners.get(event.run)?.onSound?.(event.sound)
        return
      case 'message':
        this.#messages.get(event.run)?.(event.audio)
        this.#messages.delete(event.run)
        return
      case 'recorded':
        this.#recordings.get(event.recording)?.(event.audio)
        this.#recordings.delete(event.recording)
    }
  }

  /** The worker is no more. */
  lost(): void {
    this.#isLost = true
    const end = { outcome: 'gone', digits: '', finishedOnKey: '', at: this.#clock.now(), recorded: null } as const
    for (const ended of [...this.#programs.values()]) ended(end)
    for (const resolve of [...this.#messages.values(), ...this.#recordings.values()]) resolve(LOST)
    this.#messages.clear()
    this.#recordings.clear()
  }
}
