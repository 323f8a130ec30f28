/**
 * The engine's end of a simulated line: signalling and timed media. What is at the other end, a phone or another leg of
 * ours, is its `FarEnd`. Nothing is told after the leg is over, whoever ended it.
 */
import { deafEar, type Ear } from '../engine/media/ear.ts'
import { TimedMedia } from '../engine/media/timed-media.ts'
import type { Leg, LegInput, LegListener } from '../engine/ports/leg.ts'
import type { Clock } from '../lib/clock.ts'

/** What the engine does to its leg, as the other end of the line sees it. */
export interface FarEnd {
  readonly ear: Ear
  /** An inbound leg was picked up. */
  pickedUp(): void
  /** An inbound leg was refused before it was picked up. */
  refused(reason: 'rejected' | 'busy'): void
  hungUp(): void
  /** Keys the platform sends; they take their time on the way. */
  keyed(digits: string): void
}

type Refusal = Extract<LegInput, { readonly sipResponseCode: number }>

export class NetworkLeg implements Leg {
  readonly media: TimedMedia
  readonly #listener: LegListener
  readonly #onOver: () => void
  #far: FarEnd | null = null
  #state: 'ringing' | 'up' | 'over' = 'ringing'
  #rang = false

  /** `onOver` is called once, whoever ends the leg. */
  constructor(clock: Clock, listener: LegListener, onOver: () => void) {
    this.#listener = listener
    this.#onOver = onOver
    const ear = (): Ear => this.#far?.ear ?? deafEar
    this.media = new TimedMedia({
      clock,
      ear: {
        spanStarted: (span) => ear().spanStarted(span),
        spanEnded: (playedMs, cut) => ear().spanEnded(playedMs, cut),
      },
      onSpan: (span, startedAt) => listener({ input: 'heard', span, startedAt }),
    })
  }

  get state(): 'ringing' | 'up' | 'over' {
    return this.#state
  }

  /** Once, before anything else happens on the line. */
  connect(far: FarEnd): void {
    this.#far = far
  }

  answer(): void {
    if (this.#state !== 'ringing') return
    this.#state = 'up'
    this.#far?.pickedUp()
  }

  reject(reason: 'rejected' | 'busy'): void {
    if (this.#state !== 'ringing') return
    this.#end()
    this.#far?.refused(reason)
  }

  hangUp(): void {
    if (this.#state === 'over') return
    this.#end()
    this.#far?.hungUp()
  }

  pressed(digits: string): void {
    if (this.#state === 'up') this.#far?.keyed(digits)
  }

  /** From here on: what the far end does. */
  farRings(): void {
    if (this.#state !== 'ringing' || this.#rang) return
    this.#rang = true
    this.#listener({ input: 'rang' })
  }

  farAnswers(): void {
    if (this.#state !== 'ringing') return
    this.farRings()
    // The listener of `rang` may have hung up.
    if (this.#isOver()) return
    this.#state = 'up'
    this.#listener({ input: 'answered' })
  }

  farRefuses(refusal: Refusal): void {
    if (this.#state !== 'ringing') return
    this.#end()
    this.#listener(refusal)
  }

  farHangsUp(): void {
    if (this.#state === 'over') return
    this.#end()
    this.#listener({ input: 'hung-up' })
  }

  farBeginsToPress(digits: string): void {
    if (this.#state === 'up') this.#listener({ input: 'pressing', digits })
  }

  farPresses(key: string): void {
    if (this.#state !== 'up') return
    this.#listener({ input: 'digit', digit: key })
    this.media.press(key)
  }

  farSays(text: string): void {
    if (this.#state === 'up') this.#listener({ input: 'said', text })
  }

  farsScript(script: Omit<Extract<LegInput, { readonly input: 'script' }>, 'input'>): void {
    if (this.#state === 'up') this.#listener({ input: 'script', ...script })
  }

  #isOver(): boolean {
    return this.#state === 'over'
  }

  /** A program that still runs tells its cut span, then ends as `gone`. */
  #end(): void {
    this.#state = 'over'
    this.media.gone()
    this.#onOver()
  }
}
