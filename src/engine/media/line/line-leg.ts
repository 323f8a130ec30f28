/**
 * A leg whose party is at the far end of a line: every 20 ms it takes what the party says and gives it what it is played.
 * Everything else about a leg is as it always is.
 */
import type { Clock } from '../../../lib/clock.ts'
import type { Instant } from '../../../lib/ids.ts'
import {
  FRAME_BYTES,
  type LineAddress,
  type LineAgreement,
  type LineEvents,
  type LineMedia,
  type LineStatistics,
  type MediaLine,
  type MediaLines,
} from '../../ports/line.ts'
import { LegAudio, type LegAudioDeps } from '../leg-audio.ts'
import { type Sample, toSample } from '../media-time.ts'
import { BEHIND_MS } from '../recording-turns.ts'
import { KeySender } from './key-sender.ts'
import { LineSource } from './line-source.ts'
import { Outgoing } from './outgoing.ts'
import type { Pacer } from './pacer.ts'

/** So often whoever listens takes what came, before it is forgotten; as far behind now as recordings are. */
const TAKEN_EVERY_MS = 1000

export interface LineLegDeps extends LegAudioDeps {
  readonly lines: MediaLines
  readonly pacer: Pacer
  readonly events: LineEvents
}

/** What there is once the line has a port. */
interface Opened {
  readonly line: MediaLine
  readonly keys: KeySender
}

/** What there is from the first agreement on. */
interface Flowing {
  readonly source: LineSource
  readonly stop: () => void
  readonly outgoing: Outgoing
  takenAt: number
}

export class LineLeg extends LegAudio implements LineMedia {
  readonly local: Promise<LineAddress | null>
  readonly #clock: Clock
  readonly #pacer: Pacer
  #opened: Opened | null = null
  #flowing: Flowing | null = null
  #agreement: LineAgreement | null = null
  #isGone = false
  #last: LineStatistics | null = null

  constructor(deps: LineLegDeps) {
    super(deps)
    const { clock, events, lines, pacer } = deps
    this.#clock = clock
    this.#pacer = pacer
    this.local = lines
      .open({
        key: (digit) => {
          if (this.#isGone) return
          events.keyHeard(digit, clock.now())
          this.press(digit)
        },
        silent: () => {
          if (!this.#isGone) events.lineSilent()
        },
      })
      .then((line) => this.#onOpen(line))
  }

  connect(agreement: LineAgreement): void {
    if (this.#isGone) return
    this.#agreement = agreement
    const { line } = this.#opened ?? {}
    if (!line) return
    line.connect(agreement)
    // A party without events sings its keys.
    if (agreement.events === null) this.listenForKeys()
    this.#flowing ??= this.#flow(line)
  }

  sendKeys(digits: string): void {
    if (!this.#isGone) this.#opened?.keys.press(digits)
  }

  /** A party without events hears the tones. */
  protected override playsKeys(digits: string | null, at: Instant): void {
    const keys = this.#opened?.keys
    if (digits === null) keys?.silentUntil(toSample(at))
    else if (this.#agreement && this.#agreement.events !== null) keys?.pressPlayed(digits, toSample(at))
  }

  async statistics(): Promise<LineStatistics | null> {
    return this.#flowing ? (this.#opened?.line.statistics() ?? null) : this.#last
  }

  override gone(at: Instant = this.#clock.now()): void {
    if (this.#isGone) return
    this.#isGone = true
    const { line, keys } = this.#opened ?? {}
    if (this.#flowing) {
      this.#flowing.stop()
      this.#flowing.outgoing.end()
      this.#last = line?.statistics() ?? null
      this.#flowing = null
    }
    keys?.end()
    super.gone(at)
    line?.close()
    this.#opened = null
  }

  #onOpen(line: MediaLine | null): LineAddress | null {
    if (!line) return null
    if (this.#isGone) {
      line.close()
      return null
    }
    this.#opened = { line, keys: new KeySender(this.#clock, line) }
    if (this.#agreement) this.connect(this.#agreement)
    return line.local
  }

  #flow(line: MediaLine): Flowing {
    const now = this.#clock.now()
    const source = new LineSource(line, () => toSample(this.#clock.now()))
    this.inbound.change(source, toSample(now))
    const stop = this.#pacer.start((due) => this.#tick(due))
    return { source, stop, outgoing: new Outgoing(this.outbound.track, toSample(now)), takenAt: now }
  }

  #tick(due: Instant): void {
    const flowing = this.#flowing
    const opened = this.#opened
    if (!flowing || !opened) return
    const { source } = flowing
    source.takeUntil(toSample(due))
    if (source.hasBegun()) this.inbound.changed()
    if (due - flowing.takenAt >= TAKEN_EVERY_MS) {
      flowing.takenAt = due
      this.inbound.catchUp(toSample((due - BEHIND_MS) as Instant))
    }
    // Whoever took what came may have ended the leg.
    if (this.#isGone) return
    const { line, keys } = opened
    flowing.outgoing.catchUp(wholeFrames(due))
    const frame = flowing.outgoing.next()
    if (!frame) return
    const sings = keys.sound(frame.from, frame.ulaw)
    line.give(frame.isSilent && !sings ? null : frame.ulaw)
  }
}

/** The end of the last whole frame of the grid. */
function wholeFrames(at: Instant): Sample {
  const sample = toSample(at)
  return (sample - (sample % FRAME_BYTES)) as Sample
}
