/**
 * Erases entries, and what is still known of deleted recordings, when they are old enough, in small chunks between which
 * the store commits what came meanwhile. A daemon timer: it never pulls virtual time, and in virtual time erases once
 * that time has passed.
 */
import type { Clock, Timer } from '../lib/clock.ts'
import type { Instant } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import type { Store } from './store.ts'

type RetentionStore = Pick<Store, 'eraseOlderThan' | 'eraseRecordings'>

export interface RetentionOptions {
  readonly store: RetentionStore
  readonly clock: Clock
  readonly logger: Logger
  readonly retentionDays?: number
  readonly everyMs?: number
}

const DAY_MS = 86_400_000
const CHUNK = 500
/** What is known of a recording stays so long after its deletion. */
const DELETED_RECORDINGS_MS = 40 * DAY_MS
/** Soon after the start: a server that never runs for an hour has to erase too. */
const FIRST_AFTER_MS = 1000

export class Retention {
  readonly #store: RetentionStore
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #keepMs: number
  readonly #everyMs: number
  #timer: Timer | null = null
  #sweep: Promise<void> = Promise.resolve()
  #running = false

  constructor({ store, clock, logger, retentionDays = 30, everyMs = 3_600_000 }: RetentionOptions) {
    this.#store = store
    this.#clock = clock
    this.#logger = logger
    this.#keepMs = retentionDays * DAY_MS
    this.#everyMs = everyMs
  }

  start(): void {
    if (this.#running) return
    this.#running = true
    this.#wakeAfter(Math.min(FIRST_AFTER_MS, this.#everyMs))
  }

  /** Resolves when the chunk under way is done; the store may be closed then. */
  async stop(): Promise<void> {
    this.#running = false
    this.#timer?.cancel()
    await this.#sweep
  }

  #wakeAfter(ms: number): void {
    this.#timer = this.#clock.daemon(ms, () => {
      this.#sweep = this.#erase()
    })
  }

  async #erase(): Promise<void> {
    const now = this.#clock.now()
    const before = (now - this.#keepMs) as Instant
    let erased = 0
    try {
      erased += await this.#inChunks(() => this.#store.eraseOlderThan(before, CHUNK))
      const deletedBefore = (now - DELETED_RECORDINGS_MS) as Instant
      erased += await this.#inChunks(() => this.#store.eraseRecordings(deletedBefore, CHUNK))
    } catch (error) {
      this.#logger.error({ err: error }, 'old entries could not be erased; the next try follows')
    }
    if (erased > 0) this.#logger.info({ erased, before }, 'old entries erased')
    if (this.#running) this.#wakeAfter(this.#everyMs)
  }

  async #inChunks(eraseChunk: () => Promise<number>): Promise<number> {
    let erased = 0
    for (let last = CHUNK; last === CHUNK && this.#running; erased += last) last = await eraseChunk()
    return erased
  }
}
