/**
 * What the caller says, as the app is told of it: utterance by utterance, in order, however long its words take to be
 * recognized; word by word where they are known, or recognized while they are said. It is listened to only while somebody
 * wants to know; an utterance that has begun is heard to its end.
 */
import type { ConversationRelay } from '../../wire/twiml/index.ts'
import { alertByName } from '../call/alerts.ts'
import type { CallHost } from '../interpreter/flow.ts'
import type { LegMedia, LegTranscription, SpeechPart, TrackSpeech } from '../ports/leg-media.ts'
import { FollowedUtterance } from '../recognition/followed-utterance.ts'
import { maskProfanity } from '../recognition/profanity.ts'
import { NO_RECOGNIZER } from '../recognition/recognition.ts'
import { hintsOf } from '../verbs/gather-speech.ts'

/** Utterances whose words are being recognized; what is said meanwhile is lost. */
const RECOGNIZING_MAX = 20

export interface RelayHearingDeps {
  readonly host: Pick<CallHost, 'recognition' | 'alertOnce'>
  readonly media: Pick<LegMedia, 'transcribe'>
  readonly relay: ConversationRelay
  /** The caller begins to say something, at first or after a pause. */
  readonly onBeginning: () => void
  /** An utterance is over; its words may follow. */
  readonly onSilence: () => void
  readonly onWords: (words: string, language: string, isLast: boolean) => void
}

export class RelayHearing {
  readonly #deps: RelayHearingDeps
  readonly #profanityFilter: boolean
  readonly #hints: readonly string[]
  #listening: LegTranscription | null = null
  /** What is being said, as far as it is followed. */
  #utterance: FollowedUtterance | null = null
  #isWanted = false
  /** An utterance has begun. */
  #isInUtterance = false
  #isOver = false
  #recognizing = 0
  #recognized: Promise<void> = Promise.resolve()
  /** What the caller speaks, as far as the app knows; of an utterance what was set when it began. */
  language: string

  constructor(deps: RelayHearingDeps) {
    const { relay } = deps
    this.#deps = deps
    this.#profanityFilter = relay.profanityFilter ?? true
    this.#hints = hintsOf(relay)
    this.language = relay.transcriptionLanguage ?? relay.language
  }

  want(isWanted: boolean): void {
    this.#isWanted = isWanted
    if (isWanted && !this.#listening && !this.#isOver) this.#listen()
    if (!isWanted && !this.#isInUtterance) this.#stop()
  }

  end(): void {
    this.#isOver = true
    this.#stop()
  }

  #listen(): void {
    const { media, host, relay } = this.#deps
    const { speechTimeoutMs } = relay
    const order = {
      tracks: ['inbound' as const],
      partials: relay.partialPrompts,
      unknownWords: host.recognition.hearsSound,
      sounds: host.recognition.takesSoundLive,
      beginnings: true,
      ...(typeof speechTimeoutMs === 'number' && { pauseMs: speechTimeoutMs }),
    }
    const listening = media.transcribe(order, (speech) => {
      if (this.#listening === listening && !this.#isOver) this.#onSpeech(speech)
    })
    this.#listening = listening
  }

  #stop(): void {
    const listening = this.#listening
    this.#listening = null
    listening?.stop()
    this.#utterance?.drop()
    this.#utterance = null
  }

  #onSpeech(speech: TrackSpeech): void {
    switch (speech.said) {
      case 'beginning':
        this.#isInUtterance = true
        this.#deps.onBeginning()
        return
      case 'words':
      case 'sound':
        this.#followed().hear(speech)
        return
      case 'utterance':
        this.#isInUtterance = false
        this.#deps.onSilence()
        this.#recognize(this.#followed(), speech.parts)
        if (!this.#isWanted) this.#stop()
        return
      case 'unknown':
        this.#alert(NO_RECOGNIZER)
    }
  }

  #followed(): FollowedUtterance {
    const { host, relay, onWords } = this.#deps
    const { language } = this
    const onPartial = (words: string) => {
      // The words of the utterance before come first.
      if (this.#recognizing === 0) onWords(this.#masked(words), language, false)
    }
    this.#utterance ??= new FollowedUtterance({
      recognition: host.recognition,
      how: { language, hints: this.#hints, profanityFilter: this.#profanityFilter },
      onWords: relay.partialPrompts ? onPartial : null,
    })
    return this.#utterance
  }

  #recognize(utterance: FollowedUtterance, parts: readonly SpeechPart[]): void {
    this.#utterance = null
    if (this.#recognizing >= RECOGNIZING_MAX) {
      utterance.drop()
      this.#alert(`more than ${RECOGNIZING_MAX} utterances wait for the recognizer: what was said meanwhile is lost`)
      return
    }
    this.#recognizing += 1
    const { onWords } = this.#deps
    const { language } = utterance.how
    const transcript = utterance.transcript(parts)
    this.#recognized = this.#recognized.then(async () => {
      const { text, fault } = await transcript
      this.#recognizing -= 1
      if (this.#isOver) return
      if (fault !== null) this.#alert(fault)
      if (text !== '') onWords(text, language, true)
    })
  }

  #masked(words: string): string {
    return this.#profanityFilter ? maskProfanity(words) : words
  }

  #alert(why: string): void {
    this.#deps.host.alertOnce(alertByName('speechNotUnderstood', `<ConversationRelay> speech: ${why}`))
  }
}
