/**
 * For tests: a network of real phones on a wire in memory, in virtual time, with phones and servers that are user agents of their own.
 * What the engine would be told, and what its media are told, is written down.
 */
import assert from 'node:assert/strict'
import type { Answerer, DialOrder, IncomingCall, Leg, LegInput, LegListener } from '../engine/ports/leg.ts'
import { type AccountSid, type CallSid, newSid } from '../lib/ids.ts'
import { silentLogger } from '../lib/logger.ts'
import { answerChallenge, chooseChallenge } from '../wire/sip/digest.ts'
import { parseMessage } from '../wire/sip/parse-message.ts'
import { Party, World } from '../wire/sip/session/test-parties.ts'
import { FAIR, type Weather } from '../wire/sip/transaction/test-wire.ts'
import type { Hop } from '../wire/sip/transport.ts'
import { writeMessage } from '../wire/sip/write-message.ts'
import type { SipDomain, SipListener, SipSockets, SipTrunk } from './ports.ts'
import { SipNetwork } from './sip-network.ts'
import type { SipNetworkOptions } from './sip-network-options.ts'
import { TestLines } from './test-lines.ts'
import { ACCOUNT, aDirectory, REALM } from './test-people.ts'

export const RINGBACK: Hop = { transport: 'udp', address: 'ringback.example.com', port: 5060 }

const text = (...lines: readonly string[]) => new TextEncoder().encode(`${lines.join('\r\n')}\r\n`)

/** A session description of a party, with these payload types. */
export const sound = (formats = '0 8 101', ...attributes: readonly string[]) => ({
  type: 'application/sdp',
  bytes: text(
    'v=0',
    'o=- 1 1 IN IP4 192.0.2.7',
    's=-',
    'c=IN IP4 192.0.2.7',
    't=0 0',
    `m=audio 40000 RTP/AVP ${formats}`,
    'a=rtpmap:101 telephone-event/8000',
    ...attributes.map((one) => `a=${one}`),
  ),
})

const KEY = Buffer.alloc(30, 7).toString('base64')
export const secureSound = () => ({
  type: 'application/sdp',
  bytes: text(
    'v=0',
    'o=- 1 1 IN IP4 192.0.2.7',
    's=-',
    'c=IN IP4 192.0.2.7',
    't=0 0',
    'm=audio 40000 RTP/SAVP 0',
    `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}`,
  ),
})

/** What the engine is told of a leg: `rang`, `busy 486`; with the milliseconds of the clock where asked for. */
export class TestLeg {
  readonly told: string[] = []
  readonly inputs: LegInput[] = []
  leg: Leg | null = null
  /** Called with each input. */
  react: (input: LegInput) => void = () => {}

  readonly listener: LegListener = (input) => {
    assert.ok(this.leg, 'told before there was a leg')
    // What went over the wire is told when all is over.
    if (input.input === 'wire' || input.input === 'line') return
    this.inputs.push(input)
    const code = 'sipResponseCode' in input ? ` ${input.sipResponseCode}` : ''
    const more = input.input === 'digit' ? ` ${input.digit}` : input.input === 'transfer' ? ` ${input.target}` : ''
    this.told.push(`${input.input}${code}${more}`)
    this.react(input)
  }

  news(): string[] {
    return this.told.splice(0)
  }
}

export interface BedOptions {
  readonly domains?: readonly SipDomain[]
  readonly trunks?: readonly SipTrunk[]
  /** Whose they are. */
  readonly numbers?: Readonly<Record<string, AccountSid>>
  readonly weather?: Weather
  readonly seed?: number
  readonly more?: Partial<SipNetworkOptions>
  /** What is sent there is not looked at. */
  readonly nowhere?: (hop: Hop) => boolean
}

export class Bed extends World {
  readonly media = new TestLines()
  readonly directory: ReturnType<typeof aDirectory>
  readonly network: SipNetwork
  /** Calls from outside, as the engine has taken them; in order. */
  readonly incoming: (TestLeg & { call: IncomingCall })[] = []
  readonly logged: string[] = []
  /** Of what we sent: `CANCEL SIP;cause=200`. */
  readonly reasons: string[] = []
  /** Set: who takes calls. */
  answerer: Answerer = async (call) => this.take(call)
  isClosed = false

  constructor({
    domains = [],
    trunks = [],
    numbers = {},
    weather = FAIR,
    seed = 1,
    more = {},
    nowhere = () => false,
  }: BedOptions = {}) {
    super(weather, seed)
    this.directory = aDirectory({ domains: [...domains], trunks: [...trunks], numbers })
    const log = (_fields: object, message: string) => void this.logged.push(message)
    this.network = new SipNetwork({
      clock: this.clock,
      logger: { ...silentLogger, warn: log, error: log },
      engine: this.media.engine,
      directory: this.directory,
      locator: { locate: async ({ host, port, transport }) => this.#locate(host, port, transport) },
      accountSid: ACCOUNT,
      apiVersion: '2010-04-01',
      realm: REALM,
      digestAlgorithms: ['MD5'],
      headerPrefix: 'X-Twilio-',
      isOpen: true,
      maxCalls: 100,
      load: { isOverloaded: false },
      keepMessages: 'all',
      callsPerSecondPerSource: 100,
      mediaHost: '203.0.113.1',
      secret: 'secret',
      mayReach: () => true,
      version: '1',
      ...more,
    })
    this.network.answerWith((call) => this.answerer(call))
    const send = this.wire.from(RINGBACK)
    const listener: SipListener = { transport: 'udp', host: RINGBACK.address, port: RINGBACK.port }
    const sockets: SipSockets = {
      listeners: [listener],
      listenerFor: ({ transport }) => ({ ...listener, transport }),
      send: (hop, bytes, failed) => {
        if (nowhere(hop)) return
        const sent = parseMessage(bytes)
        const reason = sent.ok ? sent.message.headers.get('Reason') : undefined
        if (sent.ok && sent.message.kind === 'request' && reason) this.reasons.push(`${sent.message.method} ${reason}`)
        send(hop, bytes, failed)
      },
      close: async () => {
        this.isClosed = true
      },
    }
    const { events } = this.network
    this.wire.attach(RINGBACK, (message, from) => events.received(writeMessage(message), from))
    this.network.start(sockets)
  }

  /** A phone or a server; it answers with sound, and knows this password. */
  party(name: string, user?: { readonly username: string; readonly password: string }): Party {
    const party = new Party(this, name, {
      answerChallenge: (challenge, request) => {
        const asked = chooseChallenge(challenge.headers.all('WWW-Authenticate'))
        if (!user || !asked || request.headers.has('Authorization')) return null
        const about = { method: request.method, uri: request.uri, cnonce: 'c', count: 1 }
        return ['Authorization', answerChallenge(asked, user, about)]
      },
    })
    party.currentOffer = sound()
    party.onOffer = (offer) => offer.accept(sound('0'))
    return party
  }

  /** Calls us; `changes` as of a new INVITE. */
  call(party: Party, to = 'sip:+15550123456@ringback.example.com', changes: Parameters<Party['call']>[1] = {}) {
    const us = { name: 'us', own: RINGBACK } as Party
    return party.call(us, { uri: to, to: `<${to}>`, hop: RINGBACK, offer: sound(), ...changes })
  }

  /** What the engine does with a call that it takes. */
  take(call: IncomingCall): CallSid {
    const leg = Object.assign(new TestLeg(), { call })
    const callSid = newSid('CA')
    this.incoming.push(leg)
    leg.leg = call.take(callSid, leg.listener)
    return callSid
  }

  dial(to: string, more: Partial<DialOrder> = {}, react: TestLeg['react'] = () => {}): TestLeg {
    const call = new TestLeg()
    call.react = react
    const order: DialOrder = { callSid: newSid('CA'), accountSid: ACCOUNT, from: '+15550100', to, ...more }
    call.leg = this.network.dial(order, call.listener)
    return call
  }

  /** Everything is over and has run out. @returns what is left that should not be */
  override async leftovers(): Promise<string[]> {
    const { network, media } = this
    const left = await super.leftovers()
    if (network.size > 0) left.push(`${network.size} places`)
    if (network.pending > 0) left.push(`${network.pending} sessions and transactions`)
    const open = media.all.filter(({ isGone }) => !isGone).length
    return open > 0 ? [...left, `${open} lines`] : left
  }

  #locate(host: string, port: number | null, transport: Hop['transport'] | null): Hop[] {
    const address = host.replace(/^\[|\]$/g, '')
    const isKnown = address === RINGBACK.address || this.parties.some((party) => party.own.address === address)
    const isGone = /^192\.0\.2\./.test(address)
    return isKnown || isGone ? [{ transport: transport ?? 'udp', address, port: port ?? 5060 }] : []
  }
}
