/**
 * One program on a leg: prompts one after the other, then the wait for keys, or the recording of a message. Each step
 * begins at the moment the one before was due to end, however late the machine's timers are. The program is over exactly
 * once, and whoever is told of a span may end it.
 */
import { assert } from '../../lib/assert.ts'
import type { Clock, Timer } from '../../lib/clock.ts'
import type { Instant } from '../../lib/ids.ts'
import type { CollectSpeech, Program, ProgramEnd, Prompt, RecordMessage, SpeechListener } from '../ports/leg-media.ts'
import type { LegEvents, SpanStart } from '../ports/media-engine.ts'
import { type Collected, isCollectable, NOTHING_COLLECTED, stepCollect } from './digit-collector.ts'
import { type Sample, toSample } from './media-time.ts'
import type { Recorder } from './recorder.ts'
import type { SpeechEar, SpeechEarOptions } from './speech-ear.ts'
import { SoundSource, type Source } from './track.ts'

/** Prompts a program may play; at 300 ms each that is more than eight hours. What is beyond is not played. */
const PROMPTS_MAX = 100_000

export interface ProgramDeps {
  readonly clock: Clock
  readonly events: Pick<LegEvents, 'spanStarted' | 'spanEnded'>
  /** Carries the prompts; null when none sounds. */
  readonly outbound: { change(prompt: Source | null, at: Sample): void }
  /** Told of keys among the prompts as their tones begin, and by null when those are over. */
  readonly playsKeys?: (keys: string | null, at: Instant) => void
  readonly record: (message: RecordMessage, at: Instant) => Recorder
  /** Begins to listen to what the party says. */
  readonly listen: (how: Omit<SpeechEarOptions, 'clock' | 'voice' | 'inbound' | keyof SpeechListener>) => SpeechEar
  /** Told once. */
  readonly ended: (end: ProgramEnd) => void
}

interface Playing {
  /** Null for silence. */
  readonly span: SpanStart | null
  readonly areKeys: boolean
  readonly lengthMs: number
  readonly startedAt: Instant
}

export class ProgramRun {
  readonly #deps: ProgramDeps
  readonly #program: Program
  /** Which rounds are being played, and how many of them have begun. */
  #index = 0
  #round = 0
  #promptsBegun = 0
  #playing: Playing | null = null
  /** The end of the prompt, of the wait for input, or of the longest that speech or a recording may be. */
  #timer: Timer | null = null
  #silenceTimer: Timer | null = null
  #promptsOver = false
  #collected: Collected = NOTHING_COLLECTED
  #recorder: Recorder | null = null
  #recordingSince: Instant | null = null
  #ear: SpeechEar | null = null
  /** Speech has begun: it is what is collected. */
  #isSpeech = false
  #over = false

  constructor(deps: ProgramDeps, program: Program) {
    assert(!(program.collect && program.record), 'a program collects keys or records')
    this.#deps = deps
    this.#program = program
  }

  start(at: Instant): void {
    const speech = this.#program.collect?.speech
    if (speech?.bargeIn) this.#listenForSpeech(speech, at)
    this.#playNext(at)
  }

  /** When what is being played will be over: until then it is known what the party hears. Null when nothing is played. */
  get knownUntil(): Instant | null {
    return this.#playing ? ((this.#playing.startedAt + this.#playing.lengthMs) as Instant) : null
  }

  /**
   * A key of the party. It cuts what is left of the prompts when keys are collected, and ends a message.
   * @param knownAt a key in the sound is certain only a little after it began: until then the party was played to
   */
  press(key: string, at: Instant, knownAt: Instant = at): void {
    if (this.#over || !isCollectable(key)) return
    const { collect, record } = this.#program
    if (record && this.#recorder && record.finishOnKey.includes(key)) {
      this.#collected = { digits: '', finishedOnKey: key, over: true }
      this.end('recorded', at)
    }
    if (!collect || collect.ignoresKeys || this.#isSpeech) return
    this.#ear?.end(at)
    this.#ear = null
    this.#collected = stepCollect(collect, this.#collected, key)
    this.#endPrompts(knownAt)
    // What heard the cut may have ended the program.
    if (this.#over) return
    if (this.#collected.over) this.#endCollecting(at)
    else this.#awaitInput(collect.timeoutMs, at)
  }

  /** Cuts what is playing and ends the program. */
  end(outcome: ProgramEnd['outcome'], at: Instant): void {
    if (this.#over) return
    this.#over = true
    this.#endPrompts(at)
    this.#timer?.cancel()
    this.#silenceTimer?.cancel()
    const { digits, finishedOnKey } = this.#collected
    const recorded = this.#recorder?.end(at) ?? null
    const speech = this.#ear?.end(at) ?? null
    this.#deps.ended({ outcome, digits, finishedOnKey, at, recorded, ...(speech && { speech }) })
  }

  #playNext(at: Instant): void {
    const prompt = this.#nextPrompt()
    if (!prompt) {
      this.#promptsOver = true
      this.#onPromptsOver(at)
      return
    }
    const lengthMs = prompt.kind === 'silence' ? prompt.lengthMs : prompt.sound.lengthMs
    const playing: Playing = { span: toSpan(prompt), areKeys: prompt.kind === 'keys', lengthMs, startedAt: at }
    this.#playing = playing
    if (prompt.kind !== 'silence') this.#deps.outbound.change(new SoundSource(prompt.sound, toSample(at)), toSample(at))
    if (prompt.kind === 'keys') this.#deps.playsKeys?.(prompt.text, at)
    // Whoever hears goes first: what it does at the last character comes before the end of the span.
    if (playing.span) this.#deps.events.spanStarted(playing.span, at)
    if (this.#playing !== playing) return
    const endsAt = (at + lengthMs) as Instant
    this.#timer = this.#wakeAt(endsAt, () => {
      this.#endSpan(endsAt)
      if (!this.#over && !this.#promptsOver) this.#playNext(endsAt)
    })
  }

  #nextPrompt(): Prompt | null {
    for (;;) {
      const rounds = this.#program.play[this.#index]
      if (!rounds || this.#promptsBegun >= PROMPTS_MAX) return null
      // Nothing, repeated, is still nothing.
      const empty = rounds.prompt.kind === 'silence' ? rounds.prompt.lengthMs <= 0 : rounds.prompt.sound.lengthMs === 0
      if (this.#round < (empty ? Math.min(1, rounds.times) : rounds.times)) {
        this.#round += 1
        this.#promptsBegun += 1
        return rounds.prompt
      }
      this.#index += 1
      this.#round = 0
    }
  }

  #onPromptsOver(at: Instant): void {
    const { collect, record } = this.#program
    if (collect) {
      this.#awaitInput(collect.timeoutMs, at)
      if (collect.speech && !collect.speech.bargeIn) this.#listenForSpeech(collect.speech, at)
    } else if (record) this.#beginRecording(record, at)
    else this.end('played', at)
  }

  #endPrompts(at: Instant): void {
    if (this.#promptsOver) return
    this.#promptsOver = true
    this.#endSpan(at)
  }

  #endSpan(at: Instant): void {
    const playing = this.#playing
    if (!playing) return
    this.#playing = null
    this.#timer?.cancel()
    if (!playing.span) return
    this.#deps.outbound.change(null, toSample(at))
    if (playing.areKeys) this.#deps.playsKeys?.(null, at)
    const heardMs = playedMs(playing, at)
    const cut = heardMs < playing.lengthMs
    this.#deps.events.spanEnded({ ...playing.span, playedMs: heardMs, cut }, playing.startedAt)
  }

  #awaitInput(timeoutMs: number, at: Instant): void {
    this.#timer?.cancel()
    const until = (at + timeoutMs) as Instant
    this.#timer = this.#wakeAt(until, () => this.#endCollecting(until))
  }

  #endCollecting(at: Instant): void {
    this.end(this.#collected.digits === '' ? 'played' : 'collected', at)
  }

  #listenForSpeech({ silenceMs, maxLengthMs, unknownWords }: CollectSpeech, from: Instant): void {
    this.#ear = this.#deps.listen({
      at: from,
      unknownWords,
      onSpeech: (at) => this.#onSpeech(maxLengthMs, at),
      onQuiet: (since) => this.#awaitMoreSpeech(silenceMs, since),
    })
  }

  #onSpeech(maxLengthMs: number, at: Instant): void {
    this.#silenceTimer?.cancel()
    if (this.#isSpeech) return
    this.#isSpeech = true
    this.#endPrompts(at)
    // What heard the cut may have ended the program.
    if (this.#over) return
    this.#timer?.cancel()
    const until = (at + maxLengthMs) as Instant
    this.#timer = this.#wakeAt(until, () => this.end('collected', until))
  }

  #awaitMoreSpeech(silenceMs: number, quietSince: Instant): void {
    this.#silenceTimer?.cancel()
    if (!this.#isSpeech) return
    const until = (quietSince + silenceMs) as Instant
    this.#silenceTimer = this.#wakeAt(until, () => this.end('collected', until))
  }

  #beginRecording(message: RecordMessage, at: Instant): void {
    this.#recorder = this.#deps.record(message, at)
    this.#recordingSince = at
    if (message.listen) this.#ear = this.#deps.listen({ at, unknownWords: message.listen.unknownWords })
    const until = (at + message.maxLengthMs) as Instant
    this.#timer = this.#wakeAt(until, () => this.end('recorded', until))
    if (message.silenceMs !== null) this.#awaitSilence(message.silenceMs, at)
  }

  /** Looks again when the silence since the last sound would be long enough, if nothing is heard until then. */
  #awaitSilence(silenceMs: number, quietSince: Instant): void {
    const until = (quietSince + silenceMs) as Instant
    this.#silenceTimer = this.#wakeAt(until, () => {
      const recorder = this.#recorder!
      recorder.catchUp(toSample(until))
      const last = recorder.lastActiveAt ?? this.#recordingSince!
      if (last + silenceMs <= until) this.end('recorded', until)
      else this.#awaitSilence(silenceMs, last)
    })
  }

  #wakeAt(at: Instant, wake: () => void): Timer {
    return this.#deps.clock.after(at - this.#deps.clock.now(), () => {
      if (!this.#over) wake()
    })
  }
}

function toSpan(prompt: Prompt): SpanStart | null {
  switch (prompt.kind) {
    case 'silence':
      return null
    case 'play':
      return { ...aboutSound(prompt), url: prompt.url }
    case 'say':
    case 'tone':
    case 'keys':
    case 'music':
      return { ...aboutSound(prompt), text: prompt.text }
  }
}

const aboutSound = ({ verb, kind, sound }: Exclude<Prompt, { readonly kind: 'silence' }>) => ({
  verb,
  // To the ledger keys are tones.
  kind: kind === 'keys' ? 'tone' : kind,
  lengthMs: sound.lengthMs,
  sound: sound.id,
})

function playedMs({ startedAt, lengthMs }: Playing, at: Instant): number {
  return Math.min(lengthMs, Math.max(0, at - startedAt))
}
