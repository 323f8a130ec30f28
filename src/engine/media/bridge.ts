/** Two legs whose parties hear each other: each one's party is the other's background. */
import type { Clock } from '../../lib/clock.ts'
import type { Instant } from '../../lib/ids.ts'
import type { MediaBridge } from '../ports/media-engine.ts'
import type { Company, LegAudio } from './leg-audio.ts'
import { toSample } from './media-time.ts'
import { TrackSource } from './track.ts'
import type { VoiceListener } from './voice.ts'

export interface BridgeOptions {
  readonly one: LegAudio
  readonly other: LegAudio
  readonly verb: string
  readonly at: Instant
  /** Called once. */
  readonly onEnd?: () => void
}

interface Way {
  readonly from: LegAudio
  readonly to: LegAudio
  readonly listener: VoiceListener
}

export class Bridge implements MediaBridge, Company {
  readonly #clock: Clock
  readonly #onEnd: () => void
  #ways: readonly Way[] = []
  #isOver = false

  /** When one of the legs is gone already nothing happens. */
  constructor(clock: Clock, { one, other, verb, at, onEnd = () => {} }: BridgeOptions) {
    this.#clock = clock
    this.#onEnd = onEnd
    if (!one.meet(this, at) || !other.meet(this, at) || this.#isOver) {
      one.part(this)
      other.part(this)
      this.end(at)
      return
    }
    const way = (from: LegAudio, to: LegAudio): Way => {
      to.outbound.setBackground(new TrackSource(from.inbound), toSample(at))
      const listener: VoiceListener = {
        began: (utterance) => to.ear.began(utterance, { verb, kind: 'party' }),
        ended: (utterance, endedAt) => to.ear.ended(utterance, endedAt),
      }
      from.voice.listen(listener)
      return { from, to, listener }
    }
    this.#ways = [way(one, other), way(other, one)]
    for (const { from, to } of this.#ways) for (const utterance of from.voice.saying) to.ear.goesOn(utterance, at)
  }

  end(at: Instant = this.#clock.now()): void {
    if (this.#isOver) return
    this.#isOver = true
    const ways = this.#ways
    this.#ways = []
    for (const { from, to, listener } of ways) {
      from.voice.unlisten(listener)
      to.part(this)
      to.outbound.setBackground(null, toSample(at))
    }
    // What is told may make somebody act: everything is as it should be by now.
    for (const { from, to } of ways) for (const utterance of from.voice.saying) to.ear.ended(utterance, at)
    this.#onEnd()
  }

  left(_leg: LegAudio, at: Instant): void {
    this.end(at)
  }
}
