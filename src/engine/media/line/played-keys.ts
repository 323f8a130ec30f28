/**
 * Where keys sound in what a leg is played. A party with telephone-events is sent them as such; were it to hear their tones
 * too, as soon as events and sound are not in step to the frame, it would take each for two.
 */

import type { Instant } from '../../../lib/ids.ts'
import { DTMF_KEYS } from '../../../wire/codec/dtmf.ts'
import { ULAW_SILENCE } from '../../../wire/codec/g711.ts'
import type { LegEvents, SpanStart } from '../../ports/media-engine.ts'
import { type Sample, toSample } from '../media-time.ts'

/** Keys and the pauses between them; other tones are named in parentheses. */
const KEYS = new RegExp(`^[${DTMF_KEYS}wW]+$`)

export class PlayedKeys {
  #from = Number.POSITIVE_INFINITY
  #to = Number.POSITIVE_INFINITY

  /** What a leg's media tells, looked at on its way. */
  watching(events: LegEvents): LegEvents {
    return {
      spanStarted: (span, at) => {
        if (areKeys(span)) [this.#from, this.#to] = [toSample(at), Number.POSITIVE_INFINITY]
        events.spanStarted(span, at)
      },
      spanEnded: (span, startedAt) => {
        if (areKeys(span) && toSample(startedAt) === this.#from)
          this.#to = toSample((startedAt + span.playedMs) as Instant)
        events.spanEnded(span, startedAt)
      },
      keyHeard: (key, at) => events.keyHeard(key, at),
      recordingBegan: (sid, at) => events.recordingBegan(sid, at),
      lost: () => events.lost(),
    }
  }

  /** Makes silence of what of them is in a frame. */
  silence(from: Sample, frame: Uint8Array): void {
    const first = Math.max(0, this.#from - from)
    const last = Math.min(frame.length, this.#to - from)
    if (first < last) frame.fill(ULAW_SILENCE, first, last)
  }
}

const areKeys = ({ kind, text }: Pick<SpanStart, 'kind' | 'text'>): boolean =>
  kind === 'tone' && text !== undefined && text !== null && KEYS.test(text)
