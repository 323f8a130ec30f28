/**
 * One live transcription from its first callback to its last. Its leg hears the utterances; here words are made of them
 * and told, in order. A recognizer that is missing or fails is told once, and the rest goes on.
 */
import type { Clock } from '../../lib/clock.ts'
import { type Instant, newSid } from '../../lib/ids.ts'
import { STREAM_TRACKS } from '../../wire/mediastream/index.ts'
import { alertByCode, alertByName, callbackAlert } from '../call/alerts.ts'
import type { Call } from '../call/call.ts'
import type { LegMedia, LegTranscription, SpeechPart, TrackSpeech } from '../ports/leg-media.ts'
import type { Recognition } from '../recognition/recognition.ts'
import { hintsOf } from '../verbs/gather-speech.ts'
import { CallbackLine } from './callback-line.ts'
import {
  type CallbackParameters,
  commonParameters,
  errorParameters,
  finalParameters,
  partialParameters,
  startedParameters,
  type TranscriptionEvent,
} from './live-transcription-callback.ts'
import type { LiveTranscriptionRecord, NewLiveTranscription } from './live-transcription-record.ts'

/** Speech could not be made words: what the reference says of an engine that fails. */
const ENGINE_FAILED = 32651
/** Of callbacks that fail; later ones are not alerted. */
const CALLBACK_ALERTS_MAX = 10

export interface LiveTranscriptionOptions {
  readonly clock: Clock
  readonly recognition: Pick<Recognition, 'hearsSound' | 'transcript'>
  readonly call: Call
  readonly media: LegMedia
  readonly asked: NewLiveTranscription
}

interface Callback {
  readonly event: TranscriptionEvent
  readonly at: Instant
  /** Null: there is nothing to tell after all. */
  readonly parameters: () => Promise<CallbackParameters | null>
  /** Of content. */
  readonly track?: TrackSpeech['track']
  readonly isPartial?: true
}

export class LiveTranscription {
  readonly #options: LiveTranscriptionOptions
  readonly #line: CallbackLine
  /** Null when nobody wants to be told. */
  readonly #leg: LegTranscription | null
  #record: LiveTranscriptionRecord
  #sequence = 0
  #callbackAlerts = 0
  #hasFailed = false
  #isBehind = false

  constructor(options: LiveTranscriptionOptions) {
    const { clock, recognition, call, media, asked } = options
    const { accountSid, sid: callSid } = call.record
    const sid = newSid('GT')
    const name = asked.name ?? sid
    this.#options = options
    this.#record = { sid, accountSid, callSid, name, status: 'in-progress', updatedAt: clock.now() }
    this.#line = new CallbackLine(clock, (work) => call.during(work))
    if (!asked.callback) {
      this.#leg = null
      return
    }
    this.#tell('transcription-started', startedParameters(name, asked))
    const order = {
      tracks: STREAM_TRACKS[asked.track],
      partials: asked.partialResults,
      unknownWords: recognition.hearsSound,
    }
    this.#leg = media.transcribe(order, (speech) => this.#onSpeech(speech))
    call.during(
      this.#leg.over.then(() => {
        this.#stopped()
        this.#tell('transcription-stopped', {})
      }),
    )
  }

  get record(): LiveTranscriptionRecord {
    return this.#record
  }

  get running(): boolean {
    return this.#record.status === 'in-progress'
  }

  stop(): void {
    if (!this.running) return
    this.#stopped()
    this.#leg?.stop()
  }

  #stopped(): void {
    if (this.running) this.#record = { ...this.#record, status: 'stopped', updatedAt: this.#options.clock.now() }
  }

  #onSpeech(speech: TrackSpeech): void {
    const { track, at } = speech
    const { asked } = this.#options
    switch (speech.said) {
      case 'unknown':
        this.#fail(`the words of what sounds ${track} are not known, and no recognizer is set (recognition.provider)`)
        return
      case 'words': {
        const parameters = async () => partialParameters(track, speech.words, asked)
        this.#lineUp({ event: 'transcription-content', at, track, isPartial: true, parameters })
        return
      }
      case 'utterance':
        this.#onUtterance(track, at, speech.parts)
    }
  }

  #onUtterance(track: TrackSpeech['track'], at: Instant, parts: readonly SpeechPart[]): void {
    if (this.#line.isFull) {
      this.#fallBehind()
      return
    }
    const { recognition, asked } = this.#options
    const { language, profanityFilter } = asked
    // Begun at once, told when its turn has come.
    const transcript = recognition.transcript(
      { parts, passedOver: false },
      { language, profanityFilter, hints: hintsOf(asked) },
    )
    const parameters = async () => {
      const heard = await transcript
      if (heard.fault !== null) this.#fail(heard.fault)
      return heard.text === '' ? null : finalParameters(track, heard, asked)
    }
    this.#lineUp({ event: 'transcription-content', at, track, parameters })
  }

  /** Once. */
  #fail(why: string): void {
    if (this.#hasFailed) return
    this.#hasFailed = true
    this.#options.call.alert(alertByCode(ENGINE_FAILED, 'error', `Transcription ${this.#record.name}: ${why}`))
    this.#tell('transcription-error', errorParameters(ENGINE_FAILED, why))
  }

  /** Once. */
  #fallBehind(): void {
    if (this.#isBehind) return
    this.#isBehind = true
    const message = `Transcription ${this.#record.name}: the app answers too slowly, and some of it is left out`
    this.#options.call.alert(alertByName('transcriptionProblem', message))
  }

  #tell(event: TranscriptionEvent, parameters: CallbackParameters): void {
    this.#lineUp({ event, at: this.#options.clock.now(), parameters: async () => parameters })
  }

  #lineUp(callback: Callback): void {
    const { track = null, isPartial = false } = callback
    this.#line.add({ track, isPartial, send: () => this.#send(callback) })
  }

  async #send({ event, at, parameters }: Callback): Promise<void> {
    const { call, asked } = this.#options
    const own = await parameters()
    if (!own || !asked.callback) return
    this.#sequence += 1
    const { exchange } = await call.exchange({
      purpose: 'transcription',
      verb: event,
      to: asked.callback,
      parameters: { ...commonParameters(this.#record, event, at), SequenceId: String(this.#sequence), ...own },
    })
    if (!exchange.error) return
    if (this.#callbackAlerts++ < CALLBACK_ALERTS_MAX) call.alert(callbackAlert(exchange))
    // Nobody shall wait long for an app that is gone.
    if (call.ended && !exchange.response) this.#line.dropContent()
  }
}
