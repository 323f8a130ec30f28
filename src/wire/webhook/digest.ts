/**
 * HTTP Digest, client side (RFC 7616): reads the challenge of a 401 and computes the answer. MD5 and SHA-256, each also
 * as -sess; quality of protection `auth`, or none for servers older than RFC 2617. Left out: auth-int, userhash.
 */
import { hash } from 'node:crypto'
import type { Credentials } from './basic.ts'

type DigestAlgorithm = 'MD5' | 'MD5-sess' | 'SHA-256' | 'SHA-256-sess'

export interface DigestChallenge {
  readonly realm: string
  readonly nonce: string
  readonly opaque: string | null
  readonly algorithm: DigestAlgorithm
  /** Null when the server offers no quality of protection at all. */
  readonly qop: 'auth' | null
}

export interface DigestRequest {
  readonly method: string
  /** Path and query exactly as in the request line. */
  readonly uri: string
  /** How many requests were made with this nonce, this one included; from 1. */
  readonly nonceCount: number
  /** Chosen by the client, handed in by whoever has randomness. */
  readonly cnonce: string
}

/** In the order of preference; RFC 7616 §3.7 wants the strongest that both know. */
const ALGORITHMS: readonly DigestAlgorithm[] = ['SHA-256', 'SHA-256-sess', 'MD5', 'MD5-sess']

const HEADER_LENGTH_MAX = 4096
// auth-param of RFC 9110 §11.2: name = token or quoted string.
const PARAMETER = /([\w!#$%&'*+.^`|~-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g

/** The strongest challenge we can answer among the WWW-Authenticate headers of one response, null if there is none. */
export function parseDigestChallenge(headers: string | readonly string[]): DigestChallenge | null {
  const challenges: DigestChallenge[] = []
  for (const header of typeof headers === 'string' ? [headers] : headers) {
    if (header.length > HEADER_LENGTH_MAX) continue
    // Several challenges may share a header; a scheme is a token that no "=" follows.
    for (const text of header.split(/(?:^|,)\s*(?=[\w-]+\s+[\w-]+\s*=)/)) {
      const challenge = /^digest\s/i.test(text) ? parseOne(text) : null
      if (challenge) challenges.push(challenge)
    }
  }
  const [best] = challenges.sort((a, b) => ALGORITHMS.indexOf(a.algorithm) - ALGORITHMS.indexOf(b.algorithm))
  return best ?? null
}

/** The Authorization header that answers a challenge (RFC 7616 §3.4). */
export function formatDigest(
  challenge: DigestChallenge,
  { username, password }: Credentials,
  request: DigestRequest,
): string {
  const { realm, nonce, algorithm, qop, opaque } = challenge
  const digest = (text: string | Buffer) => hash(algorithm.startsWith('MD5') ? 'md5' : 'sha256', text, 'hex')
  const nc = request.nonceCount.toString(16).padStart(8, '0')

  // The realm came in a header, one byte per character; the others are ours to encode (RFC 7616 §4: UTF-8).
  const secret = digest(
    Buffer.concat([Buffer.from(`${username}:`), Buffer.from(realm, 'latin1'), Buffer.from(`:${password}`)]),
  )
  const ha1 = algorithm.endsWith('-sess') ? digest(`${secret}:${nonce}:${request.cnonce}`) : secret
  const ha2 = digest(`${request.method}:${request.uri}`)
  const response = digest(qop ? `${ha1}:${nonce}:${nc}:${request.cnonce}:${qop}:${ha2}` : `${ha1}:${nonce}:${ha2}`)

  const fields = [
    `username=${quote(Buffer.from(username).toString('latin1'))}`,
    `realm=${quote(realm)}`,
    `nonce=${quote(nonce)}`,
  ]
  fields.push(`uri=${quote(request.uri)}`, `response="${response}"`, `algorithm=${algorithm}`)
  if (qop) fields.push(`qop=${qop}`, `nc=${nc}`)
  if (qop || algorithm.endsWith('-sess')) fields.push(`cnonce=${quote(request.cnonce)}`)
  if (opaque !== null) fields.push(`opaque=${quote(opaque)}`)
  return `Digest ${fields.join(', ')}`
}

function parseOne(text: string): DigestChallenge | null {
  const fields = new Map<string, string>()
  for (const [, name, quoted, token] of text.matchAll(PARAMETER)) {
    fields.set(name!.toLowerCase(), quoted === undefined ? token! : quoted.replace(/\\(.)/g, '$1'))
  }
  const realm = fields.get('realm')
  const nonce = fields.get('nonce')
  const wanted = (fields.get('algorithm') ?? 'MD5').toLowerCase()
  const algorithm = ALGORITHMS.find((known) => known.toLowerCase() === wanted)
  const qops = fields.get('qop')?.split(/[\s,]+/)
  if (realm === undefined || nonce === undefined || !algorithm || (qops && !qops.includes('auth'))) return null
  return { realm, nonce, opaque: fields.get('opaque') ?? null, algorithm, qop: qops ? 'auth' : null }
}

// Header values are bytes, here one per character; control characters cannot be sent and are left out.
const quote = (text: string): string => `"${text.replace(/\p{Cc}/gu, '').replace(/["\\]/g, '\\$&')}"`
