/**
 * What an app has a caller hear: one thing after the other, each made while the one before is heard. Whoever cuts it drops
 * what waits, and learns exactly how much was heard.
 */
import type { Clock } from '../../lib/clock.ts'
import type { RelayInput } from '../../wire/twiml/conversation-relay.ts'
import type { LegMedia, Prompt } from '../ports/leg-media.ts'
import { heardOf } from './heard-words.ts'

export interface AgentItem {
  readonly kind: 'words' | 'audio' | 'keys'
  /** Words as the app wrote them, the audio's address, or keys. */
  readonly text: string
  readonly times: number
  /** Called once, shortly before it is to be heard. Null: there is nothing to hear. */
  readonly make: () => Promise<Exclude<Prompt, { readonly kind: 'silence' }> | null>
  readonly interruptible: RelayInput
  readonly preemptible: boolean
  /** What the app said in one go has one number. */
  readonly cycle: number
}

export interface AgentHeard {
  readonly item: AgentItem
  /** Of words: those that were heard. */
  readonly text: string
  readonly heardMs: number
  readonly cut: boolean
}

export interface AgentVoiceDeps {
  readonly clock: Pick<Clock, 'now'>
  readonly media: Pick<LegMedia, 'run'>
  readonly onBegin: (item: AgentItem) => void
  /** Not told of what is dropped before it began. */
  readonly onHeard: (heard: AgentHeard) => void
  /** Nothing is left to be heard. */
  readonly onIdle: () => void
  /** A mistake of ours: nothing is heard any more. */
  readonly onFault: (fault: unknown) => void
}

/** Half an hour of sentences; what is beyond is not taken. */
const ITEMS_MAX = 1000
const CHARACTERS_MAX = 100_000

type Made = ReturnType<AgentItem['make']>

interface Waiting {
  readonly item: AgentItem
  /** Null until it is time. */
  made: Made | null
}

export class AgentVoice {
  readonly #deps: AgentVoiceDeps
  readonly #queue: Waiting[] = []
  #waitingCharacters = 0
  #isGoing = false
  /** Something was heard since the last silence. */
  #hasBegun = false
  #isOver = false
  #current: { readonly item: AgentItem; readonly stop: AbortController } | null = null

  constructor(deps: AgentVoiceDeps) {
    this.#deps = deps
  }

  /** What is heard now, or is about to follow on something that was; null in silence, and while keys are pressed. */
  get speaking(): AgentItem | null {
    const item = this.#current?.item ?? (this.#hasBegun ? this.#queue[0]?.item : null)
    return item && item.kind !== 'keys' ? item : null
  }

  /** False when too much is waiting already. */
  add(item: AgentItem): boolean {
    if (this.#isOver) return true
    const isTooMuch = this.#waitingCharacters + item.text.length > CHARACTERS_MAX
    if (this.#queue.length >= ITEMS_MAX || isTooMuch) return false
    this.#waitingCharacters += item.text.length
    this.#queue.push({ item, made: null })
    if (!this.#isGoing) this.#go().catch(this.#deps.onFault)
    else if (this.#queue.length === 1) this.#makeNext()
    return true
  }

  /** Drops what waits, and cuts what is heard, which `onHeard` tells. False when nothing is heard. */
  cut(): boolean {
    this.#drop(() => true)
    this.#current?.stop.abort()
    return this.#current !== null
  }

  /** The app goes on to something else: what may be stopped by that is. */
  preempt(): void {
    this.#drop(({ preemptible }) => preemptible)
    if (this.#current?.item.preemptible) this.#current.stop.abort()
  }

  end(): void {
    this.#isOver = true
    this.#drop(() => true)
    this.#current?.stop.abort()
  }

  #drop(which: (item: AgentItem) => boolean): void {
    const kept = this.#queue.filter(({ item }) => !which(item))
    this.#queue.splice(0, this.#queue.length, ...kept)
    this.#waitingCharacters = kept.reduce((sum, { item }) => sum + item.text.length, 0)
  }

  async #go(): Promise<void> {
    this.#isGoing = true
    for (let next = this.#queue[0]; next && !this.#isOver; next = this.#queue[0]) {
      const prompt = await made(next)
      // It may have been dropped meanwhile.
      if (this.#queue[0] !== next) continue
      this.#queue.shift()
      this.#waitingCharacters -= next.item.text.length
      if (prompt) await this.#play(next.item, prompt)
    }
    this.#isGoing = false
    this.#hasBegun = false
    if (!this.#isOver) this.#deps.onIdle()
  }

  async #play(item: AgentItem, prompt: NonNullable<Awaited<Made>>): Promise<void> {
    const { clock, media, onBegin, onHeard } = this.#deps
    const stop = new AbortController()
    this.#current = { item, stop }
    this.#hasBegun = true
    const startedAt = clock.now()
    onBegin(item)
    const running = media.run({ play: [{ prompt, times: item.times }] }, stop.signal)
    this.#makeNext()
    const { at } = await running
    this.#current = null
    const { lengthMs } = prompt.sound
    const heardMs = Math.max(0, Math.min(at - startedAt, lengthMs * item.times))
    const cut = heardMs < lengthMs * item.times
    const text = item.kind === 'words' && cut ? heardOf(item.text, lengthMs, heardMs) : item.text
    if (!this.#isOver) onHeard({ item, text, heardMs, cut })
  }

  #makeNext(): void {
    const next = this.#queue[0]
    // Who waits for it later hears of a fault.
    if (next) made(next).catch(() => {})
  }
}

function made(waiting: Waiting): Made {
  waiting.made ??= waiting.item.make()
  return waiting.made
}
