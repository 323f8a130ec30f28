/**
 * The engine's end of a simulated line: signalling, and the leg's media. What is at the other end, a phone or another leg
 * of ours, is its `FarEnd`. After the leg is over nothing is told but what was still being played.
 */
import type { Leg, LegInput, LegListener, Referral } from '../engine/ports/leg.ts'
import type { LegEvents, MediaEngine, PartyMedia } from '../engine/ports/media-engine.ts'
import type { Sound } from '../engine/ports/sound.ts'

/** Whoever listens at the far end of a line is told of every span that is played there. */
export type Ear = Pick<LegEvents, 'spanStarted' | 'spanEnded'>

export const deafEar: Ear = { spanStarted() {}, spanEnded() {} }

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
  /** Messages go to it and come from it. */
  readonly takesMessages?: boolean
  /** The platform asks it to call somebody else; null: it is no SIP phone. */
  referred(target: string): Promise<Referral> | null
}

type Refusal = Extract<LegInput, { readonly sipResponseCode: number }>

export class NetworkLeg implements Leg {
  readonly media: PartyMedia
  readonly #listener: LegListener
  readonly #onOver: () => void
  #far: FarEnd | null = null
  #state: 'ringing' | 'up' | 'over' = 'ringing'
  #rang = false

  /** `onOver` is called once, whoever ends the leg. */
  constructor(engine: MediaEngine, listener: LegListener, onOver: () => void) {
    this.#listener = listener
    this.#onOver = onOver
    const ear = (): Ear => this.#far?.ear ?? deafEar
    this.media = engine.open({
      spanStarted: (span, at) => ear().spanStarted(span, at),
      spanEnded: (span, startedAt) => {
        listener({ input: 'heard', span, startedAt })
        ear().spanEnded(span, startedAt)
      },
      keyHeard: (digit) => {
        if (this.#state === 'up') listener({ input: 'digit', digit })
      },
      recordingBegan: (sid, at) => listener({ input: 'recording', sid, at }),
      lost: () => this.farHangsUp(),
    })
  }

  get state(): 'ringing' | 'up' | 'over' {
    return this.#state
  }

  get closed(): Promise<void> {
    return this.media.closed
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

  get takesMessages(): boolean {
    return this.#far?.takesMessages ?? false
  }

  refer(target: string): Promise<Referral> | null {
    return this.#state === 'up' ? (this.#far?.referred(target) ?? null) : null
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

  /** `inBand`: the keys will come as tones in the party's sound. */
  farBeginsToPress(digits: string, inBand: boolean): void {
    if (this.#state !== 'up') return
    if (inBand) this.media.listenForKeys()
    this.#listener({ input: 'pressing', digits, ...(inBand && { inBand }) })
  }

  farPresses(key: string): void {
    if (this.#state !== 'up') return
    this.#listener({ input: 'digit', digit: key })
    this.media.press(key)
  }

  /** The far end begins to make a sound, instead of the one before. */
  farSounds(sound: Sound): void {
    if (this.#state === 'up') this.media.sound(sound)
  }

  /**
   * `sound`: what the words sound like, where the far end makes the sound itself. Whoever hears the leg's party is told.
   * @param areWords false: the text is a name for the sound
   */
  farSays(text: string, sound?: Sound, areWords: boolean = true): void {
    if (this.#state !== 'up') return
    if (sound) this.media.sound(sound, areWords ? text : { name: text })
    this.#listener({ input: 'said', text, ...(sound && { sound: { id: sound.id, lengthMs: sound.lengthMs } }) })
  }

  farAsksToBeReplaced(target: string): void {
    if (this.#state === 'up') this.#listener({ input: 'transfer', target })
  }

  /** Also before the answer. */
  farSendsMessage(content: string): void {
    if (this.#state !== 'over') this.#listener({ input: 'message', content })
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
