/** For tests: an engine of sound whose lines remember what they were told. */
import assert from 'node:assert/strict'
import type { LineAgreement, LineEvents, LineMedia } from '../engine/ports/line.ts'
import type { MediaEngine } from '../engine/ports/media-engine.ts'

export class TestLines {
  readonly all: TestLine[] = []
  /** False: there is no port for the next. */
  hasPorts = true
  /** The ports of the next are known only when this is called. */
  holdsPorts: (() => void)[] | null = null

  readonly engine = {
    openLine: (events: LineEvents) => {
      const line = new TestLine(this, events)
      this.all.push(line)
      return line as unknown as LineMedia
    },
  } as unknown as MediaEngine
}

export class TestLine {
  readonly events: LineEvents
  readonly agreements: LineAgreement[] = []
  /** Keys towards the party, and from it. */
  readonly sent: string[] = []
  readonly pressed: string[] = []
  readonly local: Promise<unknown>
  readonly closed: Promise<void>
  isGone = false
  #close: () => void

  constructor(lines: TestLines, events: LineEvents) {
    this.events = events
    const { promise, resolve } = Promise.withResolvers<void>()
    this.closed = promise
    this.#close = resolve
    const local = lines.hasPorts ? { address: '10.0.0.1', port: 20_000, rtcpPort: 20_001 } : null
    this.local = lines.holdsPorts
      ? new Promise((known) => lines.holdsPorts!.push(() => known(local)))
      : Promise.resolve(local)
  }

  /** What was agreed on last, in a word: `PCMU both`, `PCMA hears`. */
  get agreed(): string | null {
    const last = this.agreements.at(-1)
    if (!last) return null
    const ways = last.sends ? (last.receives ? 'both' : 'speaks') : last.receives ? 'hears' : 'neither'
    return `${last.codec} ${ways}${last.srtp ? ' encrypted' : ''}`
  }

  connect(agreement: LineAgreement): void {
    assert.equal(this.isGone, false, 'a line that is gone was connected')
    this.agreements.push(agreement)
  }

  sendKeys(digits: string): void {
    this.sent.push(digits)
  }

  async statistics(): Promise<null> {
    return null
  }

  press(key: string): void {
    this.pressed.push(key)
  }

  gone(): void {
    assert.equal(this.isGone, false, 'a line was told twice that it is gone')
    this.isGone = true
    this.#close()
  }
}
