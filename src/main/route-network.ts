/**
 * Where a dialled address leads: to a simulated phone, to a number of ours, or to a real phone. Nothing rings a stranger by
 * accident: without SIP, or without a trunk for its number, an address is simulated.
 */
import type { DialOrder, Leg, LegListener, Network } from '../engine/ports/leg.ts'
import type { NumberDirectory } from '../engine/ports/number-directory.ts'
import type { SimulatedNetwork } from '../phones/network.ts'
import type { SipNetwork } from '../sip/sip-network.ts'

const SIP_ADDRESS = /^sips?:/i

export class RouteNetwork implements Network {
  readonly #simulated: SimulatedNetwork
  readonly #sip: SipNetwork
  readonly #numbers: Pick<NumberDirectory, 'route'>

  constructor(simulated: SimulatedNetwork, sip: SipNetwork, numbers: Pick<NumberDirectory, 'route'>) {
    this.#simulated = simulated
    this.#sip = sip
    this.#numbers = numbers
  }

  async choose(order: DialOrder): Promise<Pick<Network, 'dial'>> {
    const { accountSid, to, application } = order
    if (application || this.#simulated.book.has(accountSid, to)) return this.#simulated
    if (SIP_ADDRESS.test(to)) return this.#sip
    if (!to.startsWith('+') || !(await this.#sip.hasTrunkFor(order))) return this.#simulated
    return (await this.#numbers.route(to)) ? this.#simulated : this.#sip
  }

  dial(order: DialOrder, listener: LegListener): Leg {
    return this.#simulated.dial(order, listener)
  }
}
