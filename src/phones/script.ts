/**
 * A phone's script, run step by step on the clock. `hear` counts what was said since the last words it understood, or
 * since the phone last began to press or speak, so that nothing is missed while it was busy. When the words do not come
 * in time the phone hangs up and the script has failed. The step after words that were heard is taken once everything
 * else that happens in that moment has happened, except hanging up, which is at once.
 */
import type { Clock, Timer } from '../lib/clock.ts'
import type { Step } from './phone.ts'
import type { Found, PhoneEar } from './phone-ear.ts'
import { parseWanted } from './wanted.ts'

/** What a script makes its phone do. `done` is called when the step is over. */
export interface Hands {
  /** `inBand`: as tones in the sound, or not; the phone's own way when not given. */
  press(digits: string, inBand: boolean | undefined, done: () => void): void
  say(text: string, done: () => void): void
  /** `done(false)`: there is no such sound. */
  play(name: string, done: (played: boolean) => void): void
  transfer(target: string): void
  message(message: unknown): void
  hangUp(): void
}

export type ScriptState =
  | { readonly state: 'running'; readonly step: number }
  | { readonly state: 'done'; readonly step: number }
  | { readonly state: 'failed'; readonly step: number; readonly wanted: string }

export interface ScriptDeps {
  readonly clock: Clock
  readonly ear: PhoneEar
  readonly hands: Hands
  /** Told at the beginning of each step, counted from 1, and at the end. */
  readonly report: (state: ScriptState) => void
}

export class ScriptRun {
  readonly #deps: ScriptDeps
  readonly #steps: readonly Step[]
  #index = -1
  #over = false
  /** The wait of a step, or the words that are about to be reached. */
  #timer: Timer | null = null
  #deadline: Timer | null = null

  constructor(deps: ScriptDeps, steps: readonly Step[]) {
    this.#deps = deps
    this.#steps = steps
  }

  start(): void {
    if (this.#steps.length > 0) this.#goOn()
  }

  /** The call is over: no further step, no further report. */
  stop(): void {
    this.#over = true
    this.#disarm()
  }

  #goOn(): void {
    if (this.#over) return
    this.#disarm()
    this.#index += 1
    const step = this.#steps[this.#index]
    if (!step) {
      this.#over = true
      this.#deps.report({ state: 'done', step: this.#steps.length })
    } else if ('hangup' in step) this.#hangUp()
    else this.#timer = this.#deps.clock.after(0, () => this.#begin(step))
  }

  #begin(step: Exclude<Step, { readonly hangup: true }>): void {
    if (this.#over) return
    const { clock, ear, hands, report } = this.#deps
    report({ state: 'running', step: this.#index + 1 })
    if ('waitMs' in step) this.#timer = clock.after(step.waitMs, () => this.#goOn())
    else if ('hear' in step) this.#listen(step)
    else if ('message' in step) {
      hands.message(step.message)
      this.#goOn()
    } else {
      ear.forgetSpoken()
      if ('press' in step) hands.press(step.press, step.inBand, () => this.#goOn())
      else if ('transfer' in step) {
        hands.transfer(step.transfer)
        this.#goOn()
      } else if ('play' in step)
        hands.play(step.play, (played) => (played ? this.#goOn() : this.#fail(`the sound ${step.play}`)))
      else hands.say(step.say, () => this.#goOn())
    }
  }

  #hangUp(): void {
    this.#over = true
    this.#deps.report({ state: 'done', step: this.#steps.length })
    this.#deps.hands.hangUp()
  }

  #listen(step: { readonly hear: string; readonly withinMs: number }): void {
    const { clock, ear } = this.#deps
    const match = parseWanted(step.hear, 'hear')
    const look = () => {
      this.#timer?.cancel()
      const found = ear.find(match)
      if (!found) return
      const reachedInMs = found.at - clock.now()
      if (reachedInMs <= 0) understood(found)
      else this.#timer = clock.after(reachedInMs, () => understood(found))
    }
    const understood = (found: Found) => {
      found.forget()
      this.#goOn()
    }
    ear.onChange = look
    this.#deadline = clock.after(step.withinMs, () => {
      const found = ear.find(match)
      // Words whose last character falls into the last moment are in time.
      if (found && found.at <= clock.now()) understood(found)
      else this.#fail(step.hear)
    })
    look()
  }

  #fail(wanted: string): void {
    if (this.#over) return
    this.#over = true
    this.#disarm()
    this.#deps.report({ state: 'failed', step: this.#index + 1, wanted })
    this.#deps.hands.hangUp()
  }

  #disarm(): void {
    this.#timer?.cancel()
    this.#deadline?.cancel()
    this.#timer = null
    this.#deadline = null
    this.#deps.ear.onChange = null
  }
}
