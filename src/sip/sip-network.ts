/**
 * The network of real phones: phones that register here, trunks, and servers that `sip:` addresses name. It is to the engine what
 * the network of simulated phones is.
 */
import type { Answerer, DialOrder, Leg, LegListener, Network } from '../engine/ports/leg.ts'
import { sleep } from '../lib/clock.ts'
import { Nonces } from '../wire/sip/nonces.ts'
import { SessionCore } from '../wire/sip/session/session-core.ts'
import { newCallId } from '../wire/sip/transaction/tokens.ts'
import { parseUri } from '../wire/sip/uri.ts'
import { SUPPORTED, TIMER_WISHES } from './abilities.ts'
import { isLoopback } from './address-ranges.ts'
import { Admission } from './admission.ts'
import { Credentials } from './credentials.ts'
import { Dialling } from './dialling.ts'
import { Hops } from './hops.ts'
import { IncomingCall, type IncomingDeps } from './incoming-call.ts'
import { Intake } from './intake.ts'
import { OurAddresses } from './our-addresses.ts'
import { OutsideRequests } from './outside-requests.ts'
import { Places } from './places.ts'
import type { SipInquiries, SipListener, SipSocketEvents, SipSockets, SipTrunk, TrunkCheck } from './ports.ts'
import { Registrar } from './registrar.ts'
import type { SipNetworkOptions } from './sip-network-options.ts'
import { SourceLimits } from './source-limits.ts'
import { Traces } from './traces.ts'
import { TrunkAddresses } from './trunk-addresses.ts'
import { trunksFor } from './trunk-choice.ts'
import { TrunkRegistrations } from './trunk-registrations.ts'
import { NUMBERS_EACH, TrunkRequests } from './trunk-requests.ts'

/** How much more than a stranger a phone of ours is refused: it may be one of many behind its address. */
const PATIENCE_WITH_PHONES = 30

/** Whoever stops waits so long for calls to be over at the other end, and looks so often. */
const PARTING_MS = 2000
const PARTING_LOOK_MS = 50

export class SipNetwork implements Network, SipInquiries {
  readonly registrar: Registrar
  readonly #options: SipNetworkOptions
  readonly #core: SessionCore
  readonly #intake: Intake
  readonly #hops: Hops
  readonly #places: Places
  readonly #incoming: IncomingDeps
  readonly #dialling: Dialling
  readonly #trunks: TrunkRequests
  readonly #registrations: TrunkRegistrations
  #sockets: SipSockets | null = null
  #answerer: Answerer = async () => null

  constructor(options: SipNetworkOptions) {
    this.#options = options
    const { clock, logger, engine, directory, locator, mediaHost, accountSid, load } = options
    const credentials = new Credentials()
    const ours = new OurAddresses(() => this.#sockets, mediaHost)
    const addresses = new TrunkAddresses(clock, locator, directory)
    const trunkAt: TrunkAddresses['trunkAt'] = (address, accountSid) => addresses.trunkAt(address, accountSid)
    const registrar = new Registrar(clock)
    const limits = new SourceLimits({
      clock,
      logger,
      callsPerSecond: options.callsPerSecondPerSource,
      patience: (address) =>
        isLoopback(address) ? Number.POSITIVE_INFINITY : registrar.hasPhoneAt(address) ? PATIENCE_WITH_PHONES : 1,
    })
    const admission = new Admission({
      directory,
      nonces: new Nonces(options.secret, () => clock.now()),
      realm: options.realm,
      algorithms: options.digestAlgorithms,
      isOpen: options.isOpen,
      isOurs: (host) => ours.isOurs(host),
      trunkAt,
    })
    const outside = new OutsideRequests({ admission, registrar, limits, trunkAt })
    const { keepMessages } = options
    const traces = new Traces({ clock, keepMessages, us: (hop) => ours.sentBy(hop) })
    const send: SipSockets['send'] = (hop, bytes, failed) => {
      const traced = traces.sent(hop, bytes)
      const notSent = (why: string) => {
        if (traced) traced.notSent = why
        failed(why)
      }
      this.#sockets?.send(hop, bytes, notSent)
    }
    this.registrar = registrar
    this.#hops = new Hops(locator)
    this.#places = new Places(options.maxCalls)
    const takePlace = () => (load.isOverloaded ? null : this.#places.take())
    this.#core = new SessionCore({
      clock,
      send,
      user: {
        onCall: (invite, from) => void new IncomingCall(this.#incoming, invite, from).admit(),
        onRequest: (transaction, request, from) => void outside.answer(transaction, request, from),
      },
      sentBy: (hop) => ours.sentBy(hop),
      contact: (hop) => `<${ours.contactUri(hop)}>`,
      locate: (uri, peer, found) => this.#hops.find(uri, peer, found),
      answerChallenge: (challenge, request) => credentials.answer(challenge, request),
      supported: SUPPORTED,
      timerWishes: TIMER_WISHES,
      standing: [['User-Agent', `Ringback/${options.version}`]],
    })
    const core = this.#core
    this.#intake = new Intake({
      core,
      limits,
      send,
      trace: (message, bytes, hop) => traces.received(message, bytes, hop),
    })
    this.#incoming = {
      clock,
      logger,
      engine,
      accountSid,
      admission,
      limits,
      traces,
      takePlace,
      answerer: () => this.#answerer,
      mediaHost: (hop) => ours.mediaHost(hop),
    }
    this.#dialling = new Dialling({ ...options, core, credentials, ours, registrar, traces, takePlace })
    this.#trunks = new TrunkRequests({
      clock,
      core,
      credentials,
      addresses,
      ours,
      registration: (sid) => this.#registrations.state(sid),
    })
    this.#registrations = new TrunkRegistrations({
      clock,
      logger,
      trunks: () => directory.trunks(),
      send: (trunk, order) => this.#trunks.register(trunk, order),
      numbersEach: NUMBERS_EACH,
      newCallId,
    })
  }

  /** Where we listen; nowhere before the start. */
  get listeners(): readonly SipListener[] {
    return this.#sockets?.listeners ?? []
  }

  /** Its sockets stand. */
  get isUp(): boolean {
    return this.#sockets !== null
  }

  /** Calls that are there. */
  get size(): number {
    return this.#places.taken
  }

  /** What is kept of messages under way, for as long as they may come again: sessions, and transactions. */
  get pending(): number {
    return this.#core.size + this.#core.layer.size
  }

  /** What the sockets tell. */
  get events(): SipSocketEvents {
    return {
      received: (bytes, hop) => this.#intake.receive(bytes, hop),
      closed: (connection) => {
        this.registrar.forget(connection)
        this.#hops.forget(connection)
      },
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

  /** Calls have been ended before: until the other ends know it is waited for, two seconds at most. */
  async stop(): Promise<void> {
    await Promise.all([this.#registrations.stop(), this.#parted()])
    this.#core.stop()
    await this.#sockets?.close()
  }

  async #parted(): Promise<void> {
    const { clock } = this.#options
    const until = clock.now() + PARTING_MS
    while (this.#core.size > 0 && clock.now() < until) await sleep(clock, PARTING_LOOK_MS)
  }

  dial(order: DialOrder, listener: LegListener): Leg {
    return this.#dialling.dial(order, listener)
  }

  /** Whether an address is of a domain of its account. */
  async hasDomainOf({ to, accountSid }: Pick<DialOrder, 'to' | 'accountSid'>): Promise<boolean> {
    const domain = await this.#options.directory.domain(parseUri(to)?.host.toLowerCase() ?? '')
    return domain?.accountSid === accountSid
  }

  /** Whether a number goes by a trunk of its account. */
  async hasTrunkFor(order: Pick<DialOrder, 'to' | 'accountSid'>): Promise<boolean> {
    return trunksFor(order.to, order.accountSid, await this.#options.directory.trunks()).length > 0
  }

  /** Asks a trunk whether it is there. */
  checkTrunk(trunk: SipTrunk): Promise<TrunkCheck> {
    return this.#trunks.check(trunk)
  }
}
