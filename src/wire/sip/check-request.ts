/**
 * What every request is asked before anyone looks at what it wants (RFC 3261 section 8.2), in that section's order: is its method
 * known, is its address of a kind that is served, are the extensions that it insists on there, can its body be read? Whether it may
 * come at all (authentication) and whether it is the same one twice (482) is asked elsewhere.
 */
import type { SipRequest } from './message.ts'
import { parseNameAddr } from './name-addr.ts'
import { parseUri, schemeOf } from './uri.ts'

/** What the one who is asked can do. */
export interface Supported {
  /** Goes into Allow. */
  readonly methods: readonly string[]
  /** Of Request-URIs, in lower case. */
  readonly schemes: readonly string[]
  /** Option tags (RFC 3261 section 19.2), in lower case. */
  readonly extensions: readonly string[]
  /** Of bodies, in lower case; goes into Accept. */
  readonly contentTypes: readonly string[]
  /** It makes requests of its own out of those it takes, so it counts hops like a proxy. */
  readonly forwards: boolean
}

/** A response to make, and header fields to put into it. */
export interface Objection {
  readonly status: number
  readonly reason?: string
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** That somebody has: refused with 405 where they are not taken, all others with 501 (RFC 3261 section 21.5.2). */
const KNOWN_METHODS: ReadonlySet<string> = new Set([
  'ACK',
  'BYE',
  'CANCEL',
  'INFO',
  'INVITE',
  'MESSAGE',
  'NOTIFY',
  'OPTIONS',
  'PRACK',
  'PUBLISH',
  'REFER',
  'REGISTER',
  'SUBSCRIBE',
  'UPDATE',
])
/** To these something is sent. */
const ADDRESSES = ['Contact', 'Route', 'Record-Route'] as const
/** Offers and answers of a session; whoever sends INVITE takes them when it does not say otherwise (RFC 3261 section 20.1). */
const SESSION = 'application/sdp'

const CHECKS = [checkMethod, checkUri, checkAddresses, checkHops, checkExtensions, checkBody, checkAccept]

/** @returns null when there is nothing against the request; there never is against ACK, which has no response */
export function checkRequest(request: SipRequest, supported: Supported): Objection | null {
  if (request.method === 'ACK') return null
  for (const check of CHECKS) {
    const objection = check(request, supported)
    if (objection !== null) return objection
  }
  return null
}

const refuse = (status: number, reason?: string): Objection =>
  reason === undefined ? { status, headers: [] } : { status, reason, headers: [] }

/** Section 8.2.1. */
function checkMethod({ method }: SipRequest, { methods }: Supported): Objection | null {
  if (methods.includes(method)) return null
  return { status: KNOWN_METHODS.has(method) ? 405 : 501, headers: [['Allow', methods.join(', ')]] }
}

/** Section 8.2.2.1; header fields are not for Request-URIs (section 19.1.1). Whom a registration is for says To (section 10.3). */
function checkUri(request: SipRequest, { schemes }: Supported): Objection | null {
  if (!schemes.includes(schemeOf(request.uri) ?? '')) return refuse(416)
  if ((parseUri(request.uri)?.headers.size ?? 0) > 0) return refuse(400, 'Header fields in Request-URI')
  if (request.method === 'REGISTER') {
    const to = parseNameAddr(request.headers.get('To') ?? '')
    const scheme = parseUri(to?.uri ?? '')?.scheme
    if (scheme !== 'sip' && scheme !== 'sips') return refuse(400, 'To is no SIP address')
  }
  return null
}

function checkAddresses({ method, headers }: SipRequest): Objection | null {
  for (const name of ADDRESSES)
    for (const value of headers.all(name)) {
      // Section 10.2.2: all of a user's registrations.
      if (value === '*' && name === 'Contact' && method === 'REGISTER') continue
      const uri = parseNameAddr(value)?.uri
      if (uri === undefined || (/^sips?:/i.test(uri) && parseUri(uri) === null)) return refuse(400, `Malformed ${name}`)
    }
  return null
}

/** Section 16.3. Values above 255 count as none, as if a phone had sent them that knows no limit. */
function checkHops({ headers }: SipRequest, { forwards }: Supported): Objection | null {
  const hops = headers.get('Max-Forwards')
  if (hops === undefined) return null
  if (!/^\d+$/.test(hops)) return refuse(400, 'Malformed Max-Forwards')
  return forwards && Number(hops) === 0 ? refuse(483) : null
}

/** Section 8.2.2.3. A CANCEL requires nothing. */
function checkExtensions({ method, headers }: SipRequest, { extensions }: Supported): Objection | null {
  if (method === 'CANCEL') return null
  const missing = headers.all('Require').filter((tag) => tag !== '' && !extensions.includes(tag.toLowerCase()))
  return missing.length === 0 ? null : { status: 420, headers: [['Unsupported', missing.join(', ')]] }
}

/** Section 8.2.3. */
function checkBody({ headers, body }: SipRequest, { contentTypes }: Supported): Objection | null {
  if (body.length === 0 || isOptional(headers.get('Content-Disposition'))) return null
  const encodings = headers.all('Content-Encoding')
  if (encodings.some((encoding) => encoding.toLowerCase() !== 'identity'))
    return { status: 415, headers: [['Accept-Encoding', 'identity']] }
  const type = headers.get('Content-Type')
  if (type === undefined) return refuse(400, 'Missing Content-Type')
  return contentTypes.includes(mediaType(type)) ? null : { status: 415, headers: [['Accept', contentTypes.join(', ')]] }
}

/** What answers an INVITE describes a session, so one who does not take that gets nothing that could help. */
function checkAccept({ method, headers }: SipRequest): Objection | null {
  if (method !== 'INVITE' || !headers.has('Accept')) return null
  const types = headers.all('Accept').map(mediaType)
  return types.some((type) => type === SESSION || type === 'application/*' || type === '*/*') ? null : refuse(406)
}

/** Section 20.11. */
const isOptional = (disposition: string | undefined): boolean =>
  disposition !== undefined && /;[ \t]*handling[ \t]*=[ \t]*optional\b/i.test(disposition)

/** Without its parameters and the blanks that may stand around its slash. */
const mediaType = (value: string): string => value.split(';', 1)[0]!.replace(/[ \t]/g, '').toLowerCase()
