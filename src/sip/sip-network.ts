/**
 * The network of real phones: phones that register here, trunks, and servers that `sip:` addresses name. It is to the engine what
 * the network of simulated phones is.
 */
import ipaddr from 'ipaddr.js'
import type { Answerer, DialOrder, Leg, LegListener, Network } from '../engine/ports/leg.ts'
import type { MediaEngine } from '../engine/ports/media-engine.ts'
import type { Clock } from '../lib/clock.ts'
import { type AccountSid, randomUint32 } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import type { Supported } from '../wire/sip/check-request.ts'
import type { DigestAlgorithm } from '../wire/sip/digest.ts'
import { SipHeaders } from '../wire/sip/headers.ts'
import { makeResponse } from '../wire/sip/make-response.ts'
import { NO_BODY, type SipRequest, type SipResponse } from '../wire/sip/message.ts'
import { Nonces } from '../wire/sip/nonces.ts'
import { parseMessage } from '../wire/sip/parse-message.ts'
import { type NewInvite, SessionCore } from '../wire/sip/session/session-core.ts'
import type { UasInvite } from '../wire/sip/session/uas-invite.ts'
import type { OtherServerTransaction } from '../wire/sip/transaction/other-server.ts'
import { newCallId, newTag } from '../wire/sip/transaction/tokens.ts'
import { type Hop, isReliable } from '../wire/sip/transport.ts'
import { parseUri } from '../wire/sip/uri.ts'
import { writeMessage } from '../wire/sip/write-message.ts'
import { Admission } from './admission.ts'
import { Credentials } from './credentials.ts'
import { type Destination, type DestinationDeps, findDestination, type Turn } from './destination.ts'
import { findHop } from './hops.ts'
import { IncomingCall, type IncomingDeps } from './incoming-call.ts'
import type { MediaLoad } from './media-load.ts'
import { OutgoingCall } from './outgoing-call.ts'
import type { SipDirectory, SipListener, SipLocator, SipSocketEvents, SipSockets, SipTrunk } from './ports.ts'
import { answerRegister } from './register.ts'
import { Registrar } from './registrar.ts'
import { SipLeg } from './sip-leg.ts'
import { SourceLimits } from './source-limits.ts'
import { TrunkLoads } from './trunk-choice.ts'
import { TrunkRegistrations } from './trunk-registrations.ts'

const SUPPORTED: Supported = {
  methods: ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'INFO', 'UPDATE', 'PRACK', 'REFER', 'NOTIFY', 'REGISTER'],
  schemes: ['sip', 'sips', 'tel'],
  extensions: ['100rel', 'timer', 'replaces', 'norefersub'],
  contentTypes: ['application/sdp', 'application/dtmf-relay', 'application/dtmf', 'message/sipfrag'],
  forwards: false,
}
const SESSION_SEC = 1800
const SESSION_SEC_LEAST = 90
/** A trunk's servers by name are asked for again after so long. */
const ADDRESSES_FRESH_MS = 60_000
const CONTACT_USER = 'ringback'

export interface SipNetworkOptions {
  readonly clock: Clock
  readonly logger: Logger
  readonly engine: MediaEngine
  readonly directory: SipDirectory
  readonly locator: SipLocator
  /** Of trunks that are nobody's calls, and of open access. */
  readonly accountSid: AccountSid
  readonly apiVersion: string
  readonly realm: string
  /** What users are challenged with, best first. */
  readonly digestAlgorithms: readonly DigestAlgorithm[]
  readonly headerPrefix: string
  readonly isOpen: boolean
  readonly maxCalls: number
  /** Whether more calls would be heard by those there are. */
  readonly load: Pick<MediaLoad, 'isOverloaded'>
  readonly callsPerSecondPerSource: number
  /** Our address for sound; null: that of the socket which signalling goes by. */
  readonly mediaHost: string | null
  /** Seals nonces; random for each process. */
  readonly secret: string
  /** Where an address that an app named may be called. */
  readonly mayReach: (hop: Hop) => boolean
  readonly version: string
}

export class SipNetwork implements Network {
  readonly registrar: Registrar
  readonly #options: SipNetworkOptions
  readonly #core: SessionCore
  readonly #limits: SourceLimits
  readonly #admission: Admission
  readonly #credentials = new Credentials()
  readonly #loads: TrunkLoads
  readonly #registrations: TrunkRegistrations
  readonly #addresses = new Map<string, { readonly all: readonly string[]; readonly until: number }>()
  #sockets: SipSockets | null = null
  #answerer: Answerer = async () => null
  #calls = 0

  constructor(options: SipNetworkOptions) {
    this.#options = options
    const { clock, logger, directory, locator, realm, isOpen, secret, callsPerSecondPerSource, version } = options
    this.registrar = new Registrar(clock)
    this.#limits = new SourceLimits(clock, logger, callsPerSecondPerSource)
    this.#loads = new TrunkLoads(clock)
    this.#admission = new Admission({
      directory,
      nonces: new Nonces(secret, () => clock.now()),
      realm,
      algorithms: options.digestAlgorithms,
      isOpen,
      isOurs: (host) => this.#isOurs(host),
      addressesOf: (trunk) => this.#addressesOf(trunk),
    })
    this.#core = new SessionCore({
      clock,
      send: (hop, bytes, failed) => this.#sockets?.send(hop, bytes, failed),
      user: {
        onCall: (invite, from) => this.#onCall(invite, from),
        onRequest: (transaction, request, from) => this.#onRequest(transaction, request, from),
      },
      sentBy: (hop) => this.#hostPort(hop),
      contact: (hop) => `<${this.#contactUri(hop)}>`,
      locate: (uri, peer, found) => findHop(locator, uri, peer, found),
      answerChallenge: (challenge, request) => this.#credentials.answer(challenge, request),
      supported: SUPPORTED,
      timerWishes: { expiresSec: SESSION_SEC, minSeSec: SESSION_SEC_LEAST },
      standing: [['User-Agent', `Ringback/${version}`]],
    })
    this.#registrations = new TrunkRegistrations({
      clock,
      logger,
      trunks: () => directory.trunks(),
      send: (trunk, about) => this.#register(trunk, about),
      newCallId,
    })
  }

  /** Where we listen; nowhere before the start. */
  get listeners(): readonly SipListener[] {
    return this.#sockets?.listeners ?? []
  }

  /** Calls that are there. */
  get size(): number {
    return this.#calls
  }

  /** What the sockets tell. */
  get events(): SipSocketEvents {
    return {
      received: (bytes, hop) => this.#receive(bytes, hop),
      closed: (connection) => this.registrar.forget(connection),
    }
  }

  /** Once, when the sockets stand. */
  start(sockets: SipSockets): void {
    this.#sockets = sockets
    this.#registrations.start()
  }

  /** Who takes calls. Set once, before the first. */
  answerWith(answerer: Answerer): void {
    this.#answerer = answerer
  }

  /** Calls have been ended before. */
  async stop(): Promise<void> {
    await this.#registrations.stop()
    this.#core.stop()
    await this.#sockets?.close()
  }

  dial(order: DialOrder, listener: LegListener): Leg {
    const { clock, engine } = this.#options
    const place = this.#takePlace()
    const callId = newCallId()
    let forget: () => void = () => {}
    const leg: SipLeg = new SipLeg({
      clock,
      engine,
      listener,
      encryption: 'never',
      onOver: () => {
        outgoing.over()
        place?.()
        // BYE may be challenged too.
        clock.daemon(64_000, () => forget())
      },
    })
    const invite = (fresh: NewInvite, auth: Turn['auth'], uac: Parameters<SessionCore['invite']>[1]) => {
      const isFirst = !invites++
      const id = isFirst ? callId : newCallId()
      if (auth) forget = this.#credentials.know(id, auth)
      return this.#core.invite({ ...fresh, callId: id }, uac)
    }
    let invites = 0
    const outgoing: OutgoingCall = new OutgoingCall({
      order,
      leg,
      invite,
      takeTrunk: ({ trunk }) => (trunk ? this.#loads.take(trunk) : () => {}),
      redirected: (uri) => findDestination({ ...order, to: uri }, this.#destinationDeps()),
      headers: this.#headersOf(order),
      host: (hop) => this.#hostOf(hop),
      mediaHost: (hop) => this.#mediaHost(hop),
    })
    if (!place) clock.after(0, () => outgoing.try({ status: 503 }))
    else void this.#tryDestination(outgoing, order)
    return leg
  }

  /** Its sockets stand. */
  get isUp(): boolean {
    return this.#sockets !== null
  }

  /** Whether an address is of a domain of its account. */
  async hasDomainOf({ to, accountSid }: Pick<DialOrder, 'to' | 'accountSid'>): Promise<boolean> {
    const domain = await this.#options.directory.domain(parseUri(to)?.host.toLowerCase() ?? '')
    return domain?.accountSid === accountSid
  }

  /** Whether a number goes by a trunk of its account. */
  async hasTrunkFor(order: Pick<DialOrder, 'to' | 'accountSid'>): Promise<boolean> {
    const trunks = await this.#options.directory.trunks()
    return trunks.some(
      ({ accountSid, prefixes }) =>
        accountSid === order.accountSid && prefixes.some((prefix) => order.to.startsWith(prefix)),
    )
  }

  /** Asks a trunk whether it is there. */
  async checkTrunk(trunk: SipTrunk): Promise<{
    readonly isReachable: boolean
    readonly sipResponseCode: number | null
    readonly roundTripMs: number | null
    readonly isRegistered: boolean | null
    readonly why: string | null
  }> {
    const { clock } = this.#options
    const isRegistered = trunk.register ? (this.#registrations.state(trunk.sid)?.isRegistered ?? false) : null
    const hops = await this.#hopsOf(trunk)
    if (hops.length === 0)
      return {
        isReachable: false,
        sipResponseCode: null,
        roundTripMs: null,
        isRegistered,
        why: 'No address is known for its host',
      }
    const began = clock.now()
    const uri = `sip:${trunk.targets[0]!.host}`
    const response = await this.#ask(this.#outOfDialog('OPTIONS', uri, uri, hops[0]!), hops[0]!, trunk)
    return {
      isReachable: response !== null,
      sipResponseCode: response?.status ?? null,
      roundTripMs: response ? clock.now() - began : null,
      isRegistered,
      why: response ? null : 'It did not answer',
    }
  }

  async #tryDestination(outgoing: OutgoingCall, order: DialOrder): Promise<void> {
    let destination: Destination
    try {
      destination = await findDestination(order, this.#destinationDeps())
    } catch (error) {
      this.#options.logger.error({ callSid: order.callSid, err: error }, 'a call could not be routed')
      destination = { status: 500 }
    }
    outgoing.try(destination)
  }

  #destinationDeps(): DestinationDeps {
    const { directory, locator, mayReach } = this.#options
    return {
      directory,
      locator,
      mayReach,
      registrar: this.registrar,
      loads: this.#loads,
      randomBelow: (end) => randomUint32() % end,
    }
  }

  #headersOf({ callSid, accountSid, sip }: DialOrder): (readonly [string, string])[] {
    const { headerPrefix, apiVersion } = this.#options
    return [
      [`${headerPrefix}ApiVersion`, apiVersion],
      [`${headerPrefix}AccountSid`, accountSid],
      [`${headerPrefix}CallSid`, callSid],
      ...(sip?.headers ?? []).map(({ name, value }) => [name, value] as const),
    ]
  }

  #receive(bytes: Uint8Array, hop: Hop): void {
    const parsed = parseMessage(
      bytes,
      isReliable(hop.transport) && !hop.transport.startsWith('ws') ? 'stream' : 'datagram',
    )
    if (!parsed.ok) {
      const { answer } = parsed
      if (!answer || this.#limits.isMuted(hop.address)) return
      this.#limits.refused(hop.address, parsed.why)
      this.#sockets?.send(
        hop,
        writeMessage(makeResponse(answer.request, answer.status, answer.reason, newTag())),
        () => {},
      )
      return
    }
    const { message } = parsed
    // What a stranger begins is not even looked at; what belongs to a call is.
    const begins =
      message.kind === 'request' && message.method !== 'ACK' && !message.headers.get('To')?.includes('tag=')
    if (begins && message.method !== 'CANCEL' && this.#limits.isMuted(hop.address)) return
    this.#core.receive(message, hop)
  }

  #onCall(invite: UasInvite, from: Hop): void {
    const { clock, engine, accountSid } = this.#options
    const deps: IncomingDeps = {
      clock,
      engine,
      accountSid,
      admission: this.#admission,
      limits: this.#limits,
      answerer: () => this.#answerer,
      mediaHost: (hop) => this.#mediaHost(hop),
      takePlace: () => this.#takePlace(),
    }
    void new IncomingCall(deps, invite, from).admit()
  }

  #onRequest(transaction: OtherServerTransaction, request: SipRequest, from: Hop): void {
    const respond = (status: number, headers: readonly (readonly [string, string])[] = []) => {
      const response = makeResponse(request, status, undefined, transaction.toTag)
      for (const [name, value] of headers) response.headers.append(name, value)
      transaction.respond(response)
    }
    if (request.method === 'REGISTER')
      void answerRegister(request, from, {
        admission: this.#admission,
        registrar: this.registrar,
        limits: this.#limits,
      }).then(
        ({ status, headers }) => respond(status, headers),
        () => respond(500),
      )
    else if (request.method === 'OPTIONS')
      respond(200, [
        ['Allow', SUPPORTED.methods.join(', ')],
        ['Accept', 'application/sdp'],
        ['Supported', SUPPORTED.extensions.join(', ')],
      ])
    else respond(481)
  }

  #takePlace(): (() => void) | null {
    if (this.#calls >= this.#options.maxCalls || this.#options.load.isOverloaded) return null
    this.#calls += 1
    let isTaken = true
    return () => {
      if (isTaken) this.#calls -= 1
      isTaken = false
    }
  }

  async #register(
    trunk: SipTrunk,
    about: { readonly callId: string; readonly cseq: number; readonly expiresSec: number },
  ): Promise<SipResponse | null> {
    const [hop] = await this.#hopsOf(trunk)
    const host = trunk.targets[0]?.host
    if (!hop || !host) return null
    const user = trunk.auth?.username ?? CONTACT_USER
    const address = `sip:${user}@${host}`
    const request = this.#outOfDialog('REGISTER', `sip:${host}`, address, hop, about)
    request.headers.set('From', `<${address}>;tag=${newTag()}`)
    request.headers.append('Contact', `<${this.#contactUri(hop, user)}>`).append('Expires', String(about.expiresSec))
    return this.#ask(request, hop, trunk)
  }

  /** Sends a request and answers one challenge. Resolves with the final answer; null: none came. */
  #ask(request: SipRequest, hop: Hop, trunk: SipTrunk): Promise<SipResponse | null> {
    const forget = trunk.auth ? this.#credentials.know(request.headers.get('Call-ID')!, trunk.auth) : () => {}
    return new Promise<SipResponse | null>((resolve) => {
      const send = (message: SipRequest, cseq: number) =>
        this.#core.request(message, hop, {
          onResponse: (response) => {
            if (response.status < 200) return
            const isChallenge = response.status === 401 || response.status === 407
            const answer = isChallenge ? this.#credentials.answer(response, message) : null
            if (!answer) return resolve(response)
            const headers = message.headers.copy().set(...answer)
            send({ ...message, headers: headers.set('CSeq', `${cseq + 1} ${message.method}`) }, cseq + 1)
          },
          onNoAnswer: () => resolve(null),
        })
      send(request, Number.parseInt(request.headers.get('CSeq')!, 10))
    }).finally(forget)
  }

  #outOfDialog(
    method: string,
    uri: string,
    to: string,
    hop: Hop,
    { callId = newCallId(), cseq = 1 }: { readonly callId?: string; readonly cseq?: number } = {},
  ): SipRequest {
    const headers = new SipHeaders()
      .append('Max-Forwards', '70')
      .append('From', `<sip:${CONTACT_USER}@${this.#hostOf(hop)}>;tag=${newTag()}`)
      .append('To', `<${to}>`)
      .append('Call-ID', callId)
      // Challenges take numbers between these.
      .append('CSeq', `${cseq * 4} ${method}`)
    return { kind: 'request', method, uri, headers, body: NO_BODY }
  }

  async #hopsOf(trunk: SipTrunk): Promise<readonly Hop[]> {
    const [target] = trunk.targets
    if (!target) return []
    return this.#options.locator.locate({ ...target, isSecure: target.transport === 'tls' })
  }

  async #addressesOf(trunk: SipTrunk): Promise<readonly string[]> {
    const { clock, locator } = this.#options
    const key = JSON.stringify(trunk.targets)
    const known = this.#addresses.get(key)
    if (known && known.until > clock.now()) return known.all
    const found = await Promise.all(
      trunk.targets.map((target) => locator.locate({ ...target, isSecure: target.transport === 'tls' })),
    )
    const all = found.flat().map(({ address }) => address)
    if (this.#addresses.size > 1000) this.#addresses.clear()
    this.#addresses.set(key, { all, until: clock.now() + ADDRESSES_FRESH_MS })
    return all
  }

  #isOurs(host: string): boolean {
    const bare = host.replace(/^\[|\]$/g, '')
    // What came here by an address was meant for us.
    if (ipaddr.isValid(bare) || bare === 'localhost') return true
    return this.listeners.some((listener) => listener.host === bare)
  }

  #hostOf(hop: Hop): string {
    const host = this.#sockets?.listenerFor(hop)?.host ?? '127.0.0.1'
    return host.includes(':') ? `[${host}]` : host
  }

  #hostPort(hop: Hop): string {
    const port = this.#sockets?.listenerFor(hop)?.port
    return port ? `${this.#hostOf(hop)}:${port}` : this.#hostOf(hop)
  }

  #contactUri(hop: Hop, user: string = CONTACT_USER): string {
    const transport = hop.transport === 'udp' ? '' : `;transport=${hop.transport}`
    return `sip:${user}@${this.#hostPort(hop)}${transport}`
  }

  #mediaHost(hop: Hop): string {
    return this.#options.mediaHost ?? this.#hostOf(hop).replace(/^\[|\]$/g, '')
  }
}
