/**
 * A call comes to a conference: it is refused, or fetches what it will wait with and is then let in, until it is out again
 * for whatever reason. Its document may be stopped at any moment of this.
 */
import type { AsideEnding } from '../interpreter/aside.ts'
import type { Joining, Stay } from './conference-ports.ts'
import { Inside } from './participant.ts'
import type { JoinRefusal } from './ticket.ts'

/** What the conference does for who arrives. */
export interface Doors {
  /** Aborted when the conference is over. */
  readonly over: AbortSignal
  readonly refusal: () => JoinRefusal | null
  /** It will have to wait for others. */
  readonly waits: boolean
  /** Plays what it waits with; `loaded` is told as soon as that could be had. Never rejects. */
  readonly play: (inside: Inside, stop: AbortSignal, loaded: () => void) => Promise<AsideEnding>
  readonly admit: (inside: Inside) => void
  /** False: it is not in. */
  readonly leave: (inside: Inside) => boolean
}

/** Resolves when the call is out again, or with why it was not let in. */
export async function arrive({ call, host, ticket, stop, joined }: Joining, doors: Doors): Promise<Stay> {
  const { leg } = host
  const refused = doors.refusal()
  if (refused) return { refused }
  if (!leg || host.stop.aborted || stop.aborted) return { refused: 'gone' }
  const { promise, resolve } = Promise.withResolvers<Stay>()
  const out = (bridged: boolean) => resolve({ bridged })
  const inside = new Inside({ call, host, leg: leg.media, wait: ticket.wait, out })
  const enter = () => {
    const late = host.stop.aborted || doors.over.aborted ? 'gone' : doors.refusal()
    if (late) return resolve({ refused: late })
    doors.admit(inside)
    joined()
  }
  // The call's status tells a hang-up from a redirect, but only a moment after its document was stopped.
  const gone = () =>
    queueMicrotask(() => {
      if (!doors.leave(inside)) resolve({ refused: 'gone' })
    })
  const stops = [host.stop, stop, doors.over]
  for (const signal of stops) signal.addEventListener('abort', gone, { once: true })
  if (typeof ticket.wait === 'object' && doors.waits) enterWhenLoaded()
  else enter()
  const stay = await promise
  for (const signal of stops) signal.removeEventListener('abort', gone)
  inside.solo.end()
  return stay

  function enterWhenLoaded(): void {
    let entered = false
    const loaded = () => {
      if (entered) return
      entered = true
      enter()
    }
    inside.solo.setBackground(async (cut) => {
      const ending = await doors.play(inside, cut, loaded)
      if (!entered) resolve({ refused: 'no-wait-document' })
      return ending
    })
  }
}
