/**
 * What a leg is told that it hears: the prompts of its own program, the parties it hears, and a room's prompts. Its own
 * prompt covers everything else: what sounds when the prompt begins is cut, and what begins meanwhile is not told, not
 * even once the prompt is over.
 */
import type { HeardSpan } from '../../journal/entry.ts'
import type { Instant } from '../../lib/ids.ts'
import type { Hearing } from '../ports/leg-media.ts'
import type { LegEvents, SpanStart } from '../ports/media-engine.ts'
import { Sounding } from './sounding.ts'
import { saidIn, Utterance, type Voice } from './voice.ts'

interface Told {
  readonly span: SpanStart
  readonly startedAt: Instant
  readonly utterance: Utterance
  isTold: boolean
  /** The same, as said by the party of a joined leg. */
  passedOn: Utterance | null
}

type SpanEvents = Pick<LegEvents, 'spanStarted' | 'spanEnded'>

export class LegEar implements SpanEvents {
  readonly #events: SpanEvents
  /** The same and what is not told, for those who can do with the rest of something. */
  readonly sounding = new Sounding()
  /** The prompt of the leg's own program. */
  #own: Told | null = null
  /** What else is heard, by origin, oldest first. */
  readonly #others = new Map<Utterance, Told>()
  /** Of a joined leg: its party says whatever is heard here. */
  #mouth: Voice | null = null

  constructor(events: SpanEvents) {
    this.#events = events
  }

  passOnTo(mouth: Voice): void {
    this.#mouth = mouth
  }

  /** Somebody begins to say something, or a room's prompt begins. */
  began(utterance: Utterance, { verb, kind }: Pick<SpanStart, 'verb' | 'kind'>): void {
    const { words, startedAt, origin } = utterance
    this.sounding.begin(utterance, startedAt)
    if (this.#own || this.#others.has(origin)) return
    const told: Told = { span: { ...words, verb, kind }, startedAt, utterance, isTold: false, passedOn: null }
    this.#others.set(origin, told)
    this.#tell(told)
  }

  /** Somebody says it already who comes to be heard now: it is not told. */
  goesOn(utterance: Utterance, at: Instant): void {
    this.sounding.begin(utterance, at)
  }

  /** It is over, or heard here no longer. What was not told before is not told now. */
  ended(utterance: Utterance, at: Instant): void {
    this.sounding.end(utterance, at)
    this.#cut(utterance, at)
  }

  #cut(utterance: Utterance, at: Instant): void {
    const told = this.#others.get(utterance.origin)
    if (told?.utterance !== utterance) return
    this.#others.delete(utterance.origin)
    const playedMs = playedUntil(told, at)
    this.#tellEnd(told, { ...told.span, playedMs, cut: playedMs < told.span.lengthMs })
  }

  /** A prompt of the leg's own program begins. */
  spanStarted(span: SpanStart, at: Instant): void {
    const own: Told = {
      span,
      startedAt: at,
      utterance: new Utterance(span, at, undefined, saidIn(span.kind)),
      isTold: false,
      passedOn: null,
    }
    this.#own = own
    this.sounding.cover(own.utterance, at)
    for (const other of [...this.#others.values()]) this.#cut(other.utterance, at)
    // Whoever heard a cut may have ended the program.
    if (this.#own === own) this.#tell(own)
  }

  spanEnded(span: HeardSpan): void {
    const own = this.#own
    this.#own = null
    if (own) this.sounding.uncover((own.startedAt + span.playedMs) as Instant)
    if (own?.isTold) this.#tellEnd(own, span)
  }

  /** What is heard now, the newest of it. */
  hearing(now: Instant): Hearing | null {
    const told = this.#own ?? [...this.#others.values()].at(-1)
    if (!told) return null
    return { span: { ...told.span, playedMs: playedUntil(told, now), cut: false }, startedAt: told.startedAt }
  }

  #tell(told: Told): void {
    const { span, startedAt, utterance } = told
    told.isTold = true
    this.#events.spanStarted(span, startedAt)
    const isOver = this.#own !== told && this.#others.get(utterance.origin) !== told
    if (!isOver) told.passedOn = this.#mouth?.begin(utterance.words, startedAt, utterance.origin) ?? null
  }

  #tellEnd({ startedAt, passedOn }: Told, span: HeardSpan): void {
    this.#events.spanEnded(span, startedAt)
    if (passedOn) this.#mouth?.end(passedOn, (startedAt + span.playedMs) as Instant)
  }
}

function playedUntil({ span, startedAt }: Told, at: Instant): number {
  return Math.min(span.lengthMs, Math.max(0, at - startedAt))
}
