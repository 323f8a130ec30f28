/** An INVITE from outside, from the question who may call to the leg that the engine takes. */
import type { Answerer, LegListener } from '../engine/ports/leg.ts'
import type { MediaEngine } from '../engine/ports/media-engine.ts'
import type { Clock } from '../lib/clock.ts'
import type { AccountSid, CallSid } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import type { Body } from '../wire/sip/dialog/body.ts'
import { parseNameAddr } from '../wire/sip/name-addr.ts'
import type { UasInvite, UasListener } from '../wire/sip/session/uas-invite.ts'
import type { Hop } from '../wire/sip/transport.ts'
import { parseUri } from '../wire/sip/uri.ts'
import { callerOf, numberOf, plainAddress } from './addresses.ts'
import { type Admission, type Admitted, isSecured } from './admission.ts'
import type { Encryption } from './line-audio.ts'
import { reasonHeader, warningHeader } from './reasons.ts'
import { SipLeg } from './sip-leg.ts'
import type { SourceLimits } from './source-limits.ts'
import { sipDetails } from './told-headers.ts'
import type { Traces } from './traces.ts'
import type { Way } from './way.ts'

export interface IncomingDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly engine: MediaEngine
  readonly admission: Admission
  readonly limits: SourceLimits
  readonly traces: Traces
  readonly answerer: () => Answerer
  /** Whose numbers are called by trunks that are nobody's: of the first account. */
  readonly accountSid: AccountSid
  /** Our address for sound, as the one at the other end of `from` reaches it. */
  readonly mediaHost: (from: Hop) => string
  /** A place among the calls there may be; null when there is none. The function gives it back. */
  readonly takePlace: () => (() => void) | null
}

export class IncomingCall implements UasListener, Way {
  readonly #deps: IncomingDeps
  readonly #invite: UasInvite
  readonly #from: Hop
  #leg: SipLeg | null = null
  /** Whether there is a port for its sound; null: that is not known yet. */
  #hasPort: boolean | null = null
  #isPickedUp = false
  #isOver = false
  #leave: () => void = () => {}

  constructor(deps: IncomingDeps, invite: UasInvite, from: Hop) {
    this.#deps = deps
    this.#invite = invite
    this.#from = from
    invite.listen(this)
  }

  /** Never rejects. */
  async admit(): Promise<void> {
    try {
      await this.#admit()
    } catch (error) {
      this.#deps.logger.error({ from: this.#from.address, err: error }, 'a call from outside could not be taken')
      this.#refuse(500)
    }
  }

  // From the INVITE.

  onCancelled(): void {
    this.#isOver = true
    this.#leg?.refused({ input: 'hung-up' })
    this.#leave()
  }

  onAcknowledged(answer: Body | null): void {
    if (this.#leg?.isOver) return
    // To the offer that we made because the caller had none.
    const { offer, session } = this.#invite
    const objection = answer ? this.#leg?.audio.accept(answer) : offer ? null : 'There is no answer to our offer'
    if (objection) session.bye([reasonHeader(488, objection)])
  }

  onFailed(): void {
    this.#isOver = true
    this.#leg?.onEnded({ by: 'failure', why: 'The call could not be answered.' })
    this.#leave()
  }

  // From the leg.

  pickUp(): void {
    this.#isPickedUp = true
    if (this.#hasPort !== null) this.#answer()
  }

  refuse(reason: 'rejected' | 'busy'): void {
    this.#invite.reject(reason === 'busy' ? 486 : 404)
  }

  /** Also when it was picked up before there was anything to answer with. */
  giveUp(): void {
    this.#invite.reject(480)
  }

  async #admit(): Promise<void> {
    const { admission, limits, takePlace } = this.#deps
    const { address } = this.#from
    if (!limits.mayCall(address)) return this.#refuse(503, [['Retry-After', '1']])
    const admitted = await admission.call(this.#invite.request, this.#from)
    if ('challenge' in admitted) {
      limits.challenged(address)
      return this.#refuse(401, admitted.challenge)
    }
    if ('refused' in admitted) {
      limits.refused(address, admitted.why)
      return this.#refuse(admitted.refused)
    }
    // Not before it is counted: strangers give up at once, too.
    if (this.#isOver) return
    if (admitted.username !== null) limits.proved(address)
    const place = takePlace()
    if (!place) return this.#refuse(503, [['Retry-After', '5']])
    this.#leave = place
    await this.#route(admitted)
  }

  async #route(admitted: Admitted): Promise<void> {
    const { answerer, accountSid } = this.#deps
    const { request } = this.#invite
    const called = admitted.to === 'domain' ? admitted.domain : null
    const { domain } = admitted
    const trunk = admitted.to === 'number' ? admitted.trunk : null
    const uri = parseUri(request.uri)
    const number = uri && numberOf(uri.user)
    const to = called && uri ? plainAddress({ scheme: 'sip', user: uri.user, host: called.name }) : number
    if (!to) return this.#refuse(404)
    const encryption = this.#encryption(domain?.secure || trunk?.srtp || false)
    const caller = callerOf(request.headers.get('From'), domain === null)
    const callSid = await answerer()({
      from: caller.address,
      to,
      accountSid: domain?.accountSid ?? trunk?.accountSid ?? accountSid,
      ...(caller.name !== null && { callerName: caller.name }),
      ...forwarded(request.headers.get('Diversion')),
      sip: {
        ...sipDetails(request.headers),
        sourceIp: this.#from.address,
        domain: called && { sid: called.sid, name: called.name },
      },
      take: (_callSid: CallSid, listener: LegListener) => this.#take(listener, encryption),
    })
    if (callSid === null) this.#refuse(404)
  }

  #take(listener: LegListener, encryption: Encryption): SipLeg {
    const { clock, engine, mediaHost, traces } = this.#deps
    const trace = traces.claim(this.#invite.request.headers.get('Call-ID') ?? '')
    const leg = new SipLeg({ clock, engine, listener, encryption, trace, onOver: () => this.#leave() })
    this.#leg = leg
    leg.goes(this)
    const { offer, session } = this.#invite
    const objection = offer && leg.audio.objection(offer)
    if (objection) this.#refuse(488, [warningHeader(objection)])
    if (this.#isOver) {
      // Not before the engine has its leg.
      clock.after(0, () => leg.refused({ input: 'hung-up' }))
      return leg
    }
    leg.joins(session)
    this.#invite.ring(180)
    void leg.audio.open(mediaHost(this.#from)).then((hasPort) => {
      this.#hasPort = hasPort
      if (this.#isPickedUp) this.#answer()
    })
    return leg
  }

  #answer(): void {
    const leg = this.#leg!
    if (this.#isOver || leg.isOver) return
    const { offer } = this.#invite
    const body = !this.#hasPort ? null : offer ? leg.audio.answer(offer) : leg.audio.offer()
    if (!body || 'refused' in body) {
      this.#refuse(body ? 488 : 503)
      return
    }
    leg.stands()
    this.#invite.answer(body)
  }

  /** Keys of SRTP go only where nobody reads them on the way. */
  #encryption(isDemanded: boolean): Encryption {
    if (isDemanded) return 'always'
    return isSecured(this.#from) ? 'offered' : 'never'
  }

  /** The leg, if there is one, is told by the session. */
  #refuse(status: number, headers: readonly (readonly [string, string])[] = []): void {
    this.#isOver = true
    this.#invite.reject(status, headers)
    this.#leave()
  }
}

/** Who was called first (RFC 5806). */
function forwarded(diversion: string | undefined): { forwardedFrom?: string } {
  const party = diversion === undefined ? null : parseNameAddr(diversion)
  const uri = party && parseUri(party.uri)
  return uri ? { forwardedFrom: numberOf(uri.user) ?? plainAddress(uri) } : {}
}
