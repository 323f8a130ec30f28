/**
 * Nonces that need no memory: a time and its seal. Whoever answers one is not remembered either, but for the count of its
 * answers, so that an answer that was overheard does nobody any good.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Instant } from '../../lib/ids.ts'
import type { DigestCredentials } from './digest.ts'

/** How long a nonce is taken: 5 minutes. */
export const NONCE_LIFE_MS = 300_000
/** Counts that are remembered; beyond it the oldest is forgotten, and its nonce is stale. */
const COUNTED_MAX = 50_000

export type NonceState = 'fresh' | 'stale' | 'unknown'

export class Nonces {
  readonly #secret: string
  readonly #now: () => Instant
  /** The last count of each nonce; oldest first. */
  readonly #counts = new Map<string, number>()
  #forgottenBefore = 0

  /** @param secret the same in all processes that take each other's nonces */
  constructor(secret: string, now: () => Instant) {
    this.#secret = secret
    this.#now = now
  }

  next(): string {
    const time = this.#now().toString(36)
    return `${time}.${this.#seal(time)}`
  }

  /** `stale`: it was one of ours, or was answered with this count before. To be asked once for each right answer. */
  take({ nonce, auth }: Pick<DigestCredentials, 'nonce' | 'auth'>): NonceState {
    const [time = '', seal = ''] = nonce.split('.')
    const expected = Buffer.from(this.#seal(time))
    const given = Buffer.from(seal)
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'unknown'
    const madeAt = Number.parseInt(time, 36)
    if (this.#now() - madeAt > NONCE_LIFE_MS || madeAt < this.#forgottenBefore) return 'stale'
    // Without a count it may be answered any number of times while it lives: old phones know no better.
    if (!auth) return 'fresh'
    if (auth.count <= (this.#counts.get(nonce) ?? 0)) return 'stale'
    this.#remember(nonce, auth.count)
    return 'fresh'
  }

  #remember(nonce: string, count: number): void {
    this.#counts.delete(nonce)
    this.#counts.set(nonce, count)
    if (this.#counts.size <= COUNTED_MAX) return
    const [oldest] = this.#counts.keys()
    this.#counts.delete(oldest!)
    this.#forgottenBefore = Math.max(this.#forgottenBefore, Number.parseInt(oldest!.split('.')[0]!, 36) + 1)
  }

  #seal(time: string): string {
    return createHmac('sha256', this.#secret).update(time).digest('base64url').slice(0, 22)
  }
}
