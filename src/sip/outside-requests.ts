/** Requests that belong to no call: phones that register, and whoever asks whether we are there. */
import { makeResponse } from '../wire/sip/make-response.ts'
import type { SipRequest } from '../wire/sip/message.ts'
import type { Header } from '../wire/sip/session/session-ground.ts'
import type { OtherServerTransaction } from '../wire/sip/transaction/other-server.ts'
import type { Hop } from '../wire/sip/transport.ts'
import { ABILITIES } from './abilities.ts'
import { isLoopback } from './address-ranges.ts'
import type { SipTrunk } from './ports.ts'
import { answerRegister, type RegisterDeps } from './register.ts'

export interface OutsideRequestsDeps extends RegisterDeps {
  /** The trunk that an address belongs to. */
  readonly trunkAt: (address: string) => Promise<SipTrunk | null>
}

export class OutsideRequests {
  readonly #deps: OutsideRequestsDeps

  constructor(deps: OutsideRequestsDeps) {
    this.#deps = deps
  }

  /** Never rejects. */
  async answer(transaction: OtherServerTransaction, request: SipRequest, from: Hop): Promise<void> {
    const respond = (status: number, headers: readonly Header[] = []) => {
      const response = makeResponse(request, status, undefined, transaction.toTag)
      for (const [name, value] of headers) response.headers.append(name, value)
      transaction.respond(response)
    }
    try {
      if (request.method === 'REGISTER') {
        const { status, headers } = await answerRegister(request, from, this.#deps)
        respond(status, headers)
      } else if (request.method === 'OPTIONS') {
        respond(200, ABILITIES)
        await this.#countStranger(from)
      } else respond(481)
    } catch {
      respond(500)
    }
  }

  /** Scanners begin by asking who is there. */
  async #countStranger({ address }: Hop): Promise<void> {
    const { limits, registrar, trunkAt } = this.#deps
    if (isLoopback(address) || registrar.hasPhoneAt(address) || (await trunkAt(address))) return
    limits.refused(address, 'it asks what we are, and is no phone and no trunk of ours')
  }
}
