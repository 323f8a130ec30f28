/**
 * One client's feed of the journal as a stream of server-sent events. Its place is a cursor of the store, and the store is
 * its buffer: a commit only wakes it, it then reads what it has not sent yet, as fast as the client takes it. So there are
 * no gaps and no repeats between replay and live, and a slow client costs no memory. It does not hold the clock.
 */
import { Readable } from 'node:stream'
import type { Entry, Sequenced } from '../../journal/entry.ts'
import type { Cursor, Store } from '../../journal/store.ts'

/** Entries read at a time. */
const PAGE_MAX = 100
/** Told at the start: a client that lost its connection comes back after this long. */
const RETRY_MS = 1000

export interface FeedMessage {
  /** What browsers call an event's type; absent: `message`. */
  readonly event?: string
  /** One line. */
  readonly data: string
}

export interface LiveFeedOptions {
  readonly store: Pick<Store, 'readAfter' | 'cursorAt'>
  /** The feed begins behind this place. */
  readonly after: Cursor
  /** What to say of an entry; nothing for those that the client did not ask for. */
  readonly tell: (entry: Entry) => readonly FeedMessage[]
}

export class LiveFeed extends Readable {
  readonly #options: LiveFeedOptions
  #cursor: Cursor
  /** The client takes more. */
  #flowing = false
  #reading = false
  /** There may be entries behind the cursor. */
  #more = true

  constructor(options: LiveFeedOptions) {
    super({ encoding: 'utf8' })
    this.#options = options
    this.#cursor = options.after
    // The place first: a client that breaks off before anything has happened loses nothing either.
    this.push(`retry: ${RETRY_MS}\nid: ${options.after}\n\n`)
  }

  /** Something was committed. */
  wake(): void {
    this.#more = true
    void this.#send()
  }

  /** Keeps intermediaries from closing a quiet connection; skipped while the client is behind. */
  beat(): void {
    if (this.#flowing && !this.destroyed) this.push(': beat\n\n')
  }

  override _read(): void {
    this.#flowing = true
    void this.#send()
  }

  async #send(): Promise<void> {
    if (this.#reading) return
    this.#reading = true
    try {
      while (this.#flowing && this.#more && !this.destroyed) {
        this.#more = false
        const { entries, cursor } = await this.#options.store.readAfter(this.#cursor, PAGE_MAX)
        if (this.destroyed) return
        if (entries.length > 0) this.#more = true
        this.#cursor = cursor
        const text = entries.map((entry) => this.#toText(entry)).join('')
        if (text !== '') this.#flowing = this.push(text)
      }
    } catch (error) {
      this.destroy(error as Error)
    } finally {
      this.#reading = false
    }
  }

  /** Only an entry's last message has its place: a client that broke off before it hears the whole entry again. */
  #toText({ seq, entry }: Sequenced): string {
    const messages = this.#options.tell(entry)
    return messages
      .map(({ event, data }, index) => {
        const id = index === messages.length - 1 ? `id: ${this.#options.store.cursorAt(seq)}\n` : ''
        return `${id}${event === undefined ? '' : `event: ${event}\n`}data: ${data}\n\n`
      })
      .join('')
  }
}
