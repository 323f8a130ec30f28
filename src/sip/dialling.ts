/** Begins calls to real phones: a leg, a way for it, and the headers and credentials that go with it. */
import type { DialOrder, Leg, LegListener } from '../engine/ports/leg.ts'
import type { MediaEngine } from '../engine/ports/media-engine.ts'
import type { Clock } from '../lib/clock.ts'
import { randomUint32 } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import type { SessionCore } from '../wire/sip/session/session-core.ts'
import type { Header } from '../wire/sip/session/session-ground.ts'
import { newCallId } from '../wire/sip/transaction/tokens.ts'
import type { Hop } from '../wire/sip/transport.ts'
import type { Credentials } from './credentials.ts'
import { type Destination, findDestination } from './destination.ts'
import type { OurAddresses } from './our-addresses.ts'
import { OutgoingCall, type OutgoingDeps } from './outgoing-call.ts'
import type { SipDirectory, SipLocator } from './ports.ts'
import type { Registrar } from './registrar.ts'
import { SipLeg } from './sip-leg.ts'
import { sentHeaders } from './told-headers.ts'
import type { Traces } from './traces.ts'
import { TrunkLoads } from './trunk-choice.ts'

/** The BYE of a call may be challenged too; longer it is not sent. */
const PARTING_MS = 64_000

export interface DiallingDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly engine: MediaEngine
  readonly core: Pick<SessionCore, 'invite'>
  readonly credentials: Credentials
  readonly directory: SipDirectory
  readonly locator: SipLocator
  readonly registrar: Registrar
  readonly ours: OurAddresses
  readonly traces: Traces
  readonly mayReach: (hop: Hop) => boolean
  readonly headerPrefix: string
  readonly apiVersion: string
  /** A place among the calls there may be; null when there is none. */
  readonly takePlace: () => (() => void) | null
}

export class Dialling {
  readonly #deps: DiallingDeps
  readonly #loads: TrunkLoads

  constructor(deps: DiallingDeps) {
    this.#deps = deps
    this.#loads = new TrunkLoads(deps.clock)
  }

  dial(order: DialOrder, listener: LegListener): Leg {
    const { clock, engine, core, credentials, ours, traces, takePlace } = this.#deps
    const place = takePlace()
    const trace = traces.begin()
    const known: (() => void)[] = []
    const invite: OutgoingDeps['invite'] = (fresh, auth, uac) => {
      const callId = newCallId()
      traces.follow(callId, trace)
      if (auth) known.push(credentials.know(callId, auth))
      return core.invite({ ...fresh, callId }, uac)
    }
    const leg: SipLeg = new SipLeg({
      clock,
      engine,
      listener,
      encryption: 'never',
      near: order.near ?? null,
      trace,
      onOver: () => {
        outgoing.over()
        place?.()
        const forget = () => {
          for (const one of known) one()
        }
        if (known.length > 0) clock.daemon(PARTING_MS, forget)
      },
    })
    const outgoing: OutgoingCall = new OutgoingCall({
      clock,
      order,
      leg,
      invite,
      takeTrunk: ({ trunk }) => (trunk ? this.#loads.take(trunk) : () => {}),
      redirected: (uri) => this.#find({ ...order, to: uri }),
      headers: this.#headersOf(order),
      host: (hop) => ours.host(hop),
      mediaHost: (hop) => ours.mediaHost(hop),
    })
    if (place) void this.#find(order).then((destination) => outgoing.try(destination))
    else clock.after(0, () => outgoing.try({ status: 503 }))
    return leg
  }

  /** Never rejects. */
  async #find(order: DialOrder): Promise<Destination> {
    const { directory, locator, mayReach, registrar, logger } = this.#deps
    const randomBelow = (end: number) => randomUint32() % end
    try {
      return await findDestination(order, { directory, locator, mayReach, registrar, randomBelow })
    } catch (error) {
      logger.error({ callSid: order.callSid, err: error }, 'a call could not be routed')
      return { status: 500 }
    }
  }

  #headersOf(order: DialOrder): Header[] {
    const { headerPrefix, apiVersion } = this.#deps
    return [
      [`${headerPrefix}ApiVersion`, apiVersion],
      [`${headerPrefix}AccountSid`, order.accountSid],
      [`${headerPrefix}CallSid`, order.callSid],
      ...sentHeaders(order),
    ]
  }
}
