/** Who may call and register: by the domain that is called, by the trunk it comes from, or, where that is set, anybody. */
import ipaddr from 'ipaddr.js'
import { checkCredentials, DIGEST_ALGORITHMS, parseCredentials, writeChallenge } from '../wire/sip/digest.ts'
import type { SipHeaders } from '../wire/sip/headers.ts'
import type { SipRequest } from '../wire/sip/message.ts'
import type { Nonces } from '../wire/sip/nonces.ts'
import type { Hop } from '../wire/sip/transport.ts'
import { parseUri } from '../wire/sip/uri.ts'
import type { SipCredential, SipDirectory, SipDomain, SipTrunk } from './ports.ts'

export type Header = readonly [name: string, value: string]

export type Admitted =
  | { readonly to: 'domain'; readonly domain: SipDomain; readonly username: string | null }
  | { readonly to: 'number'; readonly trunk: SipTrunk | null }

export type Refused =
  /** The one who asks is to say who they are. */
  { readonly challenge: readonly Header[] } | { readonly refused: number; readonly why: string }

export interface AdmissionOptions {
  readonly directory: SipDirectory
  readonly nonces: Nonces
  readonly realm: string
  /** Calls to numbers of ours from anybody. */
  readonly isOpen: boolean
  /** Whether the host of a Request-URI is one of our own addresses, not a domain's name. */
  readonly isOurs: (host: string) => boolean
  /** Addresses of a trunk's servers that are given by name. */
  readonly addressesOf: (trunk: SipTrunk) => Promise<readonly string[]>
}

export class Admission {
  readonly #options: AdmissionOptions

  constructor(options: AdmissionOptions) {
    this.#options = options
  }

  /** Of an INVITE from outside. */
  async call(request: SipRequest, from: Hop): Promise<Admitted | Refused> {
    const { isOpen } = this.#options
    const domain = await this.#domainOf(request.uri)
    if (domain) return this.#toDomain(domain, request, from)
    const trunk = await this.#trunkFrom(from.address)
    if (trunk || isOpen) return { to: 'number', trunk }
    return { refused: 403, why: `${from.address} is no trunk's address, and called no domain of ours` }
  }

  /** Of a REGISTER. @returns the domain's name and the user who registers */
  async registration(
    request: SipRequest,
  ): Promise<{ readonly domain: SipDomain; readonly username: string } | Refused> {
    const domain = await this.#domainOf(request.uri)
    if (!domain) return { refused: 404, why: 'no domain of ours' }
    if (!domain.registration || !domain.registrants)
      return { refused: 403, why: `${domain.name} takes no registrations` }
    const user = this.#userOf(request, domain.registrants)
    return typeof user === 'string' ? { domain, username: user } : user
  }

  async #toDomain(domain: SipDomain, request: SipRequest, from: Hop): Promise<Admitted | Refused> {
    if (domain.secure && from.transport !== 'tls' && from.transport !== 'wss')
      return { refused: 403, why: `${domain.name} takes calls over TLS only` }
    if (!domain.addresses && !domain.callers) {
      if (this.#options.isOpen) return { to: 'domain', domain, username: null }
      return { refused: 403, why: `${domain.name} has no list of those who may call it` }
    }
    if (domain.addresses && !isWithin(from.address, domain.addresses))
      return { refused: 403, why: `${from.address} is in no address list of ${domain.name}` }
    if (!domain.callers) return { to: 'domain', domain, username: null }
    const user = this.#userOf(request, domain.callers)
    return typeof user === 'string' ? { to: 'domain', domain, username: user } : user
  }

  /** The domain that a URI names; one of our addresses stands for the only domain there is. */
  async #domainOf(uri: string): Promise<SipDomain | null> {
    const { directory, isOurs } = this.#options
    const host = parseUri(uri)?.host.toLowerCase() ?? ''
    return (await directory.domain(host)) ?? (isOurs(host) ? directory.onlyDomain() : null)
  }

  /** @returns the user's name once it is certain */
  #userOf(request: SipRequest, users: ReadonlyMap<string, SipCredential>): string | Refused {
    const { realm, nonces } = this.#options
    const field = credentialsField(request.headers, realm)
    if (!field) return this.#challenge(false)
    const user = users.get(field.username)
    const hashed = field.algorithm === 'MD5' ? user?.hashes.md5 : user?.hashes.sha256
    if (!user || !hashed || !checkCredentials(field, hashed, request.method))
      return { refused: 403, why: `wrong user or password: ${field.username.slice(0, 64)}` }
    // What was signed must be what is asked for.
    if (parseUri(field.uri)?.host.toLowerCase() !== parseUri(request.uri)?.host.toLowerCase())
      return { refused: 400, why: 'credentials for another address' }
    const state = nonces.take(field)
    return state === 'fresh' ? user.username : this.#challenge(state === 'stale')
  }

  /** With every algorithm, best first: phones take the first that they know (RFC 8760 section 2.4). */
  #challenge(stale: boolean): Refused {
    const { nonces, realm } = this.#options
    const nonce = nonces.next()
    return {
      challenge: DIGEST_ALGORITHMS.map((algorithm) => [
        'WWW-Authenticate',
        writeChallenge({ realm, nonce, opaque: null, algorithm, qop: true, stale }),
      ]),
    }
  }

  async #trunkFrom(address: string): Promise<SipTrunk | null> {
    const { directory, addressesOf } = this.#options
    for (const trunk of await directory.trunks())
      if (isWithin(address, trunk.from) || (await addressesOf(trunk)).includes(address)) return trunk
    return null
  }
}

function credentialsField(headers: SipHeaders, realm: string) {
  const fields = [...headers.all('Authorization'), ...headers.all('Proxy-Authorization')]
  for (const field of fields.slice(0, 4)) {
    const credentials = parseCredentials(field)
    if (credentials?.realm === realm) return credentials
  }
  return null
}

/** Whether an address is in one of the CIDR ranges. */
export function isWithin(address: string, ranges: readonly string[]): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  return ranges.some((range) => {
    if (!ipaddr.isValidCIDR(range)) return false
    const [network, bits] = ipaddr.parseCIDR(range)
    return network.kind() === parsed.kind() && parsed.match(network, bits)
  })
}
