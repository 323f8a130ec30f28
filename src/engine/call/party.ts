/**
 * What the party of a call does beside picking up and hanging up: the keys it presses, its messages, its wish to be
 * replaced, and all that only stands in the journal. Whoever asked for it is told.
 */
import { newSid } from '../../lib/ids.ts'
import type { MessageListener } from '../messages/user-message.ts'
import type { LegInput, SipDetails } from '../ports/leg.ts'
import type { Recordings } from '../recording/recordings.ts'
import { alertByName } from './alerts.ts'
import type { CallStory } from './call-story.ts'
import { factOf } from './leg-facts.ts'

type KeyListener = (key: string) => void
/** Answers whether the party is replaced. */
type TransferListener = (target: string, sip?: SipDetails) => boolean

export class Party {
  readonly #story: CallStory
  readonly #recordings: Pick<Recordings, 'began'>
  readonly #onKey = new Set<KeyListener>()
  readonly #onMessage = new Set<MessageListener>()
  /** Who can replace it when it asks for that. */
  #onTransfer: TransferListener | null = null

  /** @param story of its call */
  constructor(story: CallStory, recordings: Pick<Recordings, 'began'>) {
    this.#story = story
    this.#recordings = recordings
  }

  /** Told of every key until the function it returns is called. */
  onKey(listener: KeyListener): () => void {
    this.#onKey.add(listener)
    return () => void this.#onKey.delete(listener)
  }

  /** Told of every message until the function it returns is called. */
  onMessage(listener: MessageListener): () => void {
    this.#onMessage.add(listener)
    return () => void this.#onMessage.delete(listener)
  }

  /** Told when the party asks to be replaced; answers whether that is done. Until the function it returns is called. */
  onTransfer(listener: TransferListener): () => void {
    this.#onTransfer = listener
    return () => {
      if (this.#onTransfer === listener) this.#onTransfer = null
    }
  }

  /** Takes what its leg tells that is not signalling. */
  did(input: LegInput): void {
    switch (input.input) {
      case 'recording':
        this.#recordings.began(input.sid)
        return
      case 'digit':
        for (const listener of [...this.#onKey]) listener(input.digit)
        return
      case 'transfer': {
        const isTaken = this.#onTransfer?.(input.target, input.sip) ?? false
        input.decide?.(isTaken)
        if (!isTaken) this.#notTransferred(input.target)
        return
      }
      case 'message':
        this.#messageSent(input.content)
        return
      default: {
        const body = factOf(input, (at) => this.#story.sinceAnswerMs(at))
        if (body) this.#story.note(body)
      }
    }
  }

  #notTransferred(target: string): void {
    const why = `The party asked to be replaced by ${target}; only a <Dial referUrl> that has connected it can do that`
    this.#story.alert(alertByName('transferNotTaken', why))
  }

  /** The party's message is committed with the first request that tells of it, or alone. */
  #messageSent(content: string): void {
    const message = { sid: newSid('KX'), content }
    const atMs = this.#story.sinceAnswerMs()
    const fact = this.#story.fact({ fact: 'message', atMs, from: 'phone', ...message })
    const [first, ...others] = this.#onMessage
    if (first) first(message, [fact])
    else this.#story.write([fact])
    for (const listener of others) listener(message, [])
  }
}
