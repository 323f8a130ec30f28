/**
 * The media of one leg: what it is played (outbound), what its party says (inbound), the program that runs, recordings,
 * and the search for keys. It has no frames of its own: everything is stamped in media time, and whoever needs samples
 * takes them when something changes or at a tick. A leg that nobody records or listens to costs nothing.
 */
import { assert } from '../../lib/assert.ts'
import type { Clock, Timer } from '../../lib/clock.ts'
import type { Instant } from '../../lib/ids.ts'
import type { DetectionOptions } from '../amd/machine-detector.ts'
import type {
  Hearing,
  LegRecording,
  LegStream,
  LegTranscription,
  MachineDetection,
  Program,
  ProgramEnd,
  RecordCall,
  RecordMessage,
  SpeechListener,
  StreamEvent,
  StreamOrder,
  TrackSpeech,
  TranscribeOrder,
} from '../ports/leg-media.ts'
import type { LegEvents, PartyMedia, WordsOrName } from '../ports/media-engine.ts'
import type { RecordingFiles } from '../ports/recording-files.ts'
import type { Sound } from '../ports/sound.ts'
import type { StreamSockets } from '../ports/stream-sockets.ts'
import { KeyListener } from './key-listener.ts'
import { LegEar } from './leg-ear.ts'
import { LegStreams, NO_SOCKETS, NO_STREAM } from './leg-streams.ts'
import { LegTranscripts, NO_TRANSCRIPTION } from './leg-transcripts.ts'
import { MachineWatch, NO_DETECTION } from './machine-watch.ts'
import { toInstant, toSample } from './media-time.ts'
import { Outbound } from './outbound.ts'
import { ProgramRun } from './program-run.ts'
import { Recorder } from './recorder.ts'
import { BEHIND_MS, nextTurn, takeTurn } from './recording-turns.ts'
import { NO_RECORDING, Recordings } from './recordings.ts'
import { speakersOf } from './sounding.ts'
import { SpeechEar } from './speech-ear.ts'
import { SoundSource, Track, type TrackListener, TrackSource } from './track.ts'
import { Voice } from './voice.ts'

/** Keys in the sound are looked for this often while there is any. */
const KEYS_TICK_MS = 20

export interface LegAudioDeps {
  readonly clock: Clock
  readonly files: RecordingFiles
  readonly events: LegEvents
  /** For Media Streams; absent: there are none. */
  readonly sockets?: StreamSockets
  /** Told how late each tick was. */
  readonly onTick?: (lateMs: number) => void
  /** Called once, when everything about the leg has been told and written. */
  readonly onClosed?: () => void
}

/** Whom a leg hears and is heard by: a bridge or a room. A leg is in one at a time. */
export interface Company {
  /** The leg is gone, or in other company from now on. */
  left(leg: LegAudio, at: Instant): void
}

export class LegAudio implements PartyMedia {
  readonly #deps: LegAudioDeps
  /** What the party says. */
  readonly inbound = new Track()
  readonly outbound = new Outbound()
  readonly voice: Voice
  readonly ear: LegEar
  readonly #recordings: Recordings
  readonly #streams: LegStreams
  readonly #transcripts: LegTranscripts
  #company: Company | null = null
  #program: ProgramRun | null = null
  /** What the running program records. */
  #message: Recorder | null = null
  #keys: KeyListener | null = null
  /** Looks for keys again when the party's sound changes. */
  #onSound: TrackListener | null = null
  #machine: MachineWatch | null = null
  #tick: { readonly timer: Timer; readonly due: Instant } | null = null
  readonly #turn = takeTurn()
  /** When recordings write next. */
  #recordingsDue = 0 as Instant
  #goneAt: Instant | null = null
  #resolveClosed: () => void = () => {}
  readonly closed: Promise<void>

  constructor(deps: LegAudioDeps) {
    this.#deps = deps
    this.voice = new Voice(deps.clock)
    this.ear = new LegEar(deps.events)
    this.#recordings = new Recordings(deps)
    this.#streams = new LegStreams({
      clock: deps.clock,
      sockets: deps.sockets ?? NO_SOCKETS,
      inbound: this.inbound,
      outbound: this.outbound,
      ear: this.ear,
      knownUntil: () => this.#program?.knownUntil ?? null,
      ...(deps.onTick && { onTick: deps.onTick }),
    })
    this.#transcripts = new LegTranscripts({
      clock: deps.clock,
      heard: {
        inbound: { speakers: speakersOf(this.voice), track: this.inbound },
        outbound: { speakers: this.ear.sounding, track: this.outbound.track },
      },
    })
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve
    })
  }

  /** `at`: when the program begins, if not now. */
  run(
    program: Program,
    stop: AbortSignal,
    listener?: SpeechListener,
    at: Instant = this.#deps.clock.now(),
  ): Promise<ProgramEnd> {
    assert(!this.#program, 'a leg runs one program at a time')
    return new Promise((resolve) => {
      const onStop = () => run.end('stopped', this.#deps.clock.now())
      const run = new ProgramRun(
        {
          clock: this.#deps.clock,
          events: this.ear,
          outbound: this.outbound,
          playsKeys: (keys, from) => this.playsKeys(keys, from),
          record: (message, from) => this.#recordMessage(message, from),
          listen: (how) =>
            new SpeechEar({ ...how, ...listener, clock: this.#deps.clock, voice: this.voice, inbound: this.inbound }),
          ended: (end) => {
            this.#program = null
            stop.removeEventListener('abort', onStop)
            if (end.recorded) this.#awaitMessage(end.recorded.audio)
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

  /** The program plays keys from a moment on; null: not any more. For legs whose party knows keys by more than their tones. */
  protected playsKeys(_keys: string | null, _at: Instant): void {}

  hearing(): Hearing | null {
    return this.ear.hearing(this.#deps.clock.now())
  }

  press(key: string, at: Instant = this.#deps.clock.now()): void {
    this.#streams.key(key)
    this.#program?.press(key, at)
  }

  sound(sound: Sound, words?: WordsOrName, at: Instant = this.#deps.clock.now()): void {
    if (this.#goneAt !== null) return
    this.inbound.change(new SoundSource(sound, toSample(at)), toSample(at))
    this.voice.hush(at)
    if (words !== undefined) {
      const isSpoken = typeof words === 'string'
      const text = isSpoken ? words : words.name
      this.voice.speak({ text, lengthMs: sound.lengthMs, sound: sound.id }, at, isSpoken)
    }
    this.#planTick()
  }

  /** From `at` on the party makes the sound that another leg is played, and says what is heard there. */
  hear(other: LegAudio, at: Instant = this.#deps.clock.now()): void {
    this.inbound.change(new TrackSource(other.outbound.track), toSample(at))
    other.ear.passOnTo(this.voice)
  }

  /** From `at` on the leg is in this company and no other. False when it is gone. */
  meet(company: Company, at: Instant): boolean {
    this.#leaveCompany(at)
    // Whoever was told of that may have hung up.
    if (this.#goneAt !== null) return false
    this.#company = company
    return true
  }

  /** The company has let the leg go. */
  part(company: Company): void {
    if (this.#company === company) this.#company = null
  }

  listenForKeys(at: Instant = this.#deps.clock.now()): void {
    this.#keys ??= new KeyListener(this.inbound, toSample(at), (key, began) => {
      this.#deps.events.keyHeard(key, toInstant(began))
      this.#streams.key(key)
      this.#program?.press(key, toInstant(began), this.#deps.clock.now())
    })
    // What is silent now may sound later.
    this.#onSound ??= this.#listenForSound()
    this.#planTick()
  }

  record(order: RecordCall, at: Instant = this.#deps.clock.now()): LegRecording {
    if (this.#goneAt !== null) return NO_RECORDING
    const { channels, track } = order
    const outbound = this.outbound.track
    const tracks =
      track === 'inbound'
        ? ([this.inbound] as const)
        : track === 'outbound'
          ? ([outbound] as const)
          : ([this.inbound, outbound] as const)
    const recording = this.#recordings.start(order, { tracks, channels }, at)
    this.#planTick()
    return recording
  }

  stream(order: StreamOrder, onEvent: (event: StreamEvent) => void): LegStream {
    return this.#goneAt === null ? this.#streams.start(order, onEvent) : NO_STREAM
  }

  transcribe(order: TranscribeOrder, onSpeech: (speech: TrackSpeech) => void): LegTranscription {
    return this.#goneAt === null ? this.#transcripts.start(order, onSpeech) : NO_TRANSCRIPTION
  }

  detectMachine(options: DetectionOptions, at: Instant = this.#deps.clock.now()): MachineDetection {
    if (this.#goneAt !== null) return NO_DETECTION
    this.#machine?.stop()
    this.#machine = new MachineWatch(this.#deps.clock, this.inbound, at, options)
    return this.#machine
  }

  gone(at: Instant = this.#deps.clock.now()): void {
    if (this.#goneAt !== null) return
    this.#goneAt = at
    this.#program?.end('gone', at)
    this.#recordings.end(at)
    this.#streams.end(at)
    this.#transcripts.end(at)
    this.#leaveCompany(at)
    this.#machine?.stop()
    this.inbound.change(null, toSample(at))
    this.voice.hush(at)
    this.#keys?.end()
    this.#tick?.timer.cancel()
    this.#tick = null
    void Promise.all([this.#recordings.settled(), this.#streams.settled()]).then(() => {
      this.#resolveClosed()
      this.#deps.onClosed?.()
    })
  }

  #recordMessage({ sid, trim }: RecordMessage, at: Instant): Recorder {
    const { clock, files } = this.#deps
    const recorder = new Recorder({
      clock,
      file: files.create(sid, 1),
      tracks: [this.inbound],
      channels: 1,
      trim,
      at,
    })
    this.#message = recorder
    this.#planTick()
    this.#deps.events.recordingBegan(sid, at)
    return recorder
  }

  #listenForSound(): TrackListener {
    const listener = { catchUp() {}, changed: () => this.#planTick() }
    this.inbound.listen(listener)
    return listener
  }

  #awaitMessage(audio: Promise<unknown>): void {
    this.#message = null
    this.#recordings.awaitFile(audio)
  }

  #leaveCompany(at: Instant): void {
    const company = this.#company
    this.#company = null
    company?.left(this, at)
  }

  /** One timer, for whoever needs to look soonest. */
  #planTick(): void {
    const { clock } = this.#deps
    if (this.#goneAt !== null) return
    const now = clock.now()
    if (this.#recordingsDue < now) this.#recordingsDue = nextTurn(this.#turn, now)
    const due =
      this.#keys && !this.inbound.silentFrom(toSample(now))
        ? ((now + KEYS_TICK_MS) as Instant)
        : this.#recordings.size > 0 || this.#message
          ? this.#recordingsDue
          : null
    if (due === null) {
      this.#tick?.timer.cancel()
      this.#tick = null
      return
    }
    if (this.#tick && this.#tick.due <= due) return
    this.#tick?.timer.cancel()
    this.#tick = { due, timer: clock.after(due - now, () => this.#look(due)) }
  }

  #look(due: Instant): void {
    const now = this.#deps.clock.now()
    this.#deps.onTick?.(now - due)
    this.#tick = null
    // What follows a prompt that is due to end is not decided yet, though its timer may be late.
    const known = this.#program?.knownUntil ?? now
    const to = toSample(Math.min(now, known) as Instant)
    this.#keys?.catchUp(to)
    if (due >= this.#recordingsDue) {
      this.#recordingsDue = nextTurn(this.#turn, now)
      const settled = toSample(Math.min(now - BEHIND_MS, known) as Instant)
      this.#recordings.catchUp(settled)
      this.#message?.catchUp(settled)
    }
    this.#planTick()
  }
}
