/** Addresses as the engine writes them (numbers, `client:`, `sip:`) and as SIP does. */
import type { SipHeaders } from '../wire/sip/headers.ts'
import { type NameAddr, parseNameAddr, writeNameAddr } from '../wire/sip/name-addr.ts'
import { NO_PARAMETERS } from '../wire/sip/parameters.ts'
import { parseUri, type SipUri, writeUri } from '../wire/sip/uri.ts'

// Some write a number with separators, some with parameters behind it.
const SEPARATORS = /[-.()\s]/g
const NUMBER = /^\+?[1-9]\d{4,14}$/

/** The E.164 number that the user part of an address is; null when it is none. */
export function numberOf(user: string | null): string | null {
  const bare = (user ?? '').split(';')[0]!.replace(SEPARATORS, '')
  if (!NUMBER.test(bare)) return null
  return bare.startsWith('+') ? bare : `+${bare}`
}

/** An address without what concerns only the way to it: `sip:alice@example.com`. */
export function plainAddress({ scheme, user, host }: Pick<SipUri, 'scheme' | 'user' | 'host'>): string {
  const uri = {
    scheme,
    user,
    host: host.toLowerCase(),
    password: null,
    port: null,
    parameters: NO_PARAMETERS,
    headers: new Map(),
  }
  return writeUri(uri)
}

export interface Caller {
  /** A number where it is one, else an address. */
  readonly address: string
  readonly name: string | null
}

/** RFC 3323: the caller wants to be nobody. */
const NOBODY = /^anonymous$|@anonymous\.invalid$/i

const ANONYMOUS: Caller = { address: 'anonymous', name: null }

/** Who calls, by the From of an INVITE. @param byNumber a number is told without its host: of calls that come by a trunk */
export function callerOf(from: string | undefined, byNumber: boolean): Caller {
  const party = from === undefined ? null : parseNameAddr(from)
  const uri = party && parseUri(party.uri)
  if (!party || !uri || NOBODY.test(uri.user ?? '') || NOBODY.test(`@${uri.host}`)) return ANONYMOUS
  const number = byNumber || uri.scheme === 'tel' ? numberOf(uri.user) : null
  return { address: number ?? plainAddress(uri), name: party.displayName || null }
}

/** Where a redirection leads: the best first (RFC 3261 section 20.10). */
export function contactsOf(headers: SipHeaders): string[] {
  const contacts = headers.all('Contact').flatMap((value) => parseNameAddr(value) ?? [])
  const rank = ({ parameters }: NameAddr) => Number(parameters.get('q') ?? 1) || 0
  return contacts.toSorted((a, b) => rank(b) - rank(a)).map(({ uri }) => uri)
}

const CLIENT = /^client:/i

/** The user part that a party is shown as. */
function userOf(address: string): string {
  if (CLIENT.test(address)) return address.replace(CLIENT, '')
  const uri = parseUri(address)
  return uri ? (uri.user ?? '') : address
}

/** Our From: the caller as a user of our host, without a tag. */
export function fromHeader(
  { address, name }: { readonly address: string; readonly name: string | null },
  host: string,
): string {
  const uri = plainAddress({ scheme: 'sip', user: userOf(address) || 'anonymous', host })
  const from: NameAddr = { displayName: name, uri, parameters: NO_PARAMETERS }
  return writeNameAddr(from)
}
