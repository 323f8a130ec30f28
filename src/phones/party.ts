/**
 * The simulated person, or machine, at the far end of one leg: rings and answers as its phone says, then follows the
 * script. The same hands can be moved from outside during the call.
 */

import type { Referral } from '../engine/ports/leg.ts'
import type { Sound, Sounds } from '../engine/ports/sound.ts'
import type { Clock, Timer } from '../lib/clock.ts'
import { Keypad } from './keypad.ts'
import { deafEar, type Ear, type FarEnd, type NetworkLeg } from './network-leg.ts'
import { answeringWith, callingWith, type Opening } from './opening.ts'
import { isClient, type Phone } from './phone.ts'
import { PhoneEar } from './phone-ear.ts'
import { ReferredCall } from './referred-call.ts'
import { REFUSALS, REFUSES_AFTER_MS, RINGS_AFTER_MS } from './ring-times.ts'
import { ScriptRun } from './script.ts'

export type PhoneSounds = Pick<Sounds, 'words' | 'keys' | 'tone'>

export interface PartyDeps {
  readonly clock: Clock
  readonly sounds: PhoneSounds
  readonly namedSound: (name: string) => Promise<Sound | null>
  /** Which phone rings at an address. */
  readonly phoneAt: (address: string) => Phone
}

export class Party implements FarEnd {
  readonly ear: Ear
  readonly takesMessages: boolean
  readonly #deps: PartyDeps
  readonly #clock: Clock
  readonly #phone: Phone
  readonly #isSip: boolean
  readonly #leg: NetworkLeg
  readonly #keypad: Keypad
  readonly #script: ScriptRun
  readonly #role: 'called' | 'calling'
  /** The next thing this party does by itself: ring, answer, send a fax tone, hang up. */
  #timer: Timer | null = null
  /** The end of the script's words. */
  #speech: Timer | null = null

  /** The call that the platform asked it to make. */
  #referred: ReferredCall | null = null
  #stopped = false

  /** `address` is the phone's own. */
  constructor(deps: PartyDeps, address: string, leg: NetworkLeg, role: 'called' | 'calling') {
    const { clock, sounds } = deps
    this.#deps = deps
    this.#clock = clock
    const phone = deps.phoneAt(address)
    this.#phone = phone
    this.#isSip = /^sips?:/.test(address)
    this.takesMessages = isClient(address)
    this.#leg = leg
    this.#role = role
    const ear = new PhoneEar(clock)
    // Who follows no script need not remember what it heard.
    this.ear = phone.script.length > 0 ? ear : deafEar
    this.#keypad = new Keypad(clock, {
      pressing: (digits, inBand) => leg.farBeginsToPress(digits, inBand),
      key: (key, inBand) => (inBand ? leg.farSounds(sounds.keys(key)) : leg.farPresses(key)),
    })
    const hands = {
      press: (digits: string, inBand: boolean | undefined, done: () => void) =>
        void (this.#keypad.press(digits, this.#inBand(inBand), done) || done()),
      say: (text: string, done: () => void) => this.#speak(text, done),
      play: (name: string, done: (played: boolean) => void) => this.#play(name, done),
      transfer: (target: string) => leg.farAsksToBeReplaced(target),
      message: (message: unknown) => leg.farSendsMessage(JSON.stringify(message)),
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
  press(digits: string, inBand?: boolean): boolean {
    return this.#keypad.press(digits, this.#inBand(inBand))
  }

  /** By hand. */
  say(text: string): void {
    this.#speak(text, () => {})
  }

  /** By hand: JSON text. */
  message(content: string): void {
    this.#leg.farSendsMessage(content)
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
    this.#open(callingWith(this.#phone))
  }

  refused(): void {
    this.#stop()
  }

  hungUp(): void {
    this.#stop()
  }

  /** A phone does not understand keys; it hears their tones like any other sound. */
  keyed(): void {}

  /** A SIP phone does as it is asked, and stays on the line until the platform hangs up. */
  referred(target: string): Promise<Referral> | null {
    if (!this.#isSip) return null
    this.#referred?.giveUp()
    this.#referred = new ReferredCall(this.#clock, this.#deps.phoneAt(target).answer)
    return this.#referred.outcome
  }

  #answer(): void {
    this.#leg.farAnswers()
    if (this.#leg.state !== 'up') return
    this.#open(answeringWith(this.#phone))
  }

  /** What it does by itself, then the script; those who do not stay hang up meanwhile. */
  #open({ steps, staysMs }: Opening): void {
    const [step, ...rest] = steps
    const goOn = () => this.#open({ steps: rest, staysMs })
    if (!step) {
      if (staysMs !== null) this.#after(staysMs, () => this.#hangUp())
      this.#script.start()
    } else if ('waitMs' in step) this.#after(step.waitMs, goOn)
    else if ('say' in step) this.#speak(step.say, goOn)
    else this.#sound(step.text, this.#deps.sounds.tone(step.tone, step.lengthMs, step.levelDbfs), goOn)
  }

  #inBand(asked: boolean | undefined): boolean {
    return asked ?? this.#phone.keys === 'in-band'
  }

  /** Words take a moment to become sound; a clock that can wait does. */
  #speak(text: string, done: () => void): void {
    void this.#deps.sounds
      .words(text, this.#phone.voice ?? undefined)
      .then((sound) => this.#sound(text, sound, done, true))
  }

  #play(name: string, done: (played: boolean) => void): void {
    void this.#deps.namedSound(name).then((sound) => {
      if (sound) this.#sound(`(${name})`, sound, () => done(true))
      else if (!this.#stopped) done(false)
    })
  }

  /** `text` is what the ledger shows: the words, or a name for the sound. */
  #sound(text: string, sound: Sound, done: () => void, areWords: boolean = false): void {
    if (this.#stopped) return
    this.#leg.farSays(text, sound, areWords)
    this.#speech = this.#clock.after(sound.lengthMs, done)
  }

  #hangUp(): void {
    this.#stop()
    this.#leg.farHangsUp()
  }

  #after(ms: number, act: () => void): void {
    this.#timer = this.#clock.after(ms, act)
  }

  #stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
    this.#speech?.cancel()
    this.#referred?.giveUp()
    this.#script.stop()
    this.#keypad.stop()
  }
}
