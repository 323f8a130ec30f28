/**
 * What an app says, turned into what the caller hears. Tokens are one *talk cycle* until their `last`; a file is one by
 * itself. A new cycle stops those before it that may be stopped so.
 */
import type { Clock, Timer } from '../../lib/clock.ts'
import type { PlayMessage, TextMessage } from '../../wire/conversationrelay/index.ts'
import type { ConversationRelay } from '../../wire/twiml/index.ts'
import type { CallHost } from '../interpreter/flow.ts'
import { keysPrompt } from '../verbs/prompts.ts'
import type { AgentItem, AgentVoice } from './agent-voice.ts'
import { spoken } from './heard-words.ts'
import { speakerOf, ttsLanguageOf } from './relay-voices.ts'
import { TextPieces } from './text-pieces.ts'

/** Tokens that nothing follows for so long are spoken, though their end was not said. */
const TOKENS_WAIT_MS = 500
const VERB = 'Connect'

/** How the pieces of one message are spoken. */
type Manner = Pick<AgentItem, 'interruptible' | 'preemptible'> & { readonly language: string }

export interface AgentTalkDeps {
  readonly host: Pick<CallHost, 'clock' | 'sounds' | 'fetchSound'>
  readonly relay: ConversationRelay
  readonly voice: Pick<AgentVoice, 'add' | 'preempt'>
  /** More is waiting than is taken. */
  readonly onTooMuch: () => void
}

export class AgentTalk {
  readonly #deps: AgentTalkDeps
  readonly #clock: Clock
  readonly #pieces = new TextPieces()
  /** Of the tokens that wait for their end. */
  #manner: Manner | null = null
  #timer: Timer | null = null
  #cycle = 0
  /** Tokens of the cycle may follow. */
  #isOpen = false
  #language: string

  constructor(deps: AgentTalkDeps) {
    this.#deps = deps
    this.#clock = deps.host.clock
    this.#language = ttsLanguageOf(deps.relay)
  }

  greet(greeting: string): void {
    const { welcomeGreetingInterruptible: interruptible, preemptible } = this.#deps.relay
    this.#cycle += 1
    this.#speak(greeting, { interruptible, preemptible, language: this.#language })
  }

  text({ token, last, lang, ...stoppable }: TextMessage): void {
    this.#timer?.cancel()
    if (!this.#isOpen) {
      // Many apps end with an empty token, some of them twice.
      if (token.trim() === '' && last) return
      this.#begin()
      this.#isOpen = true
    }
    const manner = this.#mannerOf(stoppable, lang)
    if (this.#manner && !isSame(this.#manner, manner)) this.#flush()
    this.#manner = manner
    for (const piece of this.#pieces.add(token)) this.#speak(piece, manner)
    if (last) this.#close()
    else if (this.#pieces.waits) this.#timer = this.#clock.after(TOKENS_WAIT_MS, () => this.#flush())
  }

  play({ source, loop, ...stoppable }: PlayMessage): void {
    this.#close()
    this.#begin()
    const { interruptible, preemptible } = this.#mannerOf(stoppable, null)
    const make = async () => {
      const sound = await this.#deps.host.fetchSound(source)
      return sound && { kind: 'play' as const, verb: VERB, url: source, sound }
    }
    this.#add({ kind: 'audio', text: source, times: loop, make, interruptible, preemptible })
  }

  keys(digits: string): void {
    this.#close()
    const { host } = this.#deps
    const make = async () => keysPrompt(digits, host.sounds, VERB)
    this.#add({ kind: 'keys', text: digits, times: 1, make, interruptible: 'none', preemptible: false })
  }

  /** From the next token on. */
  speakIn(language: string): void {
    this.#flush()
    this.#language = language
  }

  /** What was said is of no use any more: the caller has interrupted it, or the session is over. */
  drop(): void {
    this.#timer?.cancel()
    this.#pieces.flush()
    this.#manner = null
    this.#isOpen = false
  }

  #mannerOf({ interruptible, preemptible }: Pick<TextMessage, 'interruptible' | 'preemptible'>, lang: string | null) {
    const { relay } = this.#deps
    return {
      interruptible: interruptible ?? relay.interruptible,
      preemptible: preemptible ?? relay.preemptible,
      language: lang ?? this.#language,
    }
  }

  #begin(): void {
    this.#deps.voice.preempt()
    this.#cycle += 1
  }

  #close(): void {
    this.#flush()
    this.#isOpen = false
  }

  #flush(): void {
    this.#timer?.cancel()
    const rest = this.#pieces.flush()
    if (rest !== null && this.#manner) this.#speak(rest, this.#manner)
    this.#manner = null
  }

  #speak(text: string, { interruptible, preemptible, language }: Manner): void {
    const { host, relay } = this.#deps
    const words = spoken(text)
    const make = async () => {
      const sound = await host.sounds.say({ content: [words], ...speakerOf(relay, language) })
      return { kind: 'say' as const, verb: VERB, text: words, sound }
    }
    this.#add({ kind: 'words', text, times: 1, make, interruptible, preemptible })
  }

  #add(item: Omit<AgentItem, 'cycle'>): void {
    if (!this.#deps.voice.add({ ...item, cycle: this.#cycle })) this.#deps.onTooMuch()
  }
}

const isSame = (one: Manner, other: Manner): boolean =>
  one.interruptible === other.interruptible && one.preemptible === other.preemptible && one.language === other.language
