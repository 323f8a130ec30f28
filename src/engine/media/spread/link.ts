/** Two legs of our own, one in each of two threads, that hear each other through shared memory. */
import type { LineEvents, LineMedia } from '../../ports/line.ts'
import { makeRing } from '../line/frame-ring.ts'
import type { MemoryRings } from '../line/memory-line.ts'

/** An engine in a thread of its own, as far as links need it. */
export interface LinkEngine {
  openLink(events: LineEvents, rings: MemoryRings): LineMedia
}

export interface Link {
  readonly near: LineMedia
  readonly far: LineMedia
  end(): void
}

/** Nobody is told of what is heard on the way. */
const UNHEARD: LineEvents = {
  spanStarted() {},
  spanEnded() {},
  keyHeard() {},
  recordingBegan() {},
  lost() {},
  lineSilent() {},
}

export function link(near: LinkEngine, far: LinkEngine): Link {
  const there = makeRing()
  const back = makeRing()
  const nearLeg = near.openLink(UNHEARD, { give: there, take: back })
  const farLeg = far.openLink(UNHEARD, { give: back, take: there })
  return {
    near: nearLeg,
    far: farLeg,
    end() {
      nearLeg.gone()
      farLeg.gone()
    },
  }
}
