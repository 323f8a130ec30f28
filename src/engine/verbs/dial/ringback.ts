/** What the caller hears while others ring: the ringback of a country, until somebody has answered. */
import { cadenceLengthMs, parseCadence, TONE_LEVEL_DBFS } from '../../../wire/codec/tone.ts'
import { ringbackText } from '../../../wire/codec/tone-table.ts'
import type { CallHost } from '../../interpreter/flow.ts'

/** Of three seconds at least: longer than ten parties can ring one after the other. */
const ROUNDS_MAX = 10_000

export class Ringback {
  readonly #host: CallHost
  readonly #country: string | null
  readonly #stop = new AbortController()
  #played: Promise<unknown> | null = null

  constructor(host: CallHost, country: string | null) {
    this.#host = host
    this.#country = country
  }

  /** Once; not to somebody who has not been picked up, whose own network rings. */
  start(): void {
    const { leg, answered, stop, sounds } = this.#host
    if (this.#played || !leg || !answered || stop.aborted || this.#stop.signal.aborted) return
    const cadence = ringbackText(this.#country)
    const sound = sounds.tone(cadence, cadenceLengthMs(parseCadence(cadence)), TONE_LEVEL_DBFS)
    this.#played = leg.media.run(
      { play: [{ prompt: { kind: 'tone', verb: 'Dial', text: '(ringback)', sound }, times: ROUNDS_MAX }] },
      AbortSignal.any([stop, this.#stop.signal]),
    )
  }

  /** Resolves when the leg is free for something else. */
  async stop(): Promise<void> {
    this.#stop.abort('somebody has answered')
    await this.#played
  }
}
