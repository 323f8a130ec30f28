/** A leg with a line whose media runs in the worker, as the main thread sees it. */
import type { Clock } from '../../../lib/clock.ts'
import type { LineAddress, LineAgreement, LineEvents, LineMedia, LineStatistics } from '../../ports/line.ts'
import type { Command, LineEvent, Opening } from './messages.ts'
import { RemoteLeg } from './remote-leg.ts'

export class RemoteLineLeg extends RemoteLeg implements LineMedia {
  readonly local: Promise<LineAddress | null>
  readonly #opened: (local: LineAddress | null) => void
  readonly #events: LineEvents
  readonly #tell: (command: Command) => void
  #isOver = false
  #asking: ((statistics: LineStatistics | null) => void)[] = []

  constructor(
    number: number,
    clock: Clock,
    events: LineEvents,
    post: (command: Command) => void,
    opening: Opening = { far: 'line' },
  ) {
    super(number, clock, events, post, opening)
    const { promise, resolve } = Promise.withResolvers<LineAddress | null>()
    this.local = promise
    this.#opened = resolve
    this.#events = events
    this.#tell = post
  }

  connect(agreement: LineAgreement): void {
    this.#tell({ do: 'connect-line', leg: this.number, agreement })
  }

  sendKeys(digits: string): void {
    this.#tell({ do: 'send-keys', leg: this.number, digits })
  }

  statistics(): Promise<LineStatistics | null> {
    if (this.#isOver) return Promise.resolve(null)
    return new Promise((resolve) => {
      this.#asking.push(resolve)
      this.#tell({ do: 'tell-statistics', leg: this.number })
    })
  }

  onLineEvent(event: LineEvent): void {
    switch (event.told) {
      case 'line-open':
        this.#opened(event.local)
        return
      case 'line-silent':
        this.#events.lineSilent()
        return
      case 'statistics':
        this.#asking.shift()?.(event.statistics)
    }
  }

  /** Nothing more is known of it than that it is over. */
  protected override isClosed(): void {
    this.#isOver = true
    this.#opened(null)
    for (const answer of this.#asking.splice(0)) answer(null)
    super.isClosed()
  }
}
