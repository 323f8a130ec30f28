/** An INVITE from outside, from the question who may call to the leg that the engine takes. */
import type { Answerer, LegListener } from '../engine/ports/leg.ts'
import type { MediaEngine } from '../engine/ports/media-engine.ts'
import type { Clock } from '../lib/clock.ts'
import type { AccountSid, CallSid } from '../lib/ids.ts'
import type { Body } from '../wire/sip/dialog/body.ts'
import { parseNameAddr } from '../wire/sip/name-addr.ts'
import type { UasInvite, UasListener } from '../wire/sip/session/uas-invite.ts'
import type { Hop } from '../wire/sip/transport.ts'
import { parseUri } from '../wire/sip/uri.ts'
import { callerOf, numberOf, plainAddress } from './addresses.ts'
import type { Admission, Admitted } from './admission.ts'
import type { Encryption } from './line-audio.ts'
import { SipLeg, type Way } from './sip-leg.ts'
import type { SourceLimits } from './source-limits.ts'
import { sipDetails } from './told-headers.ts'

export interface IncomingDeps {
  readonly clock: Clock
  readonly engine: MediaEngine
  readonly admission: Admission
  readonly limits: SourceLimits
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
    const { admission, limits, takePlace } = this.#deps
    const { address } = this.#from
    if (!limits.mayCall(address)) return this.#refuse(503, [['Retry-After', '1']])
    const admitted = await admission.call(this.#invite.request, this.#from)
    if (this.#isOver) return
    if ('challenge' in admitted) return this.#refuse(401, admitted.challenge)
    if ('refused' in admitted) {
      limits.refused(address, admitted.why)
      return this.#refuse(admitted.refused)
    }
    const place = takePlace()
    if (!place) return this.#refuse(503, [['Retry-After', '5']])
    this.#leave = place
    await this.#route(admitted)
  }

  onCancelled(): void {
    this.#isOver = true
    this.#leg?.refused({ input: 'hung-up' })
    this.#leave()
  }

  onAcknowledged(answer: Body | null): void {
    // To the offer that we made because the caller had none.
    const objection = answer && this.#leg?.audio.accept(answer)
    if (objection) this.#invite.session.bye([['Reason', `SIP;cause=488;text="${objection}"`]])
  }

  onFailed(): void {
    this.#isOver = true
    this.#leg?.onEnded({ by: 'failure', why: 'The call could not be answered.' })
    this.#leave()
  }

  pickUp(): void {
    void this.#answer()
  }

  refuse(reason: 'rejected' | 'busy'): void {
    this.#invite.reject(reason === 'busy' ? 486 : 603)
  }

  giveUp(): void {
    this.#invite.reject(480)
  }

  async #route(admitted: Admitted): Promise<void> {
    const { answerer, accountSid } = this.#deps
    const { request } = this.#invite
    const domain = admitted.to === 'domain' ? admitted.domain : null
    const trunk = admitted.to === 'number' ? admitted.trunk : null
    const uri = parseUri(request.uri)
    const number = uri && numberOf(uri.user)
    const to = domain && uri ? plainAddress({ scheme: 'sip', user: uri.user, host: domain.name }) : number
    if (!to) return this.#refuse(404)
    const encryption = this.#encryption(domain?.secure || trunk?.srtp || false)
    const caller = callerOf(request.headers.get('From'), domain === null)
    try {
      const callSid = await answerer()({
        from: caller.address,
        to,
        accountSid: domain?.accountSid ?? trunk?.accountSid ?? accountSid,
        ...(caller.name !== null && { callerName: caller.name }),
        ...forwarded(request.headers.get('Diversion')),
        sip: {
          ...sipDetails(request.headers),
          sourceIp: this.#from.address,
          domain: domain && { sid: domain.sid, name: domain.name },
        },
        take: (_callSid: CallSid, listener: LegListener) => this.#take(listener, encryption),
      })
      if (callSid === null) this.#refuse(404)
    } catch {
      this.#refuse(500)
    }
  }

  #take(listener: LegListener, encryption: Encryption): SipLeg {
    const { clock, engine } = this.#deps
    const leg = new SipLeg({ clock, engine, listener, encryption, onOver: () => this.#leave() })
    this.#leg = leg
    leg.goes(this)
    const { offer } = this.#invite
    const objection = offer && leg.audio.objection(offer)
    if (this.#isOver || objection) {
      if (objection) this.#refuse(488, [['Warning', `399 ringback "${objection}"`]])
      // Not before the engine has its leg.
      clock.after(0, () => leg.refused({ input: 'hung-up' }))
    } else {
      leg.stands(this.#invite.session)
      this.#invite.ring(180)
    }
    return leg
  }

  async #answer(): Promise<void> {
    const { offer, session } = this.#invite
    const leg = this.#leg!
    const hasPort = await leg.audio.open(this.#deps.mediaHost(this.#from))
    if (this.#isOver || leg.state === 'over') return
    const body = !hasPort ? null : offer ? leg.audio.answer(offer) : leg.audio.offer()
    if (body && !('refused' in body)) this.#invite.answer(body)
    else {
      this.#refuse(hasPort ? 488 : 503)
      leg.onEnded({ by: 'failure', why: 'There is no sound for the call.' })
    }
    leg.stands(session)
  }

  /** Keys of SRTP go only where nobody reads them on the way. */
  #encryption(isDemanded: boolean): Encryption {
    if (isDemanded) return 'always'
    return this.#from.transport === 'tls' || this.#from.transport === 'wss' ? 'offered' : 'never'
  }

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
