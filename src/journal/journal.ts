/**
 * The journal: the one way by which entries, and the state that changed with them, get into the store; and the feed of
 * what was committed, for readers that live in this process. Nothing is ever dropped: when the store falls behind, new
 * calls wait (`ready`); when it fails, the process has to stop, because an exchange must not go unrecorded.
 */
import { AssertionError } from '../lib/assert.ts'
import type { Clock, Hold } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { Sequenced } from './entry.ts'
import type { Store, When, Write } from './store.ts'

/** Called with each group's entries, in commit order. Must not throw and not wait. */
export type CommitListener = (entries: readonly Sequenced[]) => void

export interface JournalOptions {
  readonly store: Store
  readonly clock: Clock
  readonly logger: Logger
  /** The store has failed (disk full, I/O error): called once. End the process, nothing is recorded any more. */
  readonly onFatal: (error: Error) => void
  /** From this many groups waiting for their commit on, new calls wait. */
  readonly groupsWaitingMax?: number
}

interface Waiter {
  /** Released when this many appends have ended. */
  readonly at: number
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

export class Journal {
  readonly store: Store
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #onFatal: (error: Error) => void
  readonly #groupsWaitingMax: number
  readonly #listeners = new Set<CommitListener>()
  /** Appends begun and ended, counted from the start. They end in the order they began. */
  #begun = 0
  #ended = 0
  #hold: Hold | null = null
  #settling: Waiter[] = []
  #blocked: Waiter[] = []
  #failure: Error | null = null

  constructor({ store, clock, logger, onFatal, groupsWaitingMax = 1000 }: JournalOptions) {
    this.store = store
    this.#clock = clock
    this.#logger = logger
    this.#onFatal = onFatal
    this.#groupsWaitingMax = groupsWaitingMax
  }

  /**
   * Writes one atomic group; resolves when it is on disk and the listeners have seen its entries. A virtual clock stands
   * still meanwhile, so there no group waits for company. Writes what it is given: cutting bodies and removing secrets is for those who make entries.
   * @throws AssertionError when the store refuses the group, which is our mistake and only this group's end;
   *         any other error when the store has failed, which is everybody's.
   */
  async append(group: readonly Write[], when: When = 'now'): Promise<void> {
    if (this.#failure) throw this.#failure
    this.#begun++
    this.#hold ??= this.#clock.hold('journal commit')
    try {
      this.#publish(group, await this.store.append(group, this.#clock.kind === 'virtual' ? 'now' : when))
    } catch (error) {
      throw this.#judge(error)
    } finally {
      this.#end()
    }
  }

  /** Resolves when every append so far has ended; rejects when the store has failed. */
  settled(): Promise<void> {
    return this.#wait(this.#settling, this.#begun)
  }

  /**
   * What a new call waits for: resolves at once while fewer than `groupsWaitingMax` groups wait for their commit, else
   * when fewer than half as many do. Rejects when the store has failed.
   */
  ready(): Promise<void> {
    const waiting = this.#begun - this.#ended
    if (waiting < this.#groupsWaitingMax) return this.#wait(this.#blocked, 0)
    return this.#wait(this.#blocked, this.#begun - Math.ceil(this.#groupsWaitingMax / 2) + 1)
  }

  /** @returns a function that ends the listening. */
  onCommitted(listener: CommitListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #publish(group: readonly Write[], seqs: readonly number[]): void {
    if (seqs.length === 0 || this.#listeners.size === 0) return
    const entries: Sequenced[] = []
    for (const write of group)
      if (write.kind === 'exchange' || write.kind === 'fact') entries.push({ seq: seqs[entries.length]!, entry: write })
    for (const listener of this.#listeners) {
      try {
        listener(entries)
      } catch (error) {
        this.#logger.error({ err: error, seq: entries[0]?.seq }, 'a reader failed on committed entries')
      }
    }
  }

  #judge(error: unknown): unknown {
    if (error instanceof AssertionError) {
      this.#logger.error({ err: error }, 'the store refused a group')
      return error
    }
    if (this.#failure) return this.#failure
    this.#failure = error instanceof Error ? error : new Error(String(error))
    this.#logger.error({ err: this.#failure }, 'the journal cannot be written any more')
    for (const { reject } of [...this.#settling, ...this.#blocked]) reject(this.#failure)
    this.#settling = []
    this.#blocked = []
    this.#onFatal(this.#failure)
    return this.#failure
  }

  #end(): void {
    this.#ended++
    this.#settling = this.#release(this.#settling)
    this.#blocked = this.#release(this.#blocked)
    if (this.#ended < this.#begun) return
    this.#hold?.release()
    this.#hold = null
  }

  #wait(waiters: Waiter[], at: number): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure)
    if (this.#ended >= at) return Promise.resolve()
    return new Promise((resolve, reject) => waiters.push({ at, resolve, reject }))
  }

  #release(waiters: Waiter[]): Waiter[] {
    if (waiters.length === 0) return waiters
    const still = waiters.filter(({ at }) => at > this.#ended)
    for (const { at, resolve } of waiters) if (at <= this.#ended) resolve()
    return still
  }
}
