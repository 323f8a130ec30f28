/**
 * The simulated network: rings simulated phones, lets them ring numbers of ours, and joins a call to a number of ours
 * with the inbound call it makes there. No call to it ever leaves the process.
 */
import type { Answerer, CalledApplication, Leg, LegListener, Network } from '../engine/ports/leg.ts'
import type { MediaEngine } from '../engine/ports/media-engine.ts'
import type { Sound } from '../engine/ports/sound.ts'
import { type Clock, holding } from '../lib/clock.ts'
import type { AccountSid, CallSid } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import { joinLegs } from './joined.ts'
import { NetworkLeg } from './network-leg.ts'
import { Party, type PartyDeps, type PhoneSounds } from './party.ts'
import { PhoneBook } from './phone-book.ts'

/** Legs at a time; a further call is answered 503, as by an overloaded network. */
const LEGS_MAX = 20_000

/** What became of a command by hand. */
export type ByHand = 'done' | 'no-live-phone' | 'not-answered' | 'too-many-keys' | 'not-a-client'

export interface SimulatedNetworkDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly media: MediaEngine
  /** What phones speak with. */
  readonly sounds: PhoneSounds
  /** A sound that was uploaded for phones to play; null when the account has none of that name. */
  readonly namedSound: (accountSid: AccountSid, name: string) => Promise<Sound | null>
}

export interface DialledCall {
  readonly callSid: CallSid
  readonly accountSid: AccountSid
  readonly from: string
  readonly to: string
  /** Is called instead of `to`, which it is told. */
  readonly application?: CalledApplication | null
}

export class SimulatedNetwork implements Network {
  readonly book = new PhoneBook()
  readonly #deps: SimulatedNetworkDeps
  readonly #parties = new Map<CallSid, Party>()
  #legs = 0
  #answerer: Answerer = async () => null

  constructor(deps: SimulatedNetworkDeps) {
    this.#deps = deps
  }

  /** Who owns numbers of ours. Set once, before the first call. */
  answerWith(answerer: Answerer): void {
    this.#answerer = answerer
  }

  dial(call: DialledCall, listener: LegListener): Leg {
    const { clock } = this.#deps
    const leg = this.#newLeg(call.callSid, listener)
    if (this.#legs > LEGS_MAX) clock.after(0, () => leg.farRefuses({ input: 'failed', sipResponseCode: 503 }))
    else if (!call.application && !call.to.startsWith('+')) this.#ringPhone(call, leg)
    else void this.#route(call, leg)
    return leg
  }

  /** A phone dials a number of ours. Null when nobody owns it. */
  place(call: Omit<DialledCall, 'callSid'>): Promise<CallSid | null> {
    const { clock } = this.#deps
    return holding(clock, 'a phone dials', () =>
      this.#answerer({
        ...call,
        take: (callSid, listener) => {
          const leg = this.#newLeg(callSid, listener)
          this.#connectPhone(callSid, leg, new Party(this.#partyDeps(call.accountSid), call.from, leg, 'calling'))
          return leg
        },
      }),
    )
  }

  press(callSid: CallSid, digits: string, inBand?: boolean): ByHand {
    const party = this.#parties.get(callSid)
    if (!party?.up) return party ? 'not-answered' : 'no-live-phone'
    return party.press(digits, inBand) ? 'done' : 'too-many-keys'
  }

  say(callSid: CallSid, text: string): ByHand {
    const party = this.#parties.get(callSid)
    if (!party?.up) return party ? 'not-answered' : 'no-live-phone'
    party.say(text)
    return 'done'
  }

  /** Also before the answer. `content` is JSON text. */
  message(callSid: CallSid, content: string): ByHand {
    const party = this.#parties.get(callSid)
    if (!party?.takesMessages) return party ? 'not-a-client' : 'no-live-phone'
    party.message(content)
    return 'done'
  }

  /** Also before the answer: a phone that rings declines, one that dials gives up. */
  hangUp(callSid: CallSid): ByHand {
    const party = this.#parties.get(callSid)
    party?.hangUp()
    return party ? 'done' : 'no-live-phone'
  }

  async #route(call: DialledCall, leg: NetworkLeg): Promise<void> {
    const { clock, logger, media } = this.#deps
    const { accountSid, from, to, application = null } = call
    const take = (callSid: CallSid, listener: LegListener): Leg => {
      const called = this.#newLeg(callSid, listener)
      joinLegs(clock, media, leg, called)
      return called
    }
    try {
      const owned = await holding(clock, 'routing a call', () =>
        this.#answerer({ accountSid, from, to, application, take }),
      )
      if (owned !== null) return
      if (application) leg.farRefuses({ input: 'failed', sipResponseCode: 404 })
      else this.#ringPhone(call, leg)
    } catch (error) {
      logger.error({ callSid: call.callSid, err: error }, 'a call could not be routed')
      leg.farRefuses({ input: 'failed', sipResponseCode: 500 })
    }
  }

  #ringPhone(call: DialledCall, leg: NetworkLeg): void {
    if (leg.state === 'over') return
    const party = new Party(this.#partyDeps(call.accountSid), call.to, leg, 'called')
    this.#connectPhone(call.callSid, leg, party)
    party.ring()
  }

  #connectPhone(callSid: CallSid, leg: NetworkLeg, party: Party): void {
    leg.connect(party)
    this.#parties.set(callSid, party)
  }

  #partyDeps(accountSid: AccountSid): PartyDeps {
    const { clock, sounds, namedSound } = this.#deps
    return {
      clock,
      sounds,
      namedSound: (name) => namedSound(accountSid, name),
      phoneAt: (address) => this.book.phoneAt(accountSid, address),
    }
  }

  #newLeg(callSid: CallSid, listener: LegListener): NetworkLeg {
    this.#legs += 1
    const onOver = () => {
      this.#legs -= 1
      this.#parties.delete(callSid)
    }
    return new NetworkLeg(this.#deps.media, listener, onOver)
  }
}
