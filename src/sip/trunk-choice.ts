/** Which trunk a number goes by, and whether it has room. */
import type { Clock } from '../lib/clock.ts'
import type { AccountSid } from '../lib/ids.ts'
import type { SipTrunk } from './ports.ts'

/** Those of the account whose prefixes the number has: the most exact first, then by name. */
export function trunksFor(number: string, accountSid: AccountSid, trunks: readonly SipTrunk[]): SipTrunk[] {
  return trunks
    .filter((trunk) => trunk.accountSid === accountSid)
    .map((trunk) => ({ trunk, exactness: exactness(number, trunk.prefixes) }))
    .filter(({ exactness }) => exactness > 0)
    .sort((a, b) => b.exactness - a.exactness)
    .map(({ trunk }) => trunk)
}

function exactness(number: string, prefixes: readonly string[]): number {
  return Math.max(0, ...prefixes.filter((prefix) => number.startsWith(prefix)).map((prefix) => prefix.length))
}

/** The user part of the Request-URI. */
export function dialledUser(number: string, format: SipTrunk['numberFormat']): string {
  if (format === 'e164') return number
  const digits = number.replace('+', '')
  return format === 'no-plus' ? digits : format.plusBecomes + digits
}

/** In the order in which they are tried: by priority, and among equals by chance, heavier ones more often (RFC 2782). */
export function orderTargets(targets: SipTrunk['targets'], randomBelow: (end: number) => number): SipTrunk['targets'] {
  const left = [...targets]
  const ordered: SipTrunk['targets'][number][] = []
  while (left.length > 0) {
    const priority = Math.min(...left.map((target) => target.priority))
    const equals = left.filter((target) => target.priority === priority)
    const next = draw(equals, randomBelow)
    ordered.push(next)
    left.splice(left.indexOf(next), 1)
  }
  return ordered
}

function draw(equals: SipTrunk['targets'], randomBelow: (end: number) => number): SipTrunk['targets'][number] {
  const total = equals.reduce((sum, { weight }) => sum + weight + 1, 0)
  let left = randomBelow(total)
  for (const target of equals) {
    left -= target.weight + 1
    if (left < 0) return target
  }
  return equals[0]!
}

interface Load {
  calls: number
  /** Begun in the second that began then. */
  begun: number
  since: number
}

/** Counts what goes by each trunk. */
export class TrunkLoads {
  readonly #clock: Pick<Clock, 'now'>
  readonly #loads = new Map<string, Load>()

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /** @returns gives the place back; null when there is none */
  take({ sid, maxCalls, maxCallsPerSecond }: SipTrunk): (() => void) | null {
    const now = this.#clock.now()
    const load = this.#loads.get(sid) ?? { calls: 0, begun: 0, since: now }
    this.#loads.set(sid, load)
    if (now - load.since >= 1000) Object.assign(load, { begun: 0, since: now })
    if (maxCalls !== null && load.calls >= maxCalls) return null
    if (maxCallsPerSecond !== null && load.begun >= maxCallsPerSecond) return null
    load.calls += 1
    load.begun += 1
    let isTaken = true
    return () => {
      if (isTaken) load.calls -= 1
      isTaken = false
    }
  }
}
