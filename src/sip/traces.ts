/**
 * Which leg a message is of: the records of all legs, by Call-ID. A caller's messages come before there is a leg, and many callers
 * get none; what was heard of those is kept for some seconds, so that a call's record begins with its first INVITE, the one that
 * was challenged.
 */
import type { Clock } from '../lib/clock.ts'
import type { SipMessage } from '../wire/sip/message.ts'
import type { Hop } from '../wire/sip/transport.ts'
import { Trace, type TraceDeps, type TracedMessage } from './trace.ts'
import { callIdOf } from './trace-reading.ts'
import type { KeepMessages } from './trace-story.ts'

/** Callers without a leg; with more the oldest are forgotten. */
export const UNCLAIMED_MAX = 1000
const UNCLAIMED_MS = 10_000
/** Of one of them; what is more is not kept. */
const UNCLAIMED_MESSAGES_MAX = 10
const UNCLAIMED_BYTES_MAX = 16 * 1024

interface Unclaimed {
  readonly since: number
  readonly messages: TracedMessage[]
  bytes: number
}

export interface TracesOptions {
  readonly clock: Clock
  readonly keepMessages: KeepMessages
  readonly us: (hop: Hop) => string
}

export class Traces {
  readonly #clock: Clock
  readonly #deps: TraceDeps
  /** Several only when a call of ours was led back to us under its own Call-ID. */
  readonly #followed = new Map<string, readonly Trace[]>()
  /** Oldest first. */
  readonly #unclaimed = new Map<string, Unclaimed>()

  constructor({ clock, keepMessages, us }: TracesOptions) {
    this.#clock = clock
    this.#deps = { clock, keepMessages, us, unfollow: (callId, trace) => this.#unfollow(callId, trace) }
  }

  /** Call-IDs that are known. */
  get size(): number {
    return this.#followed.size + this.#unclaimed.size
  }

  /** Of a leg that we begin. */
  begin(): Trace {
    return new Trace(this.#deps)
  }

  /** Of a leg that a caller gets. */
  claim(callId: string): Trace {
    const known = this.#unclaimed.get(callId)?.messages ?? this.#followed.get(callId)?.[0]?.messages
    const trace = new Trace(this.#deps, known)
    this.#unclaimed.delete(callId)
    this.follow(callId, trace)
    return trace
  }

  /** From here on messages with this Call-ID are of this leg. */
  follow(callId: string, trace: Trace): void {
    if (trace.isOver) return
    trace.follows(callId)
    this.#followed.set(callId, [...(this.#followed.get(callId) ?? []), trace])
  }

  received(message: SipMessage, bytes: Uint8Array, hop: Hop): void {
    const callId = message.headers.get('Call-ID')
    if (callId === undefined) return
    const begins = message.kind === 'request' && message.method === 'INVITE'
    this.#add(callId, this.#traced('received', hop, bytes), begins)
  }

  /** @returns null for what is of no leg */
  sent(hop: Hop, bytes: Uint8Array): TracedMessage | null {
    if (this.size === 0) return null
    const callId = callIdOf(bytes)
    if (callId === null) return null
    const message = this.#traced('sent', hop, bytes)
    return this.#add(callId, message, false) ? message : null
  }

  #traced(direction: TracedMessage['direction'], hop: Hop, bytes: Uint8Array): TracedMessage {
    return { at: this.#clock.now(), direction, hop, bytes, omittedBefore: 0, notSent: null, reading: null }
  }

  #add(callId: string, message: TracedMessage, begins: boolean): boolean {
    const traces = this.#followed.get(callId)
    if (traces) {
      const [first, ...others] = traces
      first!.add(message)
      for (const other of others) other.add({ ...message })
      return true
    }
    const unclaimed = this.#unclaimed.get(callId) ?? (begins ? this.#newUnclaimed(callId) : null)
    if (!unclaimed || unclaimed.messages.length === UNCLAIMED_MESSAGES_MAX) return false
    unclaimed.bytes += message.bytes.length
    if (unclaimed.bytes > UNCLAIMED_BYTES_MAX) return false
    unclaimed.messages.push(message)
    return true
  }

  #newUnclaimed(callId: string): Unclaimed {
    const now = this.#clock.now()
    for (const [oldest, { since }] of this.#unclaimed) {
      if (this.#unclaimed.size < UNCLAIMED_MAX && now - since < UNCLAIMED_MS) break
      this.#unclaimed.delete(oldest)
    }
    const unclaimed: Unclaimed = { since: now, messages: [], bytes: 0 }
    this.#unclaimed.set(callId, unclaimed)
    return unclaimed
  }

  #unfollow(callId: string, trace: Trace): void {
    const left = this.#followed.get(callId)?.filter((one) => one !== trace) ?? []
    if (left.length > 0) this.#followed.set(callId, left)
    else this.#followed.delete(callId)
  }
}
