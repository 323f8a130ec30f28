/**
 * One live transcription from its first callback to its last. Its leg hears the utterances; here words are made of them,
 * while they are said where the recognizer can, and told, in order. A recognizer that is missing or fails is told once, and
 * the rest goes on.
 */
import type { Clock } from '../../lib/clock.ts'
import { type Instant, newSid } from '../../lib/ids.ts'
import { STREAM_TRACKS } from '../../wire/mediastream/index.ts'
import { alertByCode, alertByName, callbackAlert } from '../call/alerts.ts'
import { BesideCall } from '../call/beside-call.ts'
import type { Call } from '../call/call.ts'
import type { LegMedia, LegTranscription, SpeechPart, TrackSpeech } from '../ports/leg-media.ts'
import { FollowedUtterance } from '../recognition/followed-utterance.ts'
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
  readonly recognition: Pick<Recognition, 'hearsSound' | 'takesSoundLive' | 'follow' | 'transcript'>
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

export class LiveTranscription extends BesideCall<LiveTranscriptionRecord> {
  readonly #options: LiveTranscriptionOptions
  readonly #line: CallbackLine
  /** Those that are being said, as far as they are followed. */
  readonly #utterances = new Map<TrackSpeech['track'], FollowedUtterance>()
  /** Null when nobody wants to be told. */
  readonly #leg: LegTranscription | null
  #sequence = 0
  #callbackAlerts = 0
  #hasFailed = false
  #isBehind = false

  constructor(options: LiveTranscriptionOptions) {
    const { clock, recognition, call, media, asked } = options
    const { accountSid, sid: callSid } = call.record
    const sid = newSid('GT')
    const name = asked.name ?? sid
    super(clock, { sid, accountSid, callSid, name, status: 'in-progress', updatedAt: clock.now() })
    this.#options = options
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
      sounds: recognition.takesSoundLive,
    }
    this.#leg = media.transcribe(order, (speech) => this.#onSpeech(speech))
    call.during(
      this.#leg.over.then(() => {
        this.isStopped()
        for (const utterance of this.#utterances.values()) utterance.drop()
        this.#tell('transcription-stopped', {})
      }),
    )
  }

  protected override stopSound(): void {
    this.#leg?.stop()
  }

  #onSpeech(speech: TrackSpeech): void {
    const { track, at } = speech
    switch (speech.said) {
      case 'unknown':
        this.#fail(`the words of what sounds ${track} are not known, and no recognizer is set (recognition.provider)`)
        return
      case 'words':
      case 'sound':
        this.#utteranceOn(track).hear(speech)
        return
      case 'utterance':
        this.#onUtterance(track, at, speech.parts)
    }
  }

  #utteranceOn(track: TrackSpeech['track']): FollowedUtterance {
    const { recognition, asked } = this.#options
    const { language, profanityFilter, partialResults } = asked
    const utterance =
      this.#utterances.get(track) ??
      new FollowedUtterance({
        recognition,
        how: { language, profanityFilter, hints: hintsOf(asked) },
        onWords: partialResults ? (words) => this.#onWords(track, words) : null,
      })
    this.#utterances.set(track, utterance)
    return utterance
  }

  #onWords(track: TrackSpeech['track'], words: string): void {
    const { clock, asked } = this.#options
    const parameters = async () => partialParameters(track, words, asked)
    this.#lineUp({ event: 'transcription-content', at: clock.now(), track, isPartial: true, parameters })
  }

  #onUtterance(track: TrackSpeech['track'], at: Instant, parts: readonly SpeechPart[]): void {
    const { asked } = this.#options
    const utterance = this.#utteranceOn(track)
    this.#utterances.delete(track)
    if (this.#line.isFull) {
      utterance.drop()
      this.#fallBehind()
      return
    }
    // Begun at once, told when its turn has come.
    const transcript = utterance.transcript(parts)
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
    this.#options.call.alert(alertByCode(ENGINE_FAILED, 'error', `Transcription ${this.record.name}: ${why}`))
    this.#tell('transcription-error', errorParameters(ENGINE_FAILED, why))
  }

  /** Once. */
  #fallBehind(): void {
    if (this.#isBehind) return
    this.#isBehind = true
    const message = `Transcription ${this.record.name}: the app answers too slowly, and some of it is left out`
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
      parameters: { ...commonParameters(this.record, event, at), SequenceId: String(this.#sequence), ...own },
    })
    if (!exchange.error) return
    if (this.#callbackAlerts++ < CALLBACK_ALERTS_MAX) call.alert(callbackAlert(exchange))
    // Nobody shall wait long for an app that is gone.
    if (call.ended && !exchange.response) this.#line.dropContent()
  }
}
