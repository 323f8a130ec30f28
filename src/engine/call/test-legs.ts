/** Legs for tests of calls: what the engine does to one is written down, and its far end is the test. */
import type { CallSid } from '../../lib/ids.ts'
import type { InlineEngine } from '../media/inline-engine.ts'
import type { Leg, LegInput, LegListener } from '../ports/leg.ts'
import type { PartyMedia } from '../ports/media-engine.ts'

export interface PlayedLeg extends Leg {
  readonly media: PartyMedia
  readonly callSid: CallSid
  /** What the engine did to it, in order. */
  readonly done: string[]
  far(input: LegInput): void
  /** Acts when the engine picks up. */
  onPickedUp: () => void
}

/** Inputs after which a leg is no more. */
const OVER: ReadonlySet<LegInput['input']> = new Set(['hung-up', 'busy', 'rejected', 'failed'])

export function playedLeg(engine: InlineEngine, callSid: CallSid, listener: LegListener): PlayedLeg {
  const media = engine.open({
    spanStarted() {},
    spanEnded: (span, startedAt) => listener({ input: 'heard', span, startedAt }),
    keyHeard: (digit) => listener({ input: 'digit', digit }),
    recordingBegan: (sid, at) => listener({ input: 'recording', sid, at }),
    lost() {},
  })
  const done: string[] = []
  const leg: PlayedLeg = {
    callSid,
    media,
    closed: media.closed,
    done,
    onPickedUp: () => {},
    answer: () => {
      done.push('answer')
      leg.onPickedUp()
    },
    reject: (reason) => {
      done.push(`reject ${reason}`)
      media.gone()
    },
    hangUp: () => {
      done.push('hang up')
      media.gone()
    },
    pressed: (digits) => void done.push(`press ${digits}`),
    refer: () => null,
    takesMessages: true,
    far: (input) => {
      if (OVER.has(input.input)) media.gone()
      if (input.input === 'digit') media.press(input.digit)
      listener(input)
    },
  }
  return leg
}
