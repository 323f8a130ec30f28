/**
 * The SIP of one leg, as it went over the wire: a bounded record of its messages. Messages are kept as they are, by reference, and
 * read only when somebody asks or the leg is over. Of more than fit, the first and the last stay.
 */
import type { WireStory } from '../journal/entry.ts'
import type { Clock } from '../lib/clock.ts'
import type { Instant } from '../lib/ids.ts'
import type { Hop } from '../wire/sip/transport.ts'
import { isSettled } from './trace-dialogs.ts'
import type { Reading } from './trace-reading.ts'
import { hasTrouble, type KeepMessages, storyOf } from './trace-story.ts'

export const TRACE_MESSAGES_MAX = 200
export const TRACE_BYTES_MAX = 256 * 1024
/** Of a full record this part is the beginning and stays; what comes makes room for itself behind it. */
const BEGINNING = 0.75
/** After the end of a leg its last answers are waited for no longer than this: a lost BYE has been sent three times then. */
export const SETTLE_MS = 2000

export interface TracedMessage {
  readonly at: Instant
  readonly direction: 'sent' | 'received'
  readonly hop: Hop
  readonly bytes: Uint8Array
  /** So many between this one and the one before were counted only. */
  omittedBefore: number
  /** Why it did not go out. */
  notSent: string | null
  /** Null until somebody has read it. */
  reading: Reading | null
}

export interface TraceDeps {
  readonly clock: Clock
  readonly keepMessages: KeepMessages
  /** Our end of a hop: `address:port`. */
  readonly us: (hop: Hop) => string
  /** Nothing more of this Call-ID comes here. */
  readonly unfollow: (callId: string, trace: Trace) => void
}

export class Trace {
  readonly #deps: TraceDeps
  readonly #callIds: string[] = []
  readonly #messages: TracedMessage[] = []
  #bytes = 0
  #isOver = false
  /** Set while the end is waited for. */
  #onMessage: (() => void) | null = null

  constructor(deps: TraceDeps, known: readonly TracedMessage[] = []) {
    this.#deps = deps
    for (const message of known) this.add({ ...message })
  }

  get messages(): readonly TracedMessage[] {
    return this.#messages
  }

  /** Nothing more belongs to it. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** For whoever brings its messages. */
  follows(callId: string): void {
    this.#callIds.push(callId)
  }

  add(message: TracedMessage): void {
    while (this.#isFullWith(message)) this.#omitOne(message)
    this.#messages.push(message)
    this.#bytes += message.bytes.length
    this.#onMessage?.()
  }

  /** What there is up to now; null: nothing. */
  story(): WireStory | null {
    return storyOf(this.#messages, { callIds: this.#callIds, us: this.#deps.us, keepsBytes: true })
  }

  /**
   * The leg is over: resolves with all of it when the last request is answered, or after two seconds.
   * @param isFault the leg did not end as legs should
   */
  async over(isFault: boolean): Promise<WireStory | null> {
    const isInTime = await this.#settled()
    this.#isOver = true
    for (const callId of this.#callIds) this.#deps.unfollow(callId, this)
    const { keepMessages, us } = this.#deps
    const hasFailed = isFault || !isInTime || hasTrouble(this.#messages)
    const keepsBytes = keepMessages === 'all' || (keepMessages === 'failed' && hasFailed)
    return storyOf(this.#messages, { callIds: this.#callIds, us, keepsBytes })
  }

  /** False: it was waited for in vain. */
  #settled(): Promise<boolean> {
    if (isSettled(this.#messages)) return Promise.resolve(true)
    return new Promise((resolve) => {
      const done = (settled: boolean) => {
        timer.cancel()
        this.#onMessage = null
        resolve(settled)
      }
      const timer = this.#deps.clock.after(SETTLE_MS, () => done(false))
      this.#onMessage = () => {
        if (isSettled(this.#messages)) done(true)
      }
    })
  }

  #isFullWith({ bytes }: TracedMessage): boolean {
    const count = this.#messages.length
    return count > 0 && (count >= TRACE_MESSAGES_MAX || this.#bytes + bytes.length > TRACE_BYTES_MAX)
  }

  #omitOne(coming: TracedMessage): void {
    const at = Math.floor(this.#messages.length * BEGINNING)
    const [omitted] = this.#messages.splice(at, 1)
    const next = this.#messages[at] ?? coming
    next.omittedBefore += omitted!.omittedBefore + 1
    this.#bytes -= omitted!.bytes.length
  }
}
