/**
 * Two parties of a `<Dial>` that hear each other, until one of them is gone, `*` or the time limit parts them, or one asks
 * to be replaced.
 */
import type { Dial } from '../../../wire/twiml/index.ts'
import type { ChildCall } from '../../call/child-call.ts'
import { headerParameters } from '../../call/new-records.ts'
import type { Flow, VerbContext } from '../../interpreter/flow.ts'
import type { Leg, SipDetails } from '../../ports/leg.ts'
import { toDocument } from '../urls.ts'
import type { PartyLeg } from './party-leg.ts'

export interface Connected {
  readonly leg: PartyLeg
  readonly child: ChildCall
  readonly lines: { readonly near: Leg; readonly far: Leg }
}

/** @returns where the dialling call goes on when a party has been replaced; null otherwise */
export async function connect(
  dial: Dial,
  { leg, child, lines }: Connected,
  context: VerbContext,
): Promise<Flow | null> {
  const { host } = context
  const { near, far } = lines
  let goOn: Flow | null = null
  const bridge = host.others.media.bridge(near.media, far.media, 'Dial')
  const limit = host.clock.after(dial.timeLimitSec * 1000, () => leg.hangUp())
  const undo = [
    () => bridge.end(),
    () => limit.cancel(),
    host.onKey((key) => {
      if (key === '*' && dial.hangupOnStar) leg.hangUp()
      else far.pressed(key)
    }),
    child.onKey((key) => near.pressed(key)),
    child.onTransfer((target, sip) => {
      const flow = toReferDocument(dial, { target, sip }, context)
      if (!flow) return false
      goOn = flow
      leg.hangUp()
      return true
    }),
    host.onTransfer((target, sip) => {
      const flow = toReferDocument(dial, { target, sip }, context)
      if (flow?.next === 'failure') host.alert(flow.alert)
      if (flow?.next !== 'document') return flow !== null
      // The party that stays goes its own way, and nobody is left to go on here.
      goOn = { next: 'hangup' }
      child.runDocument(flow.source)
      return true
    }),
  ]
  leg.onGone = () => {
    for (const act of undo) act()
  }
  await leg.gone
  return goOn
}

interface Transfer {
  readonly target: string
  readonly sip: SipDetails | undefined
}

function toReferDocument(
  { referUrl, referMethod }: Dial,
  { target, sip }: Transfer,
  context: VerbContext,
): Flow | null {
  if (referUrl === null || referUrl === '') return null
  const parameters = { ReferTransferTarget: target, ...(sip && headerParameters(sip.headers)) }
  return toDocument(context, { url: referUrl, method: referMethod, verb: 'DialRefer', parameters })
}
