/**
 * Digest authentication (RFC 8760, RFC 7616, RFC 3261 section 22): challenges and what answers them, with MD5 and SHA-256, `qop=auth`
 * or, for old phones, without. Whoever asks keeps no password: a hash of user, realm and password does.
 */
import { hash, timingSafeEqual } from 'node:crypto'

export const DIGEST_ALGORITHMS = ['SHA-256', 'MD5'] as const
export type DigestAlgorithm = (typeof DIGEST_ALGORITHMS)[number]

/** Longer header fields are not read. */
const FIELD_LENGTH_MAX = 4096
const PARAMETERS_MAX = 32

const HASHES: Readonly<Record<DigestAlgorithm, string>> = { 'SHA-256': 'sha256', MD5: 'md5' }
const PARAMETER = /\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))\s*(?:,|$)/y

export interface DigestChallenge {
  readonly realm: string
  readonly nonce: string
  readonly opaque: string | null
  readonly algorithm: DigestAlgorithm
  /** It offers `qop=auth`. */
  readonly qop: boolean
  /** The last answer was right, only for a nonce that is too old. */
  readonly stale: boolean
}

export interface DigestCredentials {
  readonly username: string
  readonly realm: string
  readonly nonce: string
  readonly uri: string
  /** Lower-case hex. */
  readonly response: string
  readonly algorithm: DigestAlgorithm
  readonly opaque: string | null
  /** Null: without `qop`. */
  readonly auth: { readonly cnonce: string; readonly count: number } | null
}

/** The hash of a user, as whoever asks keeps it. Lower-case hex. */
export function userHash(algorithm: DigestAlgorithm, username: string, realm: string, password: string): string {
  return digest(algorithm, `${username}:${realm}:${password}`)
}

/** Null when it is no challenge that can be answered. */
export function parseChallenge(field: string): DigestChallenge | null {
  const parameters = parseParameters(field)
  const algorithm = parameters && algorithmOf(parameters)
  const realm = parameters?.get('realm')
  const nonce = parameters?.get('nonce')
  if (!parameters || !algorithm || realm === undefined || nonce === undefined) return null
  const offers = parameters
    .get('qop')
    ?.toLowerCase()
    .split(/[\s,]+/)
  if (offers && !offers.includes('auth')) return null
  return {
    realm,
    nonce,
    opaque: parameters.get('opaque') ?? null,
    algorithm,
    qop: offers !== undefined,
    stale: parameters.get('stale')?.toLowerCase() === 'true',
  }
}

export function writeChallenge({ realm, nonce, opaque, algorithm, qop, stale }: DigestChallenge): string {
  const parts = [`realm=${quoted(realm)}`, `nonce=${quoted(nonce)}`, `algorithm=${algorithm}`]
  if (qop) parts.push('qop="auth"')
  if (opaque !== null) parts.push(`opaque=${quoted(opaque)}`)
  if (stale) parts.push('stale=true')
  return `Digest ${parts.join(', ')}`
}

/** The strongest of several; null when none can be answered. */
export function chooseChallenge(fields: readonly string[]): DigestChallenge | null {
  const challenges = fields.map(parseChallenge)
  for (const algorithm of DIGEST_ALGORITHMS) {
    const found = challenges.find((challenge) => challenge?.algorithm === algorithm)
    if (found) return found
  }
  return null
}

/** The field that answers a challenge. @param count of answers with this nonce, from 1 */
export function answerChallenge(
  { realm, nonce, opaque, algorithm, qop }: DigestChallenge,
  user: { readonly username: string; readonly password: string },
  about: { readonly method: string; readonly uri: string; readonly cnonce: string; readonly count: number },
): string {
  const { method, uri, cnonce, count } = about
  const auth = qop ? { cnonce, count } : null
  const { username, password } = user
  const credentials = { username, realm, nonce, uri, response: '', algorithm, opaque, auth }
  const response = expectedResponse(credentials, userHash(algorithm, username, realm, password), method)
  const parts = [
    `username=${quoted(username)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(uri)}`,
    `response="${response}"`,
    `algorithm=${algorithm}`,
  ]
  if (auth) parts.push('qop=auth', `nc=${hexCount(count)}`, `cnonce=${quoted(cnonce)}`)
  if (opaque !== null) parts.push(`opaque=${quoted(opaque)}`)
  return `Digest ${parts.join(', ')}`
}

/** Null when the field of a request is no digest that can be checked. */
export function parseCredentials(field: string): DigestCredentials | null {
  const parameters = parseParameters(field)
  const algorithm = parameters && algorithmOf(parameters)
  if (!parameters || !algorithm) return null
  const [username, realm, nonce, uri, response] = ['username', 'realm', 'nonce', 'uri', 'response'].map((name) =>
    parameters.get(name),
  )
  if (!username || realm === undefined || !nonce || !uri || !response || !/^[\da-f]{32,64}$/i.test(response))
    return null
  const qop = parameters.get('qop')
  const cnonce = parameters.get('cnonce')
  const count = parameters.get('nc')
  const isWhole = qop?.toLowerCase() === 'auth' && cnonce !== undefined && /^[\da-f]{8}$/i.test(count ?? '')
  if (qop !== undefined && !isWhole) return null
  return {
    username,
    realm,
    nonce,
    uri,
    response: response.toLowerCase(),
    algorithm,
    opaque: parameters.get('opaque') ?? null,
    auth: qop === undefined ? null : { cnonce: cnonce!, count: Number.parseInt(count!, 16) },
  }
}

/** Whether the one who sent the credentials knows the password that `hashed` was made of. In constant time. */
export function checkCredentials(credentials: DigestCredentials, hashed: string, method: string): boolean {
  const expected = Buffer.from(expectedResponse(credentials, hashed, method))
  const given = Buffer.from(credentials.response)
  return expected.length === given.length && timingSafeEqual(expected, given)
}

function expectedResponse({ algorithm, nonce, uri, auth }: DigestCredentials, hashed: string, method: string): string {
  const middle = auth ? `${nonce}:${hexCount(auth.count)}:${auth.cnonce}:auth` : nonce
  return digest(algorithm, `${hashed}:${middle}:${digest(algorithm, `${method}:${uri}`)}`)
}

const digest = (algorithm: DigestAlgorithm, text: string): string => hash(HASHES[algorithm], text, 'hex')
const hexCount = (count: number): string => count.toString(16).padStart(8, '0')
const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`

/** By name in lower case. Null when the field has another scheme or cannot be read. */
function parseParameters(field: string): Map<string, string> | null {
  const scheme = /^\s*digest\s+/i.exec(field)
  if (!scheme || field.length > FIELD_LENGTH_MAX) return null
  const parameters = new Map<string, string>()
  PARAMETER.lastIndex = scheme[0].length
  while (PARAMETER.lastIndex < field.length) {
    const found = PARAMETER.exec(field)
    if (!found || parameters.size === PARAMETERS_MAX) return null
    const [, name, text, word] = found
    const key = name!.toLowerCase()
    // Twice the same name may be read two ways.
    if (parameters.has(key)) return null
    parameters.set(key, text === undefined ? (word ?? '') : text.replace(/\\(.)/g, '$1'))
  }
  return parameters
}

function algorithmOf(parameters: ReadonlyMap<string, string>): DigestAlgorithm | null {
  const wanted = (parameters.get('algorithm') ?? 'MD5').toUpperCase()
  return DIGEST_ALGORITHMS.find((algorithm) => algorithm === wanted) ?? null
}
