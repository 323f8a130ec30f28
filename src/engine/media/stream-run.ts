/**
 * One Media Stream of a leg: what its tracks carry goes to an app in messages of 20 ms, from the moment the socket stands;
 * both ways also keys, and what the app says comes back. An app that does not read in time is sent less, never later. In
 * virtual time the clock waits after each turn until the app has had it.
 */
import { type Clock, type Hold, holding, type Timer } from '../../lib/clock.ts'
import type { Instant } from '../../lib/ids.ts'
import { SAMPLES_PER_MS } from '../../wire/codec/g711.ts'
import {
  encodeConnected,
  encodeDtmf,
  encodeMark,
  encodeMedia,
  encodeStart,
  encodeStop,
  parseInbound,
  STREAM_TRACKS,
  StreamSequence,
  type StreamTrack,
  UNSUPPORTED_SCHEME,
} from '../../wire/mediastream/index.ts'
import type { StreamEvent, StreamOrder, StreamOver } from '../ports/leg-media.ts'
import type { SocketEnd, SocketFault, StreamSocket, StreamSockets } from '../ports/stream-sockets.ts'
import { type Sample, toSample } from './media-time.ts'
import type { StreamSpeech } from './stream-speech.ts'
import type { Track, TrackListener } from './track.ts'

const FRAME_MS = 20
const FRAME_SAMPLES = FRAME_MS * SAMPLES_PER_MS
/** In virtual time, when nothing can come back, so much is sent before the clock waits for the app. */
const BATCH_MS = 200
/** What the app has not read yet; beyond it frames are left out. About 15 s of one track. */
const BUFFERED_BYTES_MAX = 256 * 1024
/** With keys and echoes of marks, which are never left out: an app that leaves so much unread has its socket closed. */
const UNREAD_BYTES_MAX = 4 * 1024 * 1024
/** RFC 6455 §7.4.1: the other side does what is not allowed. */
const POLICY_VIOLATION = 1008

/** The reference's codes for the ways in which a socket fails. */
const FAULT_CODES: Readonly<Record<SocketFault, number>> = {
  unanswered: 31901,
  'not-listening': 31902,
  unreachable: 31904,
  unencrypted: UNSUPPORTED_SCHEME,
  insecure: 31910,
  refused: 31920,
  broken: 31921,
  nonsense: 31924,
}

/** The reference's codes for what is wrong while the stream goes on; for marks it has none. Each is told once a stream. */
const PROBLEM_CODES = {
  readsTooSlowly: 31930,
  tooMuchAudio: 31931,
  binary: 31950,
  notUnderstood: 31951,
  tooManyMarks: 81020,
} as const

export interface StreamRunDeps {
  readonly clock: Clock
  readonly sockets: StreamSockets
  readonly tracks: Readonly<Record<StreamTrack, Track>>
  /** What the app says; null when it has no say. */
  readonly speech: ((echo: (mark: string) => void) => StreamSpeech) | null
  /** Until then it is known what the tracks carry; null: until now. */
  readonly knownUntil: () => Instant | null
  readonly onEvent: (event: StreamEvent) => void
  readonly onTick?: (lateMs: number) => void
  /** Called once, with a promise for the end of the socket. */
  readonly over: (over: StreamOver, closed: Promise<unknown>) => void
}

export class StreamRun implements TrackListener {
  readonly #deps: StreamRunDeps
  readonly #order: StreamOrder
  readonly #socket: StreamSocket
  readonly #sequence = new StreamSequence()
  readonly #speech: StreamSpeech | null
  readonly #opening: Hold
  readonly #frames: { readonly name: StreamTrack; readonly track: Track; readonly ulaw: Uint8Array }[]
  /** Null while the socket is being opened. */
  #startedAt: Instant | null = null
  /** Up to here the tracks have been read, and what of it stands in the frame begun. */
  #done = 0 as Sample
  #filled = 0
  #sentFrames = 0
  #droppedFrames = 0
  readonly #problems = new Set<keyof typeof PROBLEM_CODES>()
  #timer: Timer | null = null
  #isOver = false

  constructor(deps: StreamRunDeps, order: StreamOrder) {
    this.#deps = deps
    this.#order = order
    this.#speech = deps.speech?.((name) => this.#echo(name)) ?? null
    this.#frames = STREAM_TRACKS[order.track].map((name) => ({
      name,
      track: deps.tracks[name],
      ulaw: new Uint8Array(FRAME_SAMPLES),
    }))
    this.#opening = deps.clock.hold('opening a stream')
    this.#socket = deps.sockets.open(order.url, order.headers, {
      opened: () => this.#opened(),
      message: (text, isBinary) => this.#onMessage(text, isBinary),
      ended: (end) => this.#onEnded(end),
    })
  }

  key(digit: string): void {
    if (this.#startedAt === null || this.#isOver || !this.#order.bothWays) return
    this.#tell(encodeDtmf(this.#sequence, { streamSid: this.#order.streamSid, digit }))
  }

  catchUp(to: Sample): void {
    while (this.#done < to) {
      const count = Math.min(FRAME_SAMPLES - this.#filled, to - this.#done)
      // Nearly always a whole frame: a view of a part costs more than to read it.
      for (const { track, ulaw } of this.#frames)
        track.read(this.#done, count === FRAME_SAMPLES ? ulaw : ulaw.subarray(this.#filled, this.#filled + count))
      this.#done = (this.#done + count) as Sample
      this.#filled += count
      if (this.#filled === FRAME_SAMPLES) this.#sendFrame()
    }
  }

  /** We have enough: the app is told, and the socket closed. */
  end(at: Instant): void {
    if (this.#isOver) return
    if (this.#startedAt !== null) {
      this.catchUp(toSample(at))
      this.#socket.send(encodeStop(this.#sequence, this.#order))
    }
    this.#finish(at, null, this.#close())
  }

  #opened(): void {
    const { clock, onEvent } = this.#deps
    const { track, parameters } = this.#order
    const at = clock.now()
    this.#startedAt = at
    this.#done = toSample(at)
    this.#socket.send(encodeConnected())
    this.#socket.send(encodeStart(this.#sequence, { ...this.#order, tracks: STREAM_TRACKS[track], parameters }))
    for (const frame of this.#frames) frame.track.listen(this)
    this.#opening.release()
    this.#plan(at)
    onEvent({ event: 'started' })
  }

  #onMessage(text: string, isBinary: boolean): void {
    // Nobody listens to what comes on a stream one way.
    if (this.#isOver || !this.#speech) return
    if (isBinary) {
      this.#tellProblem('binary', 'A message of bytes was left out: messages are text')
      return
    }
    const message = parseInbound(text)
    if ('problem' in message)
      this.#tellProblem('notUnderstood', `A message was not understood and left out: ${message.problem}`)
    else if (message.streamSid !== this.#order.streamSid)
      this.#tellProblem(
        'notUnderstood',
        `A message for ${JSON.stringify(message.streamSid)}, which is not this stream, was left out`,
      )
    else if (message.event === 'clear') this.#speech.clear()
    else if (message.event === 'mark') {
      if (!this.#speech.mark(message.name)) this.#tellProblem('tooManyMarks', 'Too many marks wait: more are left out')
    } else if (!this.#speech.say(message.ulaw))
      this.#tellProblem('tooMuchAudio', 'More than ten minutes of audio wait: more is left out')
  }

  #onEnded(end: SocketEnd): void {
    if (this.#isOver) return
    const fault = end.how === 'closed' ? null : { code: FAULT_CODES[end.how], message: end.why }
    this.#finish(this.#deps.clock.now(), fault, Promise.resolve())
  }

  #finish(at: Instant, fault: StreamOver['fault'], closed: Promise<unknown>): void {
    this.#isOver = true
    this.#timer?.cancel()
    for (const { track } of this.#frames) track.unlisten(this)
    this.#speech?.end(at)
    this.#opening.release()
    this.#deps.over({ fault, droppedFrames: this.#droppedFrames }, closed)
  }

  #echo(name: string): void {
    if (!this.#isOver) this.#tell(encodeMark(this.#sequence, { streamSid: this.#order.streamSid, name }))
  }

  #tell(message: string): void {
    this.#socket.send(message)
    if (this.#socket.bufferedBytes <= UNREAD_BYTES_MAX) return
    const fault = { code: FAULT_CODES.broken, message: 'The app does not read the stream: the socket was closed' }
    this.#finish(this.#deps.clock.now(), fault, this.#close(POLICY_VIOLATION))
  }

  #close(code?: number): Promise<void> {
    return holding(this.#deps.clock, 'closing a stream', () => this.#socket.close(code))
  }

  #sendFrame(): void {
    const timestampMs = (this.#sentFrames + this.#droppedFrames) * FRAME_MS
    this.#filled = 0
    if (this.#socket.bufferedBytes > BUFFERED_BYTES_MAX) {
      if (this.#droppedFrames++ === 0)
        this.#tellProblem('readsTooSlowly', `The app reads too slowly: from ${timestampMs} ms on audio is left out`)
      return
    }
    this.#sentFrames += 1
    const { streamSid } = this.#order
    for (const { name, ulaw } of this.#frames)
      this.#socket.send(encodeMedia(this.#sequence, { streamSid, track: name, timestampMs, ulaw }))
  }

  #tellProblem(problem: keyof typeof PROBLEM_CODES, message: string): void {
    if (this.#problems.has(problem)) return
    this.#problems.add(problem)
    this.#deps.onEvent({ event: 'problem', code: PROBLEM_CODES[problem], message })
  }

  /** The next turn on the grid that begins with the stream. */
  #plan(now: Instant): void {
    const { clock } = this.#deps
    const periodMs = clock.kind === 'real' || this.#order.bothWays ? FRAME_MS : BATCH_MS
    const startedAt = this.#startedAt!
    const due = (startedAt + (Math.floor((now - startedAt) / periodMs) + 1) * periodMs) as Instant
    this.#timer = clock.after(due - clock.now(), () => this.#turn(due))
  }

  #turn(due: Instant): void {
    const { clock, knownUntil, onTick } = this.#deps
    const now = Math.max(clock.now(), due) as Instant
    onTick?.(now - due)
    this.catchUp(toSample(Math.min(now, knownUntil() ?? now) as Instant))
    if (this.#isOver) return
    if (clock.kind === 'virtual') void holding(clock, 'a stream', () => this.#socket.inStep())
    this.#plan(now)
  }
}
