/**
 * The simulated person, or machine, at the far end of one leg: rings and answers as its phone says, then follows the
 * script. The same hands can be moved from outside during the call.
 */

import { deafEar, type Ear } from '../engine/media/ear.ts'
import { timedVoiceMs } from '../engine/media/timed-voice.ts'
import type { LegInput } from '../engine/ports/leg.ts'
import type { Clock, Timer } from '../lib/clock.ts'
import { Keypad } from './keypad.ts'
import type { FarEnd, NetworkLeg } from './network-leg.ts'
import type { Phone } from './phone.ts'
import { PhoneEar } from './phone-ear.ts'
import { ScriptRun } from './script.ts'

/** From dialling until the far end rings, and from there until a phone that refuses does so. */
export const RINGS_AFTER_MS = 100
const REFUSES_AFTER_MS = 100
/** A machine records this long, then hangs up. */
const MACHINE_LISTENS_MS = 120_000

const REFUSALS = {
  busy: { input: 'busy', sipResponseCode: 486 },
  reject: { input: 'rejected', sipResponseCode: 603 },
  unreachable: { input: 'failed', sipResponseCode: 404 },
} as const satisfies Record<string, LegInput>

export class Party implements FarEnd {
  readonly ear: Ear
  readonly #clock: Clock
  readonly #phone: Phone
  readonly #leg: NetworkLeg
  readonly #keypad: Keypad
  readonly #script: ScriptRun
  readonly #role: 'called' | 'calling'
  /** The next thing this party does by itself: ring, answer, end its greeting, hang up. */
  #timer: Timer | null = null
  /** The end of the script's words. */
  #speech: Timer | null = null

  constructor(clock: Clock, phone: Phone, leg: NetworkLeg, role: 'called' | 'calling') {
    this.#clock = clock
    this.#phone = phone
    this.#leg = leg
    this.#role = role
    const ear = new PhoneEar(clock)
    // Who follows no script need not remember what it heard.
    this.ear = phone.script.length > 0 ? ear : deafEar
    this.#keypad = new Keypad(clock, {
      pressing: (digits) => leg.farBeginsToPress(digits),
      key: (key) => leg.farPresses(key),
    })
    const hands = {
      press: (digits: string, done: () => void) => void (this.#keypad.press(digits, done) || done()),
      say: (text: string, done: () => void) => {
        leg.farSays(text)
        this.#speech = clock.after(timedVoiceMs(text), done)
      },
      hangUp: () => this.#hangUp(),
    }
    const report = leg.farsScript.bind(leg)
    this.#script = new ScriptRun({ clock, ear, hands, report }, phone.script)
  }

  /** A called party's phone rings, or does what else its `answer` says. */
  ring(): void {
    const { answer } = this.#phone
    if (answer === 'unreachable') {
      this.#after(RINGS_AFTER_MS, () => this.#leg.farRefuses(REFUSALS.unreachable))
      return
    }
    this.#after(RINGS_AFTER_MS, () => {
      this.#leg.farRings()
      if (this.#leg.state !== 'ringing') return
      if (answer === 'no-answer') return
      if (answer === 'busy' || answer === 'reject')
        this.#after(REFUSES_AFTER_MS, () => this.#leg.farRefuses(REFUSALS[answer]))
      else this.#after(answer.afterMs, () => this.#answer())
    })
  }

  /** By hand: false when too many keys wait to be pressed. */
  press(digits: string): boolean {
    return this.#keypad.press(digits)
  }

  /** By hand. */
  say(text: string): void {
    this.#leg.farSays(text)
  }

  /** By hand: ends the call; a phone that rings declines it. */
  hangUp(): void {
    if (this.#role === 'called' && this.#leg.state === 'ringing') {
      this.#stop()
      this.#leg.farRefuses(REFUSALS.reject)
    } else this.#hangUp()
  }

  get up(): boolean {
    return this.#leg.state === 'up'
  }

  pickedUp(): void {
    this.#script.start()
  }

  refused(): void {
    this.#stop()
  }

  hungUp(): void {
    this.#stop()
  }

  /** A phone does not understand keys; it hears their tones like any other sound. */
  keyed(): void {}

  #answer(): void {
    this.#leg.farAnswers()
    if (this.#leg.state !== 'up') return
    const { machine } = this.#phone
    if (!machine) {
      this.#script.start()
      return
    }
    this.#leg.farSays(machine.greeting)
    this.#after(timedVoiceMs(machine.greeting), () => {
      if (machine.beep) this.#leg.farSays('(beep)')
      this.#after(MACHINE_LISTENS_MS, () => this.#hangUp())
      this.#script.start()
    })
  }

  #hangUp(): void {
    this.#stop()
    this.#leg.farHangsUp()
  }

  #after(ms: number, act: () => void): void {
    this.#timer = this.#clock.after(ms, act)
  }

  #stop(): void {
    this.#timer?.cancel()
    this.#speech?.cancel()
    this.#script.stop()
    this.#keypad.stop()
  }
}
