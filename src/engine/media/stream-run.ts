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
} from '../../wire/mediastream/index.ts'
import type { StreamEvent, StreamOrder, StreamOver } from '../ports/leg-media.ts'
import type { SocketEnd, StreamSocket, StreamSockets } from '../ports/stream-sockets.ts'
import { type Sample, toSample } from './media-time.ts'
import type { StreamSpeech } from './stream-speech.ts'
import type { Track, TrackListener } from './track.ts'

const FRAME_MS = 20
const FRAME_SAMPLES = FRAME_MS * SAMPLES_PER_MS
/** In virtual time, when nothing can come back, so much is sent before the clock waits for the app. */
const BATCH_MS = 200
/** What the app has not read yet; beyond it frames are left out. About 15 s of one track. */
const BUFFERED_BYTES_MAX = 256 * 1024
/** Of one stream; later ones are not told. */
const PROBLEMS_MAX = 10

/** The reference's codes for the ways in which a socket fails. */
const FAULT_CODES: Readonly<Record<Exclude<SocketEnd['how'], 'closed'>, number>> = {
  unreachable: 31904,
  refused: 31920,
  broken: 31921,
  nonsense: 31924,
}

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
  #problems = 0
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
      message: (text) => this.#onMessage(text),
      ended: (end) => this.#onEnded(end),
    })
  }

  key(digit: string): void {
    if (this.#startedAt === null || this.#isOver || !this.#order.bothWays) return
    this.#socket.send(encodeDtmf(this.#sequence, { streamSid: this.#order.streamSid, digit }))
  }

  catchUp(to: Sample): void {
    while (this.#done < to) {
      const count = Math.min(FRAME_SAMPLES - this.#filled, to - this.#done)
      for (const { track, ulaw } of this.#frames)
        track.read(this.#done, ulaw.subarray(this.#filled, this.#filled + count))
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
    const { clock } = this.#deps
    this.#finish(
      at,
      null,
      holding(clock, 'closing a stream', () => this.#socket.close()),
    )
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

  #onMessage(text: string): void {
    // Nobody listens to what comes on a stream one way.
    if (this.#isOver || !this.#speech) return
    const message = parseInbound(text)
    if ('problem' in message) {
      this.#tellProblem(`A message on the stream was not understood and left out: ${message.problem}`)
      return
    }
    if (message.streamSid !== this.#order.streamSid) {
      this.#tellProblem(`A message for ${JSON.stringify(message.streamSid)}, which is not this stream, was left out`)
      return
    }
    switch (message.event) {
      case 'media':
        if (!this.#speech.say(message.ulaw)) this.#tellProblem('More than ten minutes of audio wait: more is left out')
        return
      case 'mark':
        if (!this.#speech.mark(message.name)) this.#tellProblem('More than 1000 marks wait: more are left out')
        return
      case 'clear':
        this.#speech.clear()
    }
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
    this.#socket.send(encodeMark(this.#sequence, { streamSid: this.#order.streamSid, name }))
  }

  #sendFrame(): void {
    const timestampMs = (this.#sentFrames + this.#droppedFrames) * FRAME_MS
    this.#filled = 0
    if (this.#socket.bufferedBytes > BUFFERED_BYTES_MAX) {
      if (this.#droppedFrames++ === 0)
        this.#tellProblem(`The app reads the stream too slowly: from ${timestampMs} ms on audio is left out`)
      return
    }
    this.#sentFrames += 1
    const { streamSid } = this.#order
    for (const { name, ulaw } of this.#frames)
      this.#socket.send(encodeMedia(this.#sequence, { streamSid, track: name, timestampMs, ulaw }))
  }

  #tellProblem(message: string): void {
    if (this.#problems++ < PROBLEMS_MAX) this.#deps.onEvent({ event: 'problem', message })
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
