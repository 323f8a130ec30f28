/** Who may call and register: by the domain that is called, by the trunk it comes from, or, where that is set, anybody. */
import type { AccountSid } from '../lib/ids.ts'
import { checkCredentials, type DigestAlgorithm, parseCredentials, writeChallenge } from '../wire/sip/digest.ts'
import type { SipHeaders } from '../wire/sip/headers.ts'
import type { SipRequest } from '../wire/sip/message.ts'
import type { Nonces } from '../wire/sip/nonces.ts'
import type { Hop } from '../wire/sip/transport.ts'
import { parseUri, type SipUri } from '../wire/sip/uri.ts'
import { isWithin } from './address-ranges.ts'
import { numberOf } from './addresses.ts'
import type { SipCredential, SipDirectory, SipDomain, SipTrunk } from './ports.ts'

export type Header = readonly [name: string, value: string]

export type Admitted =
  | { readonly to: 'domain'; readonly domain: SipDomain; readonly username: string | null }
  /** By a trunk, or by whom a domain lets in; by neither: it is open to anybody. */
  | {
      readonly to: 'number'
      readonly trunk: SipTrunk | null
      readonly domain: SipDomain | null
      readonly username: string | null
    }

export type Refused =
  /** The one who asks is to say who they are. */
  { readonly challenge: readonly Header[] } | { readonly refused: number; readonly why: string }

export interface AdmissionOptions {
  readonly directory: SipDirectory
  readonly nonces: Nonces
  readonly realm: string
  /** What users are challenged with, best first. */
  readonly algorithms: readonly DigestAlgorithm[]
  /** Calls to numbers of ours from anybody. */
  readonly isOpen: boolean
  /** Whether the host of a Request-URI is one of our own addresses, not a domain's name. */
  readonly isOurs: (host: string) => boolean
  /** The trunk that an address belongs to; with an account, one of its own. */
  readonly trunkAt: (address: string, accountSid?: AccountSid) => Promise<SipTrunk | null>
}

const BY_ANYBODY = { to: 'number', trunk: null, domain: null, username: null } as const

export class Admission {
  readonly #options: AdmissionOptions

  constructor(options: AdmissionOptions) {
    this.#options = options
  }

  /** Of an INVITE from outside. */
  async call(request: SipRequest, from: Hop): Promise<Admitted | Refused> {
    const { directory, isOpen } = this.#options
    const uri = parseUri(request.uri)
    const named = await directory.domain(uri?.host.toLowerCase() ?? '')
    if (named) return this.#toDomain(named, request, from)
    const number = numberOf(uri?.user ?? null)
    const trunk = await this.#trunkAt(from.address, number)
    // A trunk calls a number at our address, a phone may call anything there.
    if (trunk && number !== null) return { ...BY_ANYBODY, trunk }
    const domain = await this.#onlyDomain(uri)
    if (domain) return this.#atOurAddress(domain, number, request, from)
    if (trunk || isOpen) return { ...BY_ANYBODY, trunk }
    return { refused: 403, why: `${from.address} is no trunk's address, and called no domain of ours` }
  }

  /** Of a REGISTER. @returns the domain and the user who registers there */
  async registration(
    request: SipRequest,
    from: Hop,
  ): Promise<{ readonly domain: SipDomain; readonly username: string } | Refused> {
    const uri = parseUri(request.uri)
    const named = await this.#options.directory.domain(uri?.host.toLowerCase() ?? '')
    const domain = named ?? (await this.#onlyDomain(uri))
    if (!domain) return { refused: 404, why: 'no domain of ours' }
    if (!domain.registration || !domain.registrants)
      return { refused: 403, why: `${domain.name} takes no registrations` }
    // Calls to the phone go the way that its registration came.
    if (domain.secure && !isSecured(from))
      return { refused: 403, why: `${domain.name} takes registrations over TLS only` }
    const user = this.#userOf(request, domain.registrants)
    return typeof user === 'string' ? { domain, username: user } : user
  }

  async #toDomain(domain: SipDomain, request: SipRequest, from: Hop): Promise<Admitted | Refused> {
    if (domain.secure && !isSecured(from)) return { refused: 403, why: `${domain.name} takes calls over TLS only` }
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

  /**
   * Our address stands for the domain, unless a number of ours was dialled there: that is what is meant then. To call it one has
   * to be let into the domain all the same, so that nobody can find out which numbers there are.
   */
  async #atOurAddress(
    domain: SipDomain,
    number: string | null,
    request: SipRequest,
    from: Hop,
  ): Promise<Admitted | Refused> {
    const { directory, isOpen } = this.#options
    const owner = number && (await directory.ownerOf(number))
    if (owner && isOpen) return BY_ANYBODY
    const admitted = await this.#toDomain(domain, request, from)
    if (!('to' in admitted) || owner !== domain.accountSid) return admitted
    return { to: 'number', trunk: null, domain, username: admitted.username }
  }

  /** Of several trunks that have one address, that of the account whose number was dialled. */
  async #trunkAt(address: string, number: string | null): Promise<SipTrunk | null> {
    const { directory, trunkAt } = this.#options
    const trunk = await trunkAt(address)
    const owner = trunk && number && (await directory.ownerOf(number))
    if (!owner || owner === trunk.accountSid) return trunk
    return (await trunkAt(address, owner)) ?? trunk
  }

  /** One of our addresses stands for the only domain there is. */
  async #onlyDomain(uri: SipUri | null): Promise<SipDomain | null> {
    const { directory, isOurs } = this.#options
    return uri && isOurs(uri.host) ? directory.onlyDomain() : null
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

  /** Phones should take the first algorithm that they know (RFC 8760 section 2.4); many give up at one that they do not. */
  #challenge(stale: boolean): Refused {
    const { nonces, realm, algorithms } = this.#options
    const nonce = nonces.next()
    return {
      challenge: algorithms.map((algorithm) => [
        'WWW-Authenticate',
        writeChallenge({ realm, nonce, opaque: null, algorithm, qop: true, stale }),
      ]),
    }
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

/** Nobody reads a message on the way. */
export const isSecured = ({ transport }: Hop): boolean => transport === 'tls' || transport === 'wss'
