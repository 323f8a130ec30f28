/** A leg whose media runs in the worker, as the main thread sees it: every order is a message, every answer a promise. */
import type { HeardSpan } from '../../../journal/entry.ts'
import type { Clock } from '../../../lib/clock.ts'
import type { Instant } from '../../../lib/ids.ts'
import type { DetectionOptions } from '../../amd/machine-detector.ts'
import type {
  Hearing,
  LegRecording,
  LegStream,
  LegTranscription,
  MachineDetection,
  Program,
  ProgramEnd,
  RecordCall,
  SpeechListener,
  StreamEvent,
  StreamOrder,
  TrackSpeech,
  TranscribeOrder,
} from '../../ports/leg-media.ts'
import type { LegEvents, PartyMedia, SpanStart, WordsOrName } from '../../ports/media-engine.ts'
import type { Sound } from '../../ports/sound.ts'
import type { Command, LegEvent, Opening } from './messages.ts'
import { RemoteDetection } from './remote-detection.ts'
import { type RemoteStreams, type RemoteTranscripts, remoteStreams, remoteTranscripts } from './remote-followers.ts'
import { RemotePlayer } from './remote-player.ts'

interface OpenSpan {
  readonly span: SpanStart
  readonly startedAt: Instant
}

export class RemoteLeg implements PartyMedia {
  readonly number: number
  readonly player: RemotePlayer
  readonly #detection: RemoteDetection
  readonly #streams: RemoteStreams
  readonly #transcripts: RemoteTranscripts
  readonly #clock: Clock
  readonly #events: LegEvents
  readonly #post: (command: Command) => void
  /** What is heard now, oldest first. */
  #open: readonly OpenSpan[] = []
  #isGone = false
  #resolveClosed: () => void = () => {}
  readonly closed: Promise<void>

  constructor(
    number: number,
    clock: Clock,
    events: LegEvents,
    post: (command: Command) => void,
    opening: Opening = { far: 'party' },
  ) {
    this.number = number
    this.player = new RemotePlayer(number, clock, post)
    this.#detection = new RemoteDetection(number, clock, post)
    this.#streams = remoteStreams(number, post)
    this.#transcripts = remoteTranscripts(number, post)
    this.#clock = clock
    this.#events = events
    this.#post = post
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve
    })
    post({ do: 'open', leg: number, ...opening })
  }

  run(program: Program, stop: AbortSignal, listener?: SpeechListener): Promise<ProgramEnd> {
    return this.player.run(program, stop, listener)
  }

  record(order: RecordCall): LegRecording {
    return this.player.record(order)
  }

  stream(order: StreamOrder, onEvent: (event: StreamEvent) => void): LegStream {
    return this.#streams.start(order, onEvent)
  }

  transcribe(order: TranscribeOrder, onSpeech: (speech: TrackSpeech) => void): LegTranscription {
    return this.#transcripts.start(order, onSpeech)
  }

  detectMachine(options: DetectionOptions): MachineDetection {
    return this.#detection.start(options)
  }

  hearing(): Hearing | null {
    const newest = this.#open.at(-1)
    if (!newest) return null
    return { span: { ...newest.span, playedMs: this.#playedMs(newest), cut: false }, startedAt: newest.startedAt }
  }

  press(key: string): void {
    this.#post({ do: 'press', leg: this.number, key, at: this.#clock.now() })
  }

  sound(sound: Sound, words?: WordsOrName): void {
    this.#post({ do: 'sound', leg: this.number, sound, words, at: this.#clock.now() })
  }

  listenForKeys(): void {
    this.#post({ do: 'listen-for-keys', leg: this.number })
  }

  join(other: RemoteLeg): void {
    this.#post({ do: 'join', leg: this.number, other: other.number })
  }

  gone(): void {
    if (this.#isGone) return
    this.#isGone = true
    this.player.gone()
    this.#streams.gone()
    this.#transcripts.gone()
    this.#detection.end()
    this.#post({ do: 'gone', leg: this.number, at: this.#clock.now() })
  }

  /** What the worker tells about this leg. */
  onEvent(event: LegEvent): void {
    switch (event.told) {
      case 'span-started':
        this.#open = [...this.#open, { span: event.span, startedAt: event.at }]
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
      case 'detected':
        this.#detection.told(event.detection, event.verdict)
        return
      case 'stream':
        this.#streams.told(event.stream, event.event)
        return
      case 'stream-over':
        this.#streams.isOver(event.stream, event.over)
        return
      case 'speech-heard':
        this.#transcripts.told(event.transcription, event.speech)
        return
      case 'transcription-over':
        this.#transcripts.isOver(event.transcription)
        return
      case 'closed':
        this.isClosed()
    }
  }

  /** Everything of it has been told. */
  protected isClosed(): void {
    this.#resolveClosed()
  }

  /** Its worker is no more. */
  lost(): void {
    for (const open of this.#open)
      this.#endSpan({ ...open.span, playedMs: this.#playedMs(open), cut: true }, open.startedAt)
    this.player.lost()
    this.#streams.lost()
    this.#transcripts.lost()
    this.#detection.end()
    this.isClosed()
    if (!this.#isGone) this.#events.lost()
  }

  #playedMs({ span, startedAt }: OpenSpan): number {
    return Math.min(span.lengthMs, Math.max(0, this.#clock.now() - startedAt))
  }

  #endSpan(span: HeardSpan, startedAt: Instant): void {
    const { kind, text, url } = span
    // Two that are the same in all of this are told apart by nobody. A stream's text may come with its end.
    const ended = this.#open.find(
      (open) =>
        open.startedAt === startedAt &&
        open.span.kind === kind &&
        (kind === 'stream' || (open.span.text === text && open.span.url === url)),
    )
    this.#open = this.#open.filter((open) => open !== ended)
    this.#events.spanEnded(span, startedAt)
  }
}
