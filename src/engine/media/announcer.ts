/** A room's own prompts, beeps and announcements: a program whose prompts all who hear the room are told of. */
import { assert } from '../../lib/assert.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Instant } from '../../lib/ids.ts'
import type { Program, ProgramEnd } from '../ports/leg-media.ts'
import type { SpanStart } from '../ports/media-engine.ts'
import { ProgramRun } from './program-run.ts'
import { Track } from './track.ts'
import { saidIn, Utterance } from './voice.ts'

export interface Audience {
  began(utterance: Utterance, about: Pick<SpanStart, 'verb' | 'kind'>): void
  ended(utterance: Utterance, at: Instant): void
}

export class Announcer {
  /** Carries the prompts. */
  readonly track = new Track()
  readonly #clock: Clock
  readonly #audience: Audience
  #program: ProgramRun | null = null
  #prompt: Utterance | null = null
  #goneAt: Instant | null = null

  constructor(clock: Clock, audience: Audience) {
    this.#clock = clock
    this.#audience = audience
  }

  /** The prompt that sounds. */
  get prompt(): Utterance | null {
    return this.#prompt
  }

  /** Until then it is known what sounds; null when nothing does. */
  get knownUntil(): Instant | null {
    return this.#program?.knownUntil ?? null
  }

  run(program: Program, stop: AbortSignal, at: Instant): Promise<ProgramEnd> {
    assertOnlyPlays(program)
    assert(!this.#program, 'a room runs one program at a time')
    return new Promise((resolve) => {
      const onStop = () => run.end('stopped', this.#clock.now())
      const run = new ProgramRun(
        {
          clock: this.#clock,
          events: {
            spanStarted: (span, startedAt) => this.#begin(span, startedAt),
            spanEnded: ({ playedMs }, startedAt) => this.#end((startedAt + playedMs) as Instant),
          },
          outbound: this.track,
          record: () => {
            throw new Error('a room records no message')
          },
          listen: () => {
            throw new Error('a room is not listened to')
          },
          ended: (end) => {
            this.#program = null
            stop.removeEventListener('abort', onStop)
            resolve(end)
          },
        },
        program,
      )
      this.#program = run
      if (this.#goneAt !== null) return run.end('gone', this.#goneAt)
      if (stop.aborted) return run.end('stopped', at)
      stop.addEventListener('abort', onStop, { once: true })
      run.start(at)
    })
  }

  /** The room is over. */
  gone(at: Instant): void {
    this.#goneAt = at
    this.#program?.end('gone', at)
  }

  #begin(span: SpanStart, at: Instant): void {
    const { verb, kind, ...words } = span
    this.#prompt = new Utterance(words, at, undefined, saidIn(kind))
    this.#audience.began(this.#prompt, { verb, kind })
  }

  #end(at: Instant): void {
    const prompt = this.#prompt
    this.#prompt = null
    if (!prompt) return
    prompt.over = true
    this.#audience.ended(prompt, at)
  }
}

/** Keys and messages are a leg's, not a room's. */
export function assertOnlyPlays({ collect, record }: Program): void {
  assert(!collect && !record, 'a program for a room only plays')
}
