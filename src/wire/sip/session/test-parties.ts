/** For tests: session cores with virtual time on a wire in memory, and parties that remember what they were told. */
import type { Instant } from '../../../lib/ids.ts'
import { VirtualClock } from '../../../lib/virtual-clock.ts'
import type { Body } from '../dialog/body.ts'
import type { SessionTimerWishes } from '../dialog/session-timer-terms.ts'
import { FAIR, seeded, TestWire, type Weather } from '../transaction/test-wire.ts'
import type { Hop, TransportName } from '../transport.ts'
import { parseUri } from '../uri.ts'
import type { IncomingOffer } from './incoming-offer.ts'
import type { IncomingRefer } from './incoming-refer.ts'
import type { Session } from './session.ts'
import { type NewInvite, SessionCore, type SessionCoreOptions } from './session-core.ts'
import type { UacInvite } from './uac-invite.ts'
import type { UacOutcome } from './uac-listener.ts'
import type { UasInvite } from './uas-invite.ts'

const START = Date.UTC(2030, 0, 1) as Instant

export const sdp = (text: string): Body => ({ type: 'application/sdp', bytes: Buffer.from(text) })
export const textOf = (body: Body | null): string | null => body && Buffer.from(body.bytes).toString()

const METHODS = ['INVITE', 'ACK', 'CANCEL', 'BYE', 'OPTIONS', 'INFO', 'UPDATE', 'PRACK', 'REFER', 'NOTIFY', 'MESSAGE']

export class World {
  readonly clock = new VirtualClock({ startAt: START, settleMs: 0, mode: 'held' })
  readonly random: () => number
  readonly wire: TestWire
  readonly parties: Party[] = []

  constructor(weather: Weather = FAIR, seed = 1) {
    this.random = seeded(seed)
    this.wire = new TestWire(this.clock, weather, this.random)
  }

  /** Everything that is on its way arrives; nothing is sent again. */
  async settle(): Promise<void> {
    await this.clock.advance(1)
  }

  /** A long time, in steps: a jump would pass over timers that do not turn time. */
  async pass(ms: number, stepMs = 10_000): Promise<void> {
    for (let leftMs = ms; leftMs > 0; leftMs -= stepMs) await this.clock.advance(Math.min(leftMs, stepMs))
    await this.settle()
  }

  /** Start lines since the last time, without the ends. */
  lines(): string[] {
    return this.wire.log.splice(0).map((line) => line.split(' ').slice(2).join(' '))
  }

  /** All transactions run out. @returns what is left that should not be */
  async leftovers(): Promise<string[]> {
    await this.clock.advance(70_000)
    const left = this.parties.flatMap(({ name, core }) => [
      ...(core.size > 0 ? [`${core.size} sessions at ${name}`] : []),
      ...(core.layer.size > 0 ? [`${core.layer.size} transactions at ${name}`] : []),
    ])
    return this.clock.pending > 0 ? [...left, `${this.clock.pending} timers`] : left
  }
}

export class Party {
  readonly name: string
  readonly own: Hop
  readonly core: SessionCore
  readonly world: World
  /** Everything, in order: `rings`, `offer hold`, `ended remote`. */
  readonly told: string[] = []
  readonly calls: UasInvite[] = []
  readonly sessions: Session[] = []
  readonly offers: IncomingOffer[] = []
  readonly refers: IncomingRefer[] = []
  outcome: UacOutcome | null = null
  currentOffer: Body | null = sdp('current')
  onCall: (invite: UasInvite) => void = (invite) => invite.ring(180)
  onOffer: (offer: IncomingOffer) => void = (offer) => offer.accept(sdp('answer'))

  constructor(
    world: World,
    name: string,
    options: {
      readonly transport?: TransportName
      readonly timerWishes?: SessionTimerWishes
      readonly methods?: readonly string[]
      readonly extensions?: readonly string[]
      readonly answerChallenge?: SessionCoreOptions['answerChallenge']
    } = {},
  ) {
    this.name = name
    this.world = world
    this.own = { transport: options.transport ?? 'udp', address: `${name}.example.com`, port: 5060 }
    world.parties.push(this)
    this.core = new SessionCore({
      clock: world.clock,
      send: world.wire.from(this.own),
      sentBy: () => this.own.address,
      contact: () => `<sip:${name}@${this.own.address}>`,
      locate: (uri, _peer, found) => found(this.#hopOf(uri)),
      answerChallenge: options.answerChallenge ?? (() => null),
      supported: {
        methods: options.methods ?? METHODS,
        schemes: ['sip'],
        extensions: options.extensions ?? ['100rel', 'timer', 'replaces'],
        contentTypes: ['application/sdp', 'message/sipfrag', 'text/plain'],
        forwards: false,
      },
      timerWishes: options.timerWishes ?? { expiresSec: 0, minSeSec: 90 },
      randomBelow: (end) => Math.floor(world.random() * end),
      user: {
        onCall: (invite) => {
          this.calls.push(invite)
          this.hold(invite.session)
          invite.listen({
            onCancelled: (request) => void this.told.push(`cancelled by ${request?.method ?? 'Expires'}`),
            onAcknowledged: (answer) => void this.told.push(`acknowledged${answer ? ` ${textOf(answer)}` : ''}`),
            onFailed: () => void this.told.push('failed'),
          })
          this.onCall(invite)
        },
        onRequest: (_transaction, request) => void this.told.push(request.method),
      },
    })
    world.wire.attach(this.own, (message, from) => this.core.receive(message, from))
  }

  #hopOf(uri: string): Hop | null {
    const host = parseUri(uri)?.host
    return host === undefined ? null : { transport: this.own.transport, address: host, port: 5060 }
  }

  call(other: Party, changes: Partial<NewInvite> = {}): UacInvite {
    return this.core.invite(
      {
        uri: `sip:${other.name}@${other.own.address}`,
        from: `<sip:${this.name}@${this.own.address}>`,
        to: `<sip:${other.name}@${other.own.address}>`,
        hop: { ...other.own, transport: this.own.transport },
        offer: sdp('offer'),
        ...changes,
      },
      {
        onProvisional: (response, early, acknowledge) => {
          this.told.push(`${response.status}${response.body.length > 0 ? ` ${Buffer.from(response.body)}` : ''}`)
          if (early !== null && !this.sessions.includes(early)) this.hold(early)
          acknowledge?.(sdp('early answer'))
        },
        onOutcome: (outcome) => {
          this.outcome = outcome
          this.told.push(outcome.kind)
          if (outcome.kind !== 'answered') return
          if (!this.sessions.includes(outcome.session)) this.hold(outcome.session)
          outcome.acknowledge?.(sdp('late answer'))
        },
      },
    )
  }

  hold(session: Session): void {
    this.sessions.push(session)
    session.listen({
      onOffer: (offer) => {
        this.offers.push(offer)
        this.told.push(`offer ${textOf(offer.offer)}`)
        this.onOffer(offer)
      },
      onRefer: (refer) => {
        this.refers.push(refer)
        this.told.push(`refer ${refer.target.uri}`)
      },
      onRequest: (transaction, request) => {
        this.told.push(request.method)
        session.answer(transaction, request, 200)
      },
      currentOffer: () => this.currentOffer,
      onRefreshed: (answer) => void this.told.push(`refreshed ${textOf(answer)}`),
      onEnded: (end) => void this.told.push(`ended ${end.by}`),
    })
  }

  /** The session that is up, the last one. */
  get session(): Session {
    return this.sessions.at(-1)!
  }

  /** What it was told since the last time. */
  news(): string[] {
    return this.told.splice(0)
  }
}

/** Two parties with a session between them. */
export async function aCall(
  weather?: Weather,
  seed?: number,
  options: {
    readonly a?: ConstructorParameters<typeof Party>[2]
    readonly b?: ConstructorParameters<typeof Party>[2]
  } = {},
): Promise<{ world: World; alice: Party; bob: Party }> {
  const world = new World(weather, seed)
  const alice = new Party(world, 'alice', options.a)
  const bob = new Party(world, 'bob', options.b)
  bob.onCall = (invite) => invite.answer(sdp('answer'))
  alice.call(bob)
  await world.settle()
  world.lines()
  alice.news()
  bob.news()
  return { world, alice, bob }
}
