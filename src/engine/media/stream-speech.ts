/**
 * What an app says through a stream: played to the party in order, without a gap where audio is there in time. The ledger
 * has one span for each stretch from mark to mark, with the name of the mark that ends it; silence of 200 ms ends a
 * stretch too. A mark less than 20 ms after the one before ends none. A mark is echoed when all before it was played, or
 * cleared.
 */
import type { Clock, Timer } from '../../lib/clock.ts'
import type { Instant } from '../../lib/ids.ts'
import { SAMPLES_PER_MS } from '../../wire/codec/g711.ts'
import type { LegEvents, SpanStart } from '../ports/media-engine.ts'
import { type Sample, toInstant, toSample } from './media-time.ts'
import type { Outbound } from './outbound.ts'
import { StreamSource } from './stream-source.ts'

/** Audio that waits to be played: ten minutes. What is beyond is not taken. */
const QUEUE_SAMPLES_MAX = 600_000 * SAMPLES_PER_MS
/** An agent that marks every tenth of a second of its audio can be eight minutes ahead. */
const MARKS_MAX = 5000
/** Their names in all, in characters: they are kept to be echoed. */
const MARK_NAMES_LENGTH_MAX = 256 * 1024
/** The ledger is told of no more than a stretch in each frame's time, however the app cuts its audio. */
const STRETCH_SAMPLES_MIN = 20 * SAMPLES_PER_MS
/** So much silence ends a stretch. */
const SILENCE_SAMPLES = 200 * SAMPLES_PER_MS
/** Played audio is forgotten a second at a time. */
const FORGET_SAMPLES = 1000 * SAMPLES_PER_MS

export interface StreamSpeechDeps {
  readonly clock: Clock
  readonly outbound: Outbound
  readonly ear: Pick<LegEvents, 'spanStarted' | 'spanEnded'>
  readonly echo: (mark: string) => void
}

/** Sound from `from` to `to`; more may follow until it is closed. */
interface Stretch {
  readonly from: Sample
  to: Sample
  closed: boolean
  /** The name of the mark that closed it. */
  mark: string | null
  isTold: boolean
}

interface Mark {
  /** When all before it is played. */
  readonly at: Sample
  readonly name: string
}

export class StreamSpeech {
  readonly #deps: StreamSpeechDeps
  readonly #source = new StreamSource()
  /** What sounds now first. */
  readonly #stretches: Stretch[] = []
  readonly #marks: Mark[] = []
  #marksLength = 0
  #playedTo = 0 as Sample
  /** No stretch is told before. */
  #nextTold = 0 as Sample
  #timer: { readonly timer: Timer; readonly due: Instant } | null = null

  constructor(deps: StreamSpeechDeps) {
    this.#deps = deps
  }

  /** False when too much is waiting already: nothing of it is played. */
  say(ulaw: Uint8Array): boolean {
    const now = this.#now()
    if (ulaw.length === 0) return true
    if (this.#playedTo - now + ulaw.length > QUEUE_SAMPLES_MAX) return false
    const isDry = this.#playedTo <= now
    const from = isDry ? now : this.#playedTo
    if (isDry && this.#stretches.length > 0) this.#step(now)
    if ((this.#source.oldestEnd ?? now) + FORGET_SAMPLES < now) {
      this.#deps.outbound.track.catchUp(now)
      this.#source.forgetBefore(now)
    }
    this.#playedTo = this.#source.append(ulaw, from)
    const last = this.#stretches.at(-1)
    if (last && !last.closed) last.to = this.#playedTo
    else this.#stretches.push({ from, to: this.#playedTo, closed: false, mark: null, isTold: false })
    if (isDry) this.#deps.outbound.setStream(this.#source, now)
    this.#plan()
    return true
  }

  /** False when too many are waiting already. */
  mark(name: string): boolean {
    const last = this.#stretches.at(-1)
    if (!last) {
      this.#deps.echo(name)
      return true
    }
    if (this.#marks.length >= MARKS_MAX || this.#marksLength + name.length > MARK_NAMES_LENGTH_MAX) return false
    if (!last.closed) {
      last.closed = last.to - last.from >= STRETCH_SAMPLES_MIN
      last.mark = name
    }
    this.#marks.push({ at: last.to, name })
    this.#marksLength += name.length
    if (last.to <= this.#now()) this.#step(this.#now())
    else this.#plan()
    return true
  }

  /** What was not played is not played any more, and every mark is echoed. */
  clear(): void {
    const marks = this.#takeMarks()
    this.end(this.#deps.clock.now())
    for (const { name } of marks) this.#deps.echo(name)
  }

  /** The same without echoes. */
  end(at: Instant): void {
    this.#timer?.timer.cancel()
    this.#timer = null
    const stretches = this.#stretches.splice(0)
    this.#takeMarks()
    const now = toSample(at)
    this.#playedTo = now
    if (stretches.length > 0) this.#deps.outbound.setStream(null, now)
    this.#source.clear()
    for (const stretch of stretches) {
      // What has not begun was not heard.
      if (stretch.from >= now) break
      this.#tellBegin(stretch, now)
      this.#tellEnd(stretch, now)
    }
  }

  #takeMarks(): readonly Mark[] {
    this.#marksLength = 0
    return this.#marks.splice(0)
  }

  #now(): Sample {
    return toSample(this.#deps.clock.now())
  }

  /** Tells what has happened until now. */
  #step(now: Sample): void {
    for (let first = this.#stretches[0]; first && first.from <= now; first = this.#stretches[0]) {
      this.#tellBegin(first, now)
      const isOver = first.to <= now && (first.closed || first.to + SILENCE_SAMPLES <= now)
      // Whoever was told may have cleared all.
      if (!isOver || this.#stretches[0] !== first) break
      this.#stretches.shift()
      if (this.#stretches.length === 0) this.#deps.outbound.setStream(null, now)
      this.#tellEnd(first, now)
    }
    for (let mark = this.#marks[0]; mark && mark.at <= now; mark = this.#marks[0]) {
      this.#marks.shift()
      this.#marksLength -= mark.name.length
      this.#deps.echo(mark.name)
    }
    this.#plan()
  }

  #tellBegin(stretch: Stretch, now: Sample): void {
    const due = this.#dueToTell(stretch)
    if (stretch.isTold || due > now) return
    stretch.isTold = true
    this.#nextTold = (due + STRETCH_SAMPLES_MIN) as Sample
    this.#deps.ear.spanStarted(spanOf(stretch), toInstant(stretch.from))
  }

  #dueToTell({ from }: Stretch): Sample {
    return Math.max(from, this.#nextTold) as Sample
  }

  #tellEnd(stretch: Stretch, now: Sample): void {
    // So short, and so soon after another, that its beginning was not told.
    if (!stretch.isTold) return
    const playedMs = toMs(Math.min(stretch.to, now) - stretch.from)
    const span = spanOf(stretch)
    this.#deps.ear.spanEnded({ ...span, playedMs, cut: stretch.to > now }, toInstant(stretch.from))
  }

  /** Wakes when the next thing happens. A beginning is told a moment later, so that the mark that comes along is known. */
  #plan(): void {
    const [first] = this.#stretches
    if (!first) return
    const over = first.closed ? first.to : first.to + SILENCE_SAMPLES
    const next = Math.min(first.isTold ? over : this.#dueToTell(first), over, this.#marks[0]?.at ?? over)
    const { clock } = this.#deps
    const due = Math.max(clock.now(), Math.ceil(next / SAMPLES_PER_MS)) as Instant
    if (this.#timer && this.#timer.due <= due) return
    this.#timer?.timer.cancel()
    const wake = () => {
      this.#timer = null
      this.#step(Math.max(this.#now(), toSample(due)) as Sample)
    }
    this.#timer = { due, timer: clock.after(due - clock.now(), wake) }
  }
}

const spanOf = ({ from, to, mark }: Stretch): SpanStart => ({
  verb: 'Connect',
  kind: 'stream',
  lengthMs: toMs(to - from),
  ...(mark !== null && mark !== '' && { text: mark }),
})

const toMs = (samples: number): number => Math.round(samples / SAMPLES_PER_MS)
