/** Rings parties until one answers: all at once, or one after the other. The first to answer ends the ringing of the others. */
import type { CallHost } from '../../interpreter/flow.ts'
import type { PartyTarget } from './party-child.ts'
import { PartyLeg } from './party-leg.ts'

export class Ringing {
  /** In the order they were dialled. */
  readonly legs: PartyLeg[] = []
  readonly #host: CallHost
  readonly #onRang: () => void
  readonly #onAnswered: () => void
  readonly #onHeardEarly: (leg: PartyLeg) => void
  #winner: PartyLeg | null = null
  #over = false

  /** Both are told at once, within whatever happened. */
  constructor(
    host: CallHost,
    told: {
      readonly rang: () => void
      readonly answered: () => void
      /** One that is heard before it answers. */
      readonly heardEarly?: (leg: PartyLeg) => void
    },
  ) {
    this.#host = host
    this.#onRang = told.rang
    this.#onAnswered = told.answered
    this.#onHeardEarly = told.heardEarly ?? (() => {})
  }

  /**
   * @param chains ring at the same time, each one's targets one after the other
   * @returns who answered first, which may be gone again; null when everybody has ended unanswered
   */
  async run(chains: readonly (readonly PartyTarget[])[]): Promise<PartyLeg | null> {
    if (!this.#host.stop.aborted) await Promise.all(chains.map((chain) => this.#ring(chain)))
    return this.#winner
  }

  /** Whoever rings or has answered is let go; nobody else is dialled. */
  end(): void {
    this.#over = true
    for (const leg of this.legs) leg.hangUp()
  }

  async #ring(chain: readonly PartyTarget[]): Promise<void> {
    for (const target of chain) {
      if (this.#over) return
      const leg = new PartyLeg(this.#host, target, {
        rang: () => this.#onRang(),
        heardEarly: (early) => {
          if (!this.#over) this.#onHeardEarly(early)
        },
        answered: (answering) => this.#answered(answering),
      })
      this.legs.push(leg)
      await leg.settled
    }
  }

  #answered(leg: PartyLeg): void {
    // Whoever answers in the moment in which it is let go is let go all the same.
    if (this.#over) return
    this.#over = true
    this.#winner = leg
    for (const other of this.legs) if (other !== leg) other.hangUp()
    this.#onAnswered()
  }
}
