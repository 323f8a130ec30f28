/** A leg whose media runs in a worker, as the main thread sees it: every order is a message, every answer a promise. */
import type { HeardSpan } from '../../../journal/entry.ts'
import { assert } from '../../../lib/assert.ts'
import type { Clock } from '../../../lib/clock.ts'
import type { Instant } from '../../../lib/ids.ts'
import type { Hearing, LegRecording, Program, ProgramEnd, RecordCall, RecordedAudio } from '../../ports/leg-media.ts'
import type { LegEvents, PartyMedia, SpanStart } from '../../ports/media-engine.ts'
import type { Sound } from '../../ports/sound.ts'
import type { Command, Event } from './messages.ts'

export type LegEvent = Exclude<Event, { readonly told: 'ticks' }>

const LOST: RecordedAudio = { lengthMs: 0, fileMs: 0, silent: true, fault: 'the media worker ended' }

interface RunningProgram {
  readonly run: number
  readonly stop: AbortSignal
  readonly over: Promise<ProgramEnd>
  readonly ended: (end: ProgramEnd) => void
}

export class RemoteLeg implements PartyMedia {
  readonly #leg: number
  readonly #clock: Clock
  readonly #events: LegEvents
  readonly #post: (command: Command) => void
  #nextNumber = 0
  #program: RunningProgram | null = null
  #playing: { readonly span: SpanStart; readonly startedAt: Instant } | null = null
  /** Files still to come, by run and by recording. */
  readonly #messages = new Map<number, (audio: RecordedAudio) => void>()
  readonly #recordings = new Map<number, (audio: RecordedAudio) => void>()
  #goneAt: Instant | null = null
  #isLost = false
  #resolveClosed: () => void = () => {}
  readonly closed: Promise<void>

  constructor(leg: number, clock: Clock, events: LegEvents, post: (command: Command) => void) {
    this.#leg = leg
    this.#clock = clock
    this.#events = events
    this.#post = post
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve
    })
    post({ do: 'open', leg })
  }

  get number(): number {
    return this.#leg
  }

  run(program: Program, stop: AbortSignal): Promise<ProgramEnd> {
    const last = this.#program
    if (!last) return this.#start(program, stop)
    // It has been stopped; that it has ended is told a moment later.
    assert(last.stop.aborted, 'a leg runs one program at a time')
    return last.over.then(() => this.run(program, stop))
  }

  #start(program: Program, stop: AbortSignal): Promise<ProgramEnd> {
    const at = this.#clock.now()
    const early = this.#goneAt !== null || this.#isLost ? 'gone' : stop.aborted ? 'stopped' : null
    if (early) return Promise.resolve({ outcome: early, digits: '', finishedOnKey: '', at, recorded: null })
    const run = this.#nextNumber++
    let ended: (end: ProgramEnd) => void = () => {}
    const over = new Promise<ProgramEnd>((resolve) => {
      const onStop = () => this.#post({ do: 'stop-run', leg: this.#leg, run })
      stop.addEventListener('abort', onStop, { once: true })
      ended = (end) => {
        stop.removeEventListener('abort', onStop)
        this.#program = null
        resolve(end)
      }
    })
    this.#program = { run, stop, over, ended }
    this.#post({ do: 'run', leg: this.#leg, run, program, at })
    return over
  }

  hearing(): Hearing | null {
    if (!this.#playing) return null
    const { span, startedAt } = this.#playing
    const playedMs = Math.min(span.lengthMs, Math.max(0, this.#clock.now() - startedAt))
    return { span: { ...span, playedMs, cut: false }, startedAt }
  }

  press(key: string): void {
    this.#post({ do: 'press', leg: this.#leg, key, at: this.#clock.now() })
  }

  sound(sound: Sound): void {
    this.#post({ do: 'sound', leg: this.#leg, sound, at: this.#clock.now() })
  }

  listenForKeys(): void {
    this.#post({ do: 'listen-for-keys', leg: this.#leg })
  }

  join(other: RemoteLeg): void {
    this.#post({ do: 'join', leg: this.#leg, other: other.number })
  }

  record(order: RecordCall): LegRecording {
    const leg = this.#leg
    const recording = this.#nextNumber++
    const over = this.#isLost
      ? Promise.resolve(LOST)
      : new Promise<RecordedAudio>((resolve) => this.#recordings.set(recording, resolve))
    this.#post({ do: 'record', leg, recording, order, at: this.#clock.now() })
    return {
      pause: (gap) => this.#post({ do: 'pause', leg, recording, gap }),
      resume: () => this.#post({ do: 'resume', leg, recording }),
      stop: () => this.#post({ do: 'stop-recording', leg, recording }),
      over,
    }
  }

  gone(): void {
    if (this.#goneAt !== null) return
    this.#goneAt = this.#clock.now()
    this.#post({ do: 'gone', leg: this.#leg, at: this.#goneAt })
  }

  /** What the worker tells about this leg. */
  onEvent(event: LegEvent): void {
    switch (event.told) {
      case 'span-started':
        this.#playing = { span: event.span, startedAt: event.at }
        this.#events.spanStarted(event.span, event.at)
        return
      case 'span-ended':
        this.#endSpan(event.span, event.startedAt)
        return
      case 'key':
        this.#events.keyHeard(event.key, event.at)
        return
      case 'recording-began':
        this.#events.recordingBegan(event.sid, event.at)
        return
      case 'ended': {
        const { run, end, recordedMs } = event
        const recorded =
          recordedMs === null
            ? null
            : {
                lengthMs: recordedMs,
                audio: new Promise<RecordedAudio>((resolve) => this.#messages.set(run, resolve)),
              }
        this.#program?.ended({ ...end, recorded })
        return
      }
      case 'message':
        this.#messages.get(event.run)?.(event.audio)
        this.#messages.delete(event.run)
        return
      case 'recorded':
        this.#recordings.get(event.recording)?.(event.audio)
        this.#recordings.delete(event.recording)
        return
      case 'closed':
        this.#resolveClosed()
    }
  }

  /** Its worker is no more. */
  lost(): void {
    this.#isLost = true
    if (this.#playing) this.#endSpan({ ...this.hearing()!.span, cut: true }, this.#playing.startedAt)
    this.#program?.ended({ outcome: 'gone', digits: '', finishedOnKey: '', at: this.#clock.now(), recorded: null })
    for (const resolve of [...this.#messages.values(), ...this.#recordings.values()]) resolve(LOST)
    this.#messages.clear()
    this.#recordings.clear()
    this.#resolveClosed()
    if (this.#goneAt === null) this.#events.lost()
  }

  #endSpan(span: HeardSpan, startedAt: Instant): void {
    this.#playing = null
    this.#events.spanEnded(span, startedAt)
  }
}
