/**
 * One program on the clock: prompts one after the other, then the wait for keys. Nothing sounds; a span is a start, a
 * length and an end. The program is over exactly once, and whoever calls in from an ear or a span listener may end it.
 */
import type { HeardSpan } from '../../journal/entry.ts'
import type { Clock, Timer } from '../../lib/clock.ts'
import type { Instant } from '../../lib/ids.ts'
import type { Program, ProgramEnd, Prompt, SpanListener } from '../ports/leg-media.ts'
import { type Collected, isCollectable, NOTHING_COLLECTED, stepCollect } from './digit-collector.ts'
import type { Ear, SpanStart } from './ear.ts'
import { timedVoiceMs } from './timed-voice.ts'

/** Prompts a program may have; at 300 ms each that is more than eight hours. What is beyond is not played. */
const PROMPTS_MAX = 100_000
/** Prompts without length in a row; a loop of nothing ends here. */
const EMPTY_PROMPTS_MAX = 100
/** No single prompt is longer; it also makes sense of lengths that are no numbers. */
const PROMPT_MS_MAX = 24 * 3600 * 1000

export interface ProgramDeps {
  readonly clock: Clock
  readonly ear: Ear
  readonly onSpan: SpanListener
}

/** Told once, either way. */
export interface ProgramOutcome {
  ended(end: ProgramEnd): void
  /** The prompts themselves threw. */
  failed(fault: unknown): void
}

interface Playing {
  /** Null for silence. */
  readonly sound: SpanStart | null
  readonly lengthMs: number
  readonly startedAt: Instant
}

export class TimedProgram {
  readonly #deps: ProgramDeps
  readonly #program: Program
  readonly #outcome: ProgramOutcome
  readonly #prompts: Iterator<Prompt>
  #playing: Playing | null = null
  /** The end of the prompt, or of the wait for a key. */
  #timer: Timer | null = null
  #promptsTaken = 0
  #emptyInARow = 0
  #promptsOver = false
  #collected: Collected = NOTHING_COLLECTED
  #over = false

  constructor(deps: ProgramDeps, program: Program, outcome: ProgramOutcome) {
    this.#deps = deps
    this.#program = program
    this.#outcome = outcome
    this.#prompts = program.play[Symbol.iterator]()
  }

  start(): void {
    this.#playNext()
  }

  /** A key of the party. It cuts what is left of the prompts when keys are collected, and does nothing otherwise. */
  press(key: string): void {
    const { collect } = this.#program
    if (!collect || this.#over || !isCollectable(key)) return
    this.#collected = stepCollect(collect, this.#collected, key)
    this.#endPrompts()
    // What heard the cut may have ended the program.
    if (this.#over) return
    if (this.#collected.over) this.#endCollecting()
    else this.#awaitKey(collect.timeoutMs)
  }

  /** Cuts what is playing and ends the program. */
  end(outcome: ProgramEnd['outcome']): void {
    if (this.#over) return
    this.#over = true
    this.#endPrompts()
    this.#timer?.cancel()
    const { digits, finishedOnKey } = this.#collected
    this.#outcome.ended({ outcome, digits, finishedOnKey, at: this.#deps.clock.now() })
  }

  hearing(): { readonly span: HeardSpan; readonly startedAt: Instant } | null {
    if (!this.#playing?.sound) return null
    const { sound, startedAt } = this.#playing
    return { span: { ...sound, playedMs: this.#playedMs(this.#playing), cut: false }, startedAt }
  }

  #playNext(): void {
    let prompt: Prompt | null
    try {
      prompt = this.#takePrompt()
    } catch (fault) {
      this.#over = true
      this.#outcome.failed(fault)
      return
    }
    if (!prompt) {
      this.#promptsOver = true
      const { collect } = this.#program
      if (collect) this.#awaitKey(collect.timeoutMs)
      else this.end('played')
      return
    }
    const lengthMs = lengthOf(prompt)
    this.#emptyInARow = lengthMs === 0 ? this.#emptyInARow + 1 : 0
    const playing: Playing = { sound: toSound(prompt, lengthMs), lengthMs, startedAt: this.#deps.clock.now() }
    this.#playing = playing
    // The ear goes first: what it does at the last character comes before the end of the span.
    if (playing.sound) this.#deps.ear.spanStarted(playing.sound)
    if (this.#playing !== playing) return
    this.#timer = this.#deps.clock.after(lengthMs, () => {
      this.#endSpan(false)
      if (!this.#over && !this.#promptsOver) this.#playNext()
    })
  }

  #takePrompt(): Prompt | null {
    if (this.#promptsTaken >= PROMPTS_MAX || this.#emptyInARow >= EMPTY_PROMPTS_MAX) return null
    this.#promptsTaken += 1
    const next = this.#prompts.next()
    return next.done ? null : next.value
  }

  #endPrompts(): void {
    if (this.#promptsOver) return
    this.#promptsOver = true
    this.#endSpan(true)
    this.#prompts.return?.()
  }

  #endSpan(early: boolean): void {
    const playing = this.#playing
    if (!playing) return
    this.#playing = null
    this.#timer?.cancel()
    const { sound, startedAt, lengthMs } = playing
    if (!sound) return
    const playedMs = early ? this.#playedMs(playing) : lengthMs
    const cut = playedMs < lengthMs
    this.#deps.onSpan({ ...sound, playedMs, cut }, startedAt)
    this.#deps.ear.spanEnded(playedMs, cut)
  }

  #playedMs({ startedAt, lengthMs }: Playing): number {
    return Math.min(lengthMs, Math.max(0, this.#deps.clock.now() - startedAt))
  }

  #awaitKey(timeoutMs: number): void {
    this.#timer?.cancel()
    this.#timer = this.#deps.clock.after(timeoutMs, () => this.#endCollecting())
  }

  #endCollecting(): void {
    this.end(this.#collected.digits === '' ? 'played' : 'collected')
  }
}

function lengthOf(prompt: Prompt): number {
  if (prompt.kind === 'say') return Math.min(PROMPT_MS_MAX, timedVoiceMs(prompt.text))
  return Number.isNaN(prompt.lengthMs) ? 0 : Math.min(PROMPT_MS_MAX, Math.max(0, prompt.lengthMs))
}

function toSound(prompt: Prompt, lengthMs: number): SpanStart | null {
  switch (prompt.kind) {
    case 'silence':
      return null
    case 'play':
      return { verb: prompt.verb, kind: 'play', url: prompt.url, lengthMs }
    case 'say':
    case 'tone':
      return { verb: prompt.verb, kind: prompt.kind, text: prompt.text, lengthMs }
  }
}
