/**
 * Where a dialled address leads: to a simulated phone, to a number of ours, or to a real phone. Nothing rings a stranger by
 * accident: without SIP, or without a trunk for its number, an address is simulated.
 */
import type { DialOrder, Leg, LegListener, Network } from '../engine/ports/leg.ts'
import type { NumberDirectory } from '../engine/ports/number-directory.ts'
import type { SimulatedNetwork } from '../phones/network.ts'
import type { SipNetwork } from '../sip/sip-network.ts'
import type { Sip } from './sip.ts'

const SIP_ADDRESS = /^sips?:/i
const LOOPBACK_HOST = /^sips?:(?:[^@]*@)?(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])(?:[:;?]|$)/i

export class RouteNetwork implements Network {
  readonly #simulated: SimulatedNetwork
  readonly #sip: SipNetwork
  readonly #isLocal: boolean
  readonly #numbers: Pick<NumberDirectory, 'route'>

  /** @param sip and whether it listens on loopback only */
  constructor(
    simulated: SimulatedNetwork,
    { network: sip, isLocal }: Pick<Sip, 'network' | 'isLocal'>,
    numbers: Pick<NumberDirectory, 'route'>,
  ) {
    this.#isLocal = isLocal
    this.#simulated = simulated
    this.#sip = sip
    this.#numbers = numbers
  }

  async choose(order: DialOrder): Promise<Pick<Network, 'dial'>> {
    const { accountSid, to, application } = order
    if (application || this.#simulated.book.has(accountSid, to)) return this.#simulated
    if (SIP_ADDRESS.test(to)) return (await this.#isReal(order)) ? this.#sip : this.#simulated
    if (!to.startsWith('+') || !this.#sip.isUp || !(await this.#sip.hasTrunkFor(order))) return this.#simulated
    return (await this.#numbers.route(to)) ? this.#simulated : this.#sip
  }

  /** While SIP is for this machine only, so are the addresses that it calls: phones that register here, and servers here. */
  async #isReal(order: DialOrder): Promise<boolean> {
    if (!this.#sip.isUp) return false
    return !this.#isLocal || LOOPBACK_HOST.test(order.to) || (await this.#sip.hasDomainOf(order))
  }

  dial(order: DialOrder, listener: LegListener): Leg {
    return this.#simulated.dial(order, listener)
  }
}
