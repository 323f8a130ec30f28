/**
 * Where phones are: bindings of addresses of record to contacts (RFC 3261 section 10.3). Kept in memory; phones renew them
 * within the hour. Whoever asks has been found to be who they say.
 */
import type { Clock } from '../lib/clock.ts'
import type { Instant } from '../lib/ids.ts'
import { parseCSeq } from '../wire/sip/cseq.ts'
import type { SipHeaders } from '../wire/sip/headers.ts'
import { parseNameAddr, writeNameAddr } from '../wire/sip/name-addr.ts'
import type { Parameters } from '../wire/sip/parameters.ts'
import type { Hop } from '../wire/sip/transport.ts'
import { parseUri, sameUri } from '../wire/sip/uri.ts'

/** Phones of one address; a further one is refused. */
export const BINDINGS_MAX = 10
/** Addresses with phones; a further one is refused. */
export const ADDRESSES_MAX = 100_000
const EXPIRES_SEC = { least: 60, usual: 3600, most: 3600 } as const
/** Of one binding; further ones would make the way longer than any is. */
const PATHS_MAX = 8
/** Those that ran out are looked for so often, besides when they are asked for. */
const SWEEP_MS = 60_000

export interface Binding {
  /** The contact's URI. */
  readonly contact: string
  /** Where its REGISTER came from: through a NAT, or on its connection, the only way to it. */
  readonly hop: Hop
  /** Of its REGISTER. */
  readonly path: readonly string[]
  readonly userAgent: string | null
  /** What the phone is known by wherever it is (RFC 5626 section 4.1): a new contact of it takes the place of its old one. */
  readonly instance: string | null
  readonly callId: string
  readonly cseq: number
  readonly expiresAt: Instant
}

export interface Answer {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
}

export class Registrar {
  readonly #clock: Pick<Clock, 'now'>
  readonly #bindings = new Map<string, readonly Binding[]>()
  /** Bindings by the address that their phone registered from. */
  readonly #phonesAt = new Map<string, number>()
  /** Addresses that have a phone on a connection, by connection. */
  readonly #addressesOn = new Map<string, Set<string>>()
  #sweptAt: number

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
    this.#sweptAt = clock.now()
  }

  /** Whether a phone has registered from that IP address. */
  hasPhoneAt(address: string): boolean {
    return this.#phonesAt.has(address)
  }

  /** Those that are still there, the newest first. */
  bindings(address: string): readonly Binding[] {
    const now = this.#clock.now()
    const all = this.#bindings.get(address) ?? []
    const live = all.filter(({ expiresAt }) => expiresAt > now)
    if (live.length < all.length) this.#keep(address, live)
    return live
  }

  /** Every address that has a phone. */
  *addresses(): Iterable<readonly [address: string, bindings: readonly Binding[]]> {
    for (const address of [...this.#bindings.keys()]) {
      const bindings = this.bindings(address)
      if (bindings.length > 0) yield [address, bindings]
    }
  }

  /** Carries out a REGISTER for `address`. */
  register(address: string, headers: SipHeaders, hop: Hop): Answer {
    const now = this.#clock.now()
    this.#sweep(now)
    const callId = headers.get('Call-ID') ?? ''
    const cseq = parseCSeq(headers.get('CSeq') ?? '')?.number ?? 0
    const contacts = headers.all('Contact')
    let bindings = this.bindings(address)
    if (contacts.length === 1 && contacts[0]!.trim() === '*') {
      if (headers.get('Expires')?.trim() !== '0') return { status: 400, headers: [] }
      if (bindings.some((one) => isOlder({ callId, cseq }, one))) return { status: 500, headers: [] }
      this.#keep(address, [])
      return { status: 200, headers: [] }
    }
    for (const written of contacts) {
      const contact = parseNameAddr(written)
      const uri = contact && parseUri(contact.uri)
      if (!contact || (uri?.scheme !== 'sip' && uri?.scheme !== 'sips')) return { status: 400, headers: [] }
      const asked = seconds(contact.parameters.get('expires') ?? headers.get('Expires'))
      if (asked > 0 && asked < EXPIRES_SEC.least)
        return { status: 423, headers: [['Min-Expires', String(EXPIRES_SEC.least)]] }
      const instance = instanceOf(contact.parameters)
      const known =
        bindings.find((one) => sameUri(parseUri(one.contact)!, uri)) ??
        bindings.find((one) => instance !== null && one.instance === instance)
      if (known && isOlder({ callId, cseq }, known)) return { status: 500, headers: [] }
      bindings = bindings.filter((one) => one !== known)
      if (asked === 0) continue
      if (bindings.length >= BINDINGS_MAX || (bindings.length === 0 && this.#bindings.size >= ADDRESSES_MAX))
        return { status: 503, headers: [['Retry-After', '60']] }
      const expiresAt = (now + Math.min(asked, EXPIRES_SEC.most) * 1000) as Instant
      const path = headers.all('Path').slice(0, PATHS_MAX)
      const userAgent = headers.get('User-Agent')?.slice(0, 255) ?? null
      bindings = [{ contact: contact.uri, hop, path, userAgent, instance, callId, cseq, expiresAt }, ...bindings]
    }
    // All of them or none (section 10.3, step 7).
    this.#keep(address, bindings)
    return {
      status: 200,
      headers: bindings.map(({ contact, expiresAt }) => ['Contact', contactOf(contact, now, expiresAt)]),
    }
  }

  /** The connection is no more: phones that were behind it cannot be called. */
  forget(connection: string): void {
    for (const address of [...(this.#addressesOn.get(connection) ?? [])]) {
      const bindings = this.#bindings.get(address) ?? []
      this.#keep(
        address,
        bindings.filter(({ hop }) => hop.connection !== connection),
      )
    }
  }

  #sweep(now: Instant): void {
    if (now - this.#sweptAt < SWEEP_MS) return
    this.#sweptAt = now
    for (const address of [...this.#bindings.keys()]) this.bindings(address)
  }

  #keep(address: string, bindings: readonly Binding[]): void {
    for (const { hop } of this.#bindings.get(address) ?? []) this.#leaves(hop, address)
    for (const { hop } of bindings) this.#joins(hop, address)
    if (bindings.length === 0) this.#bindings.delete(address)
    else this.#bindings.set(address, bindings)
  }

  #joins({ address: at, connection }: Hop, address: string): void {
    this.#phonesAt.set(at, (this.#phonesAt.get(at) ?? 0) + 1)
    if (connection === undefined) return
    const addresses = this.#addressesOn.get(connection)
    if (addresses) addresses.add(address)
    else this.#addressesOn.set(connection, new Set([address]))
  }

  #leaves({ address: at, connection }: Hop, address: string): void {
    const phones = (this.#phonesAt.get(at) ?? 0) - 1
    if (phones > 0) this.#phonesAt.set(at, phones)
    else this.#phonesAt.delete(at)
    const addresses = connection === undefined ? undefined : this.#addressesOn.get(connection)
    addresses?.delete(address)
    if (addresses?.size === 0) this.#addressesOn.delete(connection!)
  }
}

/** With the number of the flow, of which a phone may have two. */
function instanceOf(parameters: Parameters): string | null {
  const instance = parameters.get('+sip.instance')
  return instance ? `${instance.slice(0, 255)} ${parameters.get('reg-id') ?? ''}` : null
}

/** A REGISTER that arrived out of order (section 10.3, step 7). */
function isOlder(one: { readonly callId: string; readonly cseq: number }, than: Binding): boolean {
  return one.callId === than.callId && one.cseq <= than.cseq
}

function seconds(written: string | null | undefined): number {
  return written && /^\d{1,10}$/.test(written.trim()) ? Number(written) : EXPIRES_SEC.usual
}

function contactOf(uri: string, now: Instant, expiresAt: Instant): string {
  const parameters = new Map([['expires', String(Math.ceil((expiresAt - now) / 1000))]])
  return writeNameAddr({ displayName: null, uri, parameters })
}
