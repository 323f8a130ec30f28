/**
 * One session of ConversationRelay, from the handshake to its end: what the caller says and presses goes to the app as
 * text, what the app says is spoken, and whoever interrupts whom is told to the word.
 */
import { type Instant, newSid, type RelaySessionSid } from '../../lib/ids.ts'
import {
  type AppMessage,
  encodeDtmf,
  encodeInfo,
  encodeInterrupt,
  encodePrompt,
} from '../../wire/conversationrelay/index.ts'
import type { RelayInput } from '../../wire/twiml/conversation-relay.ts'
import type { ConversationRelay } from '../../wire/twiml/index.ts'
import { alertByCode } from '../call/alerts.ts'
import type { CallHost } from '../interpreter/flow.ts'
import type { LegMedia } from '../ports/leg-media.ts'
import { AgentTalk } from './agent-talk.ts'
import { type AgentHeard, type AgentItem, AgentVoice } from './agent-voice.ts'
import { RelayHearing } from './relay-hearing.ts'
import { type RelayFault, RelayLine } from './relay-line.ts'
import { RELAY_ERRORS, type RelayOver } from './relay-over.ts'
import { setupMessage } from './relay-setup.ts'

/** Messages that are not understood and alerted; all are told to the app. */
const PROBLEMS_MAX = 10
/** Keys that an app is told of; the letters of the tone table are not among them. */
const TOLD_KEY = /^[0-9*#]$/

/** What a session needs of its call. */
export type RelayHost = Pick<
  CallHost,
  | 'clock'
  | 'stop'
  | 'record'
  | 'sounds'
  | 'fetchSound'
  | 'recognition'
  | 'onKey'
  | 'pressed'
  | 'openSocket'
  | 'during'
  | 'alert'
  | 'alertOnce'
>

export class RelaySession {
  readonly #host: RelayHost
  readonly #relay: ConversationRelay
  readonly #sid: RelaySessionSid = newSid('VX')
  readonly #startedAt: Instant
  readonly #line: RelayLine
  readonly #voice: AgentVoice
  readonly #talk: AgentTalk
  readonly #hearing: RelayHearing
  /** The app asked for these events. */
  readonly #tellsSpeakers: boolean
  readonly #tellsPlayed: boolean
  readonly #unlisten: (() => void)[] = []
  /** The last words of the agent that were heard whole. */
  #lastHeard: AgentHeard | null = null
  /** What is being cut because the caller interrupts it. */
  #interrupted: AgentItem | null = null
  /** As far as the app was told. */
  readonly #speaking = { agentSpeaking: false, clientSpeaking: false }
  #problems = 0
  /** Called when the app has answered what it was told last. */
  #onAnswer: () => void = () => {}
  #isOver = false
  readonly #over = Promise.withResolvers<RelayOver>()

  constructor(host: RelayHost, media: LegMedia, relay: ConversationRelay) {
    const { clock } = host
    this.#host = host
    this.#relay = relay
    this.#startedAt = clock.now()
    const events = eventsOf(relay)
    this.#tellsSpeakers = events.has('speaker-events')
    this.#tellsPlayed = events.has('tokens-played')
    this.#line = new RelayLine({
      clock,
      onOpen: () => this.#begin(),
      onMessage: (message) => this.#onMessage(message),
      onProblem: (problem) => this.#onProblem(problem),
      onLost: (fault) => this.#onLost(fault),
    })
    this.#voice = new AgentVoice({
      clock,
      media,
      onBegin: (item) => this.#onBegin(item),
      onHeard: (heard) => this.#onHeard(heard),
      onIdle: () => this.#onIdle(),
      onFault: (fault) => {
        this.#over.reject(fault)
        this.#end({ status: 'failed' })
      },
    })
    this.#talk = new AgentTalk({
      host,
      relay,
      voice: this.#voice,
      onTooMuch: () => this.#line.refuse('too much is waiting to be spoken; this is left out'),
    })
    this.#hearing = new RelayHearing({
      host,
      media,
      relay,
      onBeginning: () => this.#onSpeech(),
      onSilence: () => this.#tellSpeaking('clientSpeaking', false),
      onWords: (words, lang, last) => this.#onWords(words, lang, last),
    })
    const onStop = () => this.#end({ status: 'completed' })
    host.stop.addEventListener('abort', onStop, { once: true })
    this.#unlisten.push(() => host.stop.removeEventListener('abort', onStop))
  }

  /** Rejects by a mistake of ours alone. */
  get over(): Promise<RelayOver> {
    return this.#over.promise
  }

  start(): void {
    const host = this.#host
    if (host.stop.aborted) this.#end({ status: 'completed' })
    else host.during(this.#line.open((events) => host.openSocket(this.#relay.url, events)))
  }

  #begin(): void {
    const { record, onKey } = this.#host
    const { welcomeGreeting, dtmfDetection } = this.#relay
    this.#line.tell(setupMessage(this.#sid, record, this.#relay))
    if (dtmfDetection) this.#unlisten.push(onKey((key) => this.#onKey(key)))
    this.#hearing.want(true)
    // Who is not greeted hears what the app begins with.
    if (welcomeGreeting) this.#talk.greet(welcomeGreeting)
    else this.#awaitAnswer()
  }

  #onMessage(message: AppMessage): void {
    switch (message.type) {
      case 'text':
        this.#talk.text(message)
        if (message.last) this.#onAnswer()
        return
      case 'play':
        this.#talk.play(message)
        break
      case 'sendDigits':
        this.#talk.keys(message.digits)
        break
      case 'language': {
        const { ttsLanguage, transcriptionLanguage } = message
        if (ttsLanguage !== null) this.#talk.speakIn(ttsLanguage)
        if (transcriptionLanguage !== null) this.#hearing.language = transcriptionLanguage
        return
      }
      case 'end':
        this.#end({ status: 'ended', handoffData: message.handoffData })
    }
    this.#onAnswer()
  }

  #onBegin(item: AgentItem): void {
    if (item.kind === 'keys') this.#host.pressed(item.text)
    else this.#tellSpeaking('agentSpeaking', true)
    this.#hearing.want(this.#wantsSpeech())
  }

  #onHeard(heard: AgentHeard): void {
    const { item, text, cut } = heard
    if (item.kind === 'words' && !cut) this.#lastHeard = heard
    if (this.#tellsPlayed && item.kind !== 'audio' && text !== '')
      this.#line.tell(encodeInfo({ name: 'tokensPlayed', value: text }))
    if (this.#interrupted) this.#tellInterrupt(this.#interrupted, heard)
  }

  #onIdle(): void {
    this.#tellSpeaking('agentSpeaking', false)
    this.#hearing.want(true)
  }

  #onSpeech(): void {
    this.#tellSpeaking('clientSpeaking', true)
    const item = this.#voice.speaking
    if (item && allows(item.interruptible, 'speech')) this.#interrupt(item)
  }

  #onKey(key: string): void {
    if (!TOLD_KEY.test(key)) return
    const item = this.#voice.speaking
    const interrupts = item !== null && allows(item.interruptible, 'dtmf')
    if (!item || interrupts || allows(this.#relay.reportInputDuringAgentSpeech, 'dtmf'))
      this.#line.tell(encodeDtmf(key))
    if (interrupts) this.#interrupt(item)
  }

  /** What is being said is cut, and what waits is dropped. */
  #interrupt(item: AgentItem): void {
    if (this.#interrupted) return
    this.#talk.drop()
    this.#interrupted = item
    if (!this.#voice.cut()) this.#tellInterrupt(item, null)
  }

  /** @param heard of the piece that was cut; null when one was just over and the next had not begun */
  #tellInterrupt({ cycle }: AgentItem, heard: AgentHeard | null): void {
    this.#interrupted = null
    // Of what has only just begun not a word was heard: then it is what came before it in the same breath.
    const before = this.#lastHeard?.item.cycle === cycle ? this.#lastHeard : null
    const told = heard?.text || heard?.item.kind === 'audio' ? heard : (before ?? heard)
    this.#line.tell(
      encodeInterrupt({
        utteranceUntilInterrupt: told?.item.kind === 'words' ? told.text.trim() : '',
        durationUntilInterruptMs: told?.heardMs ?? 0,
      }),
    )
    this.#tellSpeaking('agentSpeaking', false)
  }

  #onWords(voicePrompt: string, lang: string, last: boolean): void {
    if (this.#isOver) return
    this.#line.tell(encodePrompt({ voicePrompt, lang, last }))
    if (last) this.#awaitAnswer()
  }

  #awaitAnswer(): void {
    this.#onAnswer()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#onAnswer = resolve
    this.#line.awaitAnswer(promise)
  }

  #wantsSpeech(): boolean {
    const item = this.#voice.speaking
    if (!item) return true
    return allows(item.interruptible, 'speech') || allows(this.#relay.reportInputDuringAgentSpeech, 'speech')
  }

  #onProblem(problem: string): void {
    if (this.#problems++ >= PROBLEMS_MAX) return
    this.#host.alert(alertByCode(64107, 'error', `A message of the app was left out: ${problem}`))
  }

  #onLost({ how, why }: RelayFault): void {
    const error = RELAY_ERRORS[how]
    const { url, position } = this.#relay
    this.#host.alert(alertByCode(error.code, 'error', `<ConversationRelay> ${url}: ${why}`, position))
    this.#end({ status: 'failed', error })
  }

  #end(how: Pick<RelayOver, 'status'> & Partial<RelayOver>): void {
    if (this.#isOver) return
    this.#isOver = true
    for (const unlisten of this.#unlisten) unlisten()
    this.#talk.drop()
    this.#voice.end()
    this.#hearing.end()
    this.#onAnswer()
    this.#host.during(this.#line.close())
    const durationMs = this.#host.clock.now() - this.#startedAt
    this.#over.resolve({ sessionId: this.#sid, durationMs, handoffData: null, error: null, ...how })
  }

  #tellSpeaking(name: 'agentSpeaking' | 'clientSpeaking', isOn: boolean): void {
    if (!this.#tellsSpeakers || this.#speaking[name] === isOn) return
    this.#speaking[name] = isOn
    this.#line.tell(encodeInfo({ name, value: isOn ? 'on' : 'off' }))
  }
}

const allows = (setting: RelayInput, input: 'dtmf' | 'speech'): boolean => setting === 'any' || setting === input

/** `debug` is what the same was called before. */
const eventsOf = ({ events, debug }: Pick<ConversationRelay, 'events' | 'debug'>): ReadonlySet<string> =>
  new Set(`${events ?? ''} ${debug ?? ''}`.split(/[\s,]+/))
