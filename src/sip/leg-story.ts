/** What is told of a leg when it is over: the messages that it was made of, and what went over its line. */
import type { LegListener, LegWire } from '../engine/ports/leg.ts'
import type { LineMedia, LineStatistics } from '../engine/ports/line.ts'
import type { Trace } from './trace.ts'

export class LegStory {
  readonly #media: LineMedia
  readonly #trace: Trace
  readonly #listener: LegListener
  readonly #told = Promise.withResolvers<void>()

  constructor(media: LineMedia, trace: Trace, listener: LegListener) {
    this.#media = media
    this.#trace = trace
    this.#listener = listener
  }

  /** Resolves when all is told. */
  get isTold(): Promise<void> {
    return this.#told.promise
  }

  /** As far as it has got. */
  async wire(): Promise<LegWire> {
    const statistics = await this.#media.statistics()
    return { wire: this.#trace.story(), statistics }
  }

  /** Once: ends the leg's media, and tells when that and its last message are over. */
  end(isFault: boolean): void {
    const statistics = this.#media.statistics()
    this.#media.gone()
    this.#tell(statistics, isFault).then(this.#told.resolve, this.#told.reject)
  }

  async #tell(asked: Promise<LineStatistics | null>, isFault: boolean): Promise<void> {
    const [wire, statistics] = await Promise.all([this.#trace.over(isFault), asked, this.#media.closed])
    if (statistics) this.#listener({ input: 'line', statistics })
    if (wire) this.#listener({ input: 'wire', wire })
  }
}
