/** Where the servers of trunks are: their hops, best first, and whose address somebody calls from. */
import type { Clock } from '../lib/clock.ts'
import type { AccountSid } from '../lib/ids.ts'
import type { Hop } from '../wire/sip/transport.ts'
import { isWithin } from './address-ranges.ts'
import type { SipDirectory, SipLocator, SipTrunk } from './ports.ts'

/** Servers by name are asked for again after so long. */
export const FRESH_MS = 60_000
/** What is remembered; all is forgotten when there is more. */
const KNOWN_MAX = 1000

interface Known {
  readonly addresses: Promise<ReadonlySet<string>>
  readonly until: number
}

export class TrunkAddresses {
  readonly #clock: Pick<Clock, 'now'>
  readonly #locator: SipLocator
  readonly #directory: Pick<SipDirectory, 'trunks'>
  /** By their targets. */
  readonly #known = new Map<string, Known>()

  constructor(clock: Pick<Clock, 'now'>, locator: SipLocator, directory: Pick<SipDirectory, 'trunks'>) {
    this.#clock = clock
    this.#locator = locator
    this.#directory = directory
  }

  /** The hops of its targets, by priority. */
  async hops({ targets }: SipTrunk): Promise<readonly Hop[]> {
    const ordered = targets.toSorted((a, b) => a.priority - b.priority || b.weight - a.weight)
    return (await Promise.all(ordered.map((target) => this.#locate(target)))).flat()
  }

  /**
   * Whose calls come from there: those of the first trunk that says so, by its ranges or by its own servers.
   * @param accountSid only trunks of this account
   */
  async trunkAt(address: string, accountSid?: AccountSid): Promise<SipTrunk | null> {
    for (const trunk of await this.#directory.trunks()) {
      if (accountSid !== undefined && trunk.accountSid !== accountSid) continue
      if (isWithin(address, trunk.from) || (await this.#addresses(trunk)).has(address)) return trunk
    }
    return null
  }

  #addresses(trunk: SipTrunk): Promise<ReadonlySet<string>> {
    const now = this.#clock.now()
    const key = JSON.stringify(trunk.targets)
    const known = this.#known.get(key)
    if (known && known.until > now) return known.addresses
    const addresses = this.hops(trunk).then((hops) => new Set(hops.map(({ address }) => address)))
    if (this.#known.size >= KNOWN_MAX) this.#known.clear()
    this.#known.set(key, { addresses, until: now + FRESH_MS })
    return addresses
  }

  #locate(target: SipTrunk['targets'][number]): Promise<readonly Hop[]> {
    return this.#locator.locate({ ...target, isSecure: target.transport === 'tls' })
  }
}
