/**
 * What runs beside a call's document until it is stopped, by a verb, by REST or by itself: a Media Stream, a live
 * transcription. Of its life its record says no more than that it runs, or since when it does not.
 */
import type { Clock } from '../../lib/clock.ts'
import type { Instant } from '../../lib/ids.ts'

export interface BesideCallRecord {
  readonly status: 'in-progress' | 'stopped'
  readonly updatedAt: Instant
}

export abstract class BesideCall<Kept extends BesideCallRecord> {
  readonly #clock: Pick<Clock, 'now'>
  #record: Kept

  constructor(clock: Pick<Clock, 'now'>, record: Kept) {
    this.#clock = clock
    this.#record = record
  }

  get record(): Kept {
    return this.#record
  }

  get running(): boolean {
    return this.#record.status === 'in-progress'
  }

  stop(): void {
    if (!this.running) return
    this.isStopped()
    this.stopSound()
  }

  /** It has come to its end; the first time counts. */
  protected isStopped(): void {
    if (this.running) this.#record = { ...this.#record, status: 'stopped', updatedAt: this.#clock.now() }
  }

  /** Ends what its leg does for it, which may go on for a moment. */
  protected abstract stopSound(): void
}
