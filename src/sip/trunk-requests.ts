/** Requests of ours to trunks that belong to no call: REGISTER, so that calls come to us, and OPTIONS, to see whether one is there. */
import type { Clock } from '../lib/clock.ts'
import { SipHeaders } from '../wire/sip/headers.ts'
import { NO_BODY, type SipRequest, type SipResponse } from '../wire/sip/message.ts'
import type { SessionCore } from '../wire/sip/session/session-core.ts'
import { newCallId, newTag } from '../wire/sip/transaction/tokens.ts'
import type { Hop } from '../wire/sip/transport.ts'
import type { Credentials } from './credentials.ts'
import { CONTACT_USER, type OurAddresses } from './our-addresses.ts'
import type { SipTrunk, TrunkCheck } from './ports.ts'
import type { TrunkAddresses } from './trunk-addresses.ts'
import type { RegisterOrder, RegistrationState } from './trunk-registrations.ts'

/** An OPTIONS is waited for no longer, though it is sent for 32 seconds. */
const CHECK_MS_MAX = 5000
/** Servers of a trunk that are asked, one after the other, while none of them answers. */
const SERVERS_ASKED_MAX = 3
/** How often one request is sent again because it was challenged: for a proxy, for the other end, for a nonce that was too old. */
const CHALLENGES_MAX = 3
/** So many numbers of CSeq one registration may take. */
export const NUMBERS_EACH = SERVERS_ASKED_MAX * (CHALLENGES_MAX + 1)

export interface TrunkRequestsDeps {
  readonly clock: Clock
  readonly core: Pick<SessionCore, 'request'>
  readonly credentials: Credentials
  readonly addresses: TrunkAddresses
  readonly ours: OurAddresses
  readonly registration: (sid: string) => RegistrationState | null
}

export class TrunkRequests {
  readonly #deps: TrunkRequestsDeps

  constructor(deps: TrunkRequestsDeps) {
    this.#deps = deps
  }

  /** Resolves with the final answer of the first server that gives one; null: none did. */
  async register(trunk: SipTrunk, { callId, cseq, expiresSec }: RegisterOrder): Promise<SipResponse | null> {
    const { addresses, ours } = this.#deps
    const host = trunk.targets[0]?.host
    const user = trunk.auth?.username ?? CONTACT_USER
    const hops = await addresses.hops(trunk)
    for (const [index, hop] of hops.slice(0, SERVERS_ASKED_MAX).entries()) {
      const address = `<sip:${user}@${host}>`
      const headers = new SipHeaders()
        .append('From', `${address};tag=${newTag()}`)
        .append('To', address)
        .append('Call-ID', callId)
        .append('CSeq', `${cseq + index * (CHALLENGES_MAX + 1)} REGISTER`)
        .append('Contact', `<${ours.contactUri(hop, user)}>`)
        .append('Expires', String(expiresSec))
      const response = await this.#ask(makeRequest('REGISTER', `sip:${host}`, headers), hop, trunk)
      if (response) return response
    }
    return null
  }

  async check(trunk: SipTrunk): Promise<TrunkCheck> {
    const { clock, addresses, ours, registration } = this.#deps
    const state = trunk.register ? registration(trunk.sid) : null
    const isRegistered = trunk.register ? (state?.isRegistered ?? false) : null
    const silent = { isReachable: false, sipResponseCode: null, roundTripMs: null, isRegistered }
    const [hop] = await addresses.hops(trunk)
    if (!hop) return { ...silent, why: `No address is known for ${trunk.targets[0]?.host ?? 'it'}` }
    const uri = `sip:${trunk.targets[0]!.host}`
    const headers = new SipHeaders()
      .append('From', `<sip:${CONTACT_USER}@${ours.host(hop)}>;tag=${newTag()}`)
      .append('To', `<${uri}>`)
      .append('Call-ID', newCallId())
      .append('CSeq', '1 OPTIONS')
    const began = clock.now()
    const response = await within(clock, this.#ask(makeRequest('OPTIONS', uri, headers), hop, trunk))
    if (!response)
      return {
        ...silent,
        why: `${hop.address}:${hop.port} did not answer over ${hop.transport} within ${CHECK_MS_MAX / 1000} seconds`,
      }
    const status = state?.status ?? null
    const why =
      status === null ? 'It has not answered our registration yet' : `It answered our registration by ${status}`
    return {
      isReachable: true,
      sipResponseCode: response.status,
      roundTripMs: clock.now() - began,
      isRegistered,
      why: isRegistered === false ? why : null,
    }
  }

  /** Sends a request and answers its challenges. Resolves with the final answer; null: none came. */
  #ask(request: SipRequest, hop: Hop, trunk: SipTrunk): Promise<SipResponse | null> {
    const { core, credentials } = this.#deps
    const forget = trunk.auth ? credentials.know(request.headers.get('Call-ID')!, trunk.auth) : () => {}
    return new Promise<SipResponse | null>((resolve) => {
      const send = (message: SipRequest, challenges: number) =>
        core.request(message, hop, {
          onResponse: (response) => {
            if (response.status < 200) return
            const isChallenge = response.status === 401 || response.status === 407
            const answer = isChallenge && challenges < CHALLENGES_MAX ? credentials.answer(response, message) : null
            if (!answer) return resolve(response)
            const headers = message.headers.copy().set(...answer)
            const next = Number.parseInt(headers.get('CSeq')!, 10) + 1
            send({ ...message, headers: headers.set('CSeq', `${next} ${message.method}`) }, challenges + 1)
          },
          onNoAnswer: () => resolve(null),
        })
      send(request, 0)
    }).finally(forget)
  }
}

function makeRequest(method: string, uri: string, headers: SipHeaders): SipRequest {
  return { kind: 'request', method, uri, headers: headers.prepend('Max-Forwards', '70'), body: NO_BODY }
}

function within(clock: Clock, asked: Promise<SipResponse | null>): Promise<SipResponse | null> {
  return new Promise((resolve) => {
    const timer = clock.after(CHECK_MS_MAX, () => resolve(null))
    void asked.then((response) => {
      timer.cancel()
      resolve(response)
    })
  })
}
