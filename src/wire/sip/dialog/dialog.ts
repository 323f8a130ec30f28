/**
 * A dialog (RFC 3261 section 12): what two ends keep of each other to exchange requests. It makes its requests and judges those that
 * come; who sends them, and what they mean, is its owner's business. One INVITE has as many as ends answered.
 */
import { parseCSeq } from '../cseq.ts'
import { SipHeaders } from '../headers.ts'
import { NO_BODY, type SipRequest, type SipResponse } from '../message.ts'
import { parseNameAddr } from '../name-addr.ts'
import { tagOf } from '../transaction/tag-of.ts'
import { dialogKey } from './dialog-key.ts'
import { routeRequest } from './route-set.ts'

export type DialogState = 'early' | 'confirmed' | 'terminated'

/** A request and the URI whose host it is to be sent to. */
export interface Routed {
  readonly request: SipRequest
  readonly nextUri: string
}

/** `late`: refused by 500 (section 12.2.2), it was overtaken by one that came after it. */
export type Order = 'next' | 'late'

/** Numbers of our own requests begin low, so that they never come near the end. */
const FIRST_CSEQ = 1

interface Ends {
  readonly callId: string
  /** From of our requests, and To, each with its tag. */
  readonly local: string
  readonly remote: string
  readonly localTag: string
  readonly remoteTag: string
  readonly remoteTarget: string
  readonly routeSet: readonly string[]
  readonly localCSeq: number
  /** Null until the other end has sent a request. */
  readonly remoteCSeq: number | null
}

export class Dialog {
  /** Who began it: the client of its first request. The owner of the Call-ID waits longer after glare. */
  readonly isCaller: boolean
  readonly callId: string
  readonly local: string
  readonly remote: string
  readonly localTag: string
  readonly remoteTag: string
  readonly key: string
  #state: DialogState
  #remoteTarget: string
  #routeSet: readonly string[]
  #localCSeq: number
  #remoteCSeq: number | null

  private constructor(isCaller: boolean, state: DialogState, ends: Ends) {
    this.isCaller = isCaller
    this.#state = state
    this.callId = ends.callId
    this.local = ends.local
    this.remote = ends.remote
    this.localTag = ends.localTag
    this.remoteTag = ends.remoteTag
    this.key = dialogKey(ends)
    this.#remoteTarget = ends.remoteTarget
    this.#routeSet = ends.routeSet
    this.#localCSeq = ends.localCSeq
    this.#remoteCSeq = ends.remoteCSeq
  }

  /**
   * Section 12.1.2: of our request and an answer to it, provisional or 2xx.
   * @returns null when the answer has no To tag: 100 makes no dialog, and an end of RFC 2543 that sends none has one dialog only, which
   *          begins with its 2xx
   */
  static ofResponse(request: SipRequest, response: SipResponse): Dialog | null {
    const remote = response.headers.get('To') ?? ''
    const remoteTag = tagOf(remote)
    if (remoteTag === null && response.status < 200) return null
    const local = request.headers.get('From') ?? ''
    return new Dialog(true, response.status < 200 ? 'early' : 'confirmed', {
      callId: request.headers.get('Call-ID') ?? '',
      local,
      remote,
      localTag: tagOf(local) ?? '',
      remoteTag: remoteTag ?? '',
      // Some answers have no Contact, though they must: then where the request went is all that is known.
      remoteTarget: contactOf(response.headers) ?? request.uri,
      routeSet: response.headers.all('Record-Route').reverse(),
      localCSeq: parseCSeq(request.headers.get('CSeq') ?? '')?.number ?? FIRST_CSEQ,
      remoteCSeq: null,
    })
  }

  /**
   * Section 12.1.1: of a request that came and the tag we answer with; early until `confirm`.
   * @returns null when it has no Contact that can be read: to be refused by 400
   */
  static ofRequest(request: SipRequest, localTag: string): Dialog | null {
    const { headers } = request
    const remoteTarget = contactOf(headers)
    if (remoteTarget === null) return null
    const remote = headers.get('From') ?? ''
    return new Dialog(false, 'early', {
      callId: headers.get('Call-ID') ?? '',
      local: `${headers.get('To')};tag=${localTag}`,
      remote,
      localTag,
      remoteTag: tagOf(remote) ?? '',
      remoteTarget,
      routeSet: headers.all('Record-Route'),
      localCSeq: FIRST_CSEQ,
      remoteCSeq: parseCSeq(headers.get('CSeq') ?? '')?.number ?? null,
    })
  }

  get state(): DialogState {
    return this.#state
  }

  /** The URI that the other end wants to be asked at. */
  get remoteTarget(): string {
    return this.#remoteTarget
  }

  get localCSeq(): number {
    return this.#localCSeq
  }

  /** The 2xx is there. A caller takes route and target from it, whatever provisional answers said (section 13.2.2.4). */
  confirm(success?: SipResponse): void {
    if (this.#state === 'confirmed') return
    // One that was given up before stays so, but its BYE has to find the way.
    if (this.#state === 'early') this.#state = 'confirmed'
    if (success === undefined) return
    this.#routeSet = success.headers.all('Record-Route').reverse()
    this.refreshTarget(success.headers)
  }

  terminate(): void {
    this.#state = 'terminated'
  }

  /**
   * The other end has moved (section 12.2): a re-INVITE or UPDATE of its own that was accepted, or its 2xx to one of ours. Refused
   * ones change nothing (RFC 6141 section 4).
   */
  refreshTarget(headers: SipHeaders): void {
    this.#remoteTarget = contactOf(headers) ?? this.#remoteTarget
  }

  /** Section 12.2.1.1; neither ACK nor CANCEL. */
  request(method: string): Routed {
    this.#localCSeq += 1
    return this.#make(method, this.#localCSeq)
  }

  /** The same request once more, changed: credentials, a longer timer. Its number is the next one (section 22.2). */
  again(request: SipRequest): SipRequest {
    this.#localCSeq += 1
    const headers = request.headers.copy().set('CSeq', `${this.#localCSeq} ${request.method}`)
    return { ...request, headers }
  }

  /** Section 13.2.2.4: the ACK of a 2xx to the INVITE of this number. */
  ack(number: number): Routed {
    return this.#make('ACK', number)
  }

  #make(method: string, number: number): Routed {
    const { uri, routes, nextUri } = routeRequest(this.#routeSet, this.#remoteTarget)
    const headers = new SipHeaders().append('Max-Forwards', '70')
    for (const route of routes) headers.append('Route', route)
    headers
      .append('From', this.local)
      .append('To', this.remote)
      .append('Call-ID', this.callId)
      .append('CSeq', `${number} ${method}`)
    return { request: { kind: 'request', method, uri, headers, body: NO_BODY }, nextUri }
  }

  /** Section 12.2.2: whether a request that came, other than ACK, is the next one. */
  judge(request: SipRequest): Order {
    const number = parseCSeq(request.headers.get('CSeq') ?? '')?.number
    if (number === undefined || (this.#remoteCSeq !== null && number <= this.#remoteCSeq)) return 'late'
    this.#remoteCSeq = number
    return 'next'
  }
}

function contactOf(headers: SipHeaders): string | null {
  const contact = headers.get('Contact')
  return contact === undefined ? null : (parseNameAddr(contact)?.uri ?? null)
}
