/**
 * One attempt of an outward request: sent, answered to a Digest challenge where the URL has credentials, and followed
 * through its redirects. A redirect is always followed as a GET without parameters, signed anew for the new URL.
 */
import { isUtf8 } from 'node:buffer'
import { randomHex32 } from '../lib/ids.ts'
import { type Credentials, formatBasic, parseUserInfo } from '../wire/webhook/basic.ts'
import { type DigestChallenge, formatDigest, parseDigestChallenge } from '../wire/webhook/digest.ts'
import { formatHttpUrl, type HttpUrl, parseHttpUrl, resolveUrl } from '../wire/webhook/http-url.ts'
import type { ConnectionOverrides } from '../wire/webhook/overrides.ts'
import { signRequest, toSigningUrl } from '../wire/webhook/signature.ts'
import type { CallCookies } from './courier-cookies.ts'
import type { ExchangeError } from './entry.ts'
import type { HttpResult, HttpTransport } from './http-transport.ts'
import { maskUrl } from './masking.ts'

export const REDIRECTS_MAX = 10

/** All that a request needs to be made, more than once if need be. */
export interface Plan {
  readonly method: 'GET' | 'POST'
  /** As it was given, for relative URLs in the answer. */
  readonly givenUrl: string
  /** With the parameters of a GET in its query. */
  readonly url: HttpUrl
  /** Headers of the first request, but for cookies and credentials. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** What requests after a redirect are signed with; null: unsigned. */
  readonly authToken: string | null
  readonly overrides: ConnectionOverrides
  readonly bodyBytesMax: number
  readonly cookies: CallCookies | undefined
  /** GETs may be answered from the HTTP cache. */
  readonly cache: boolean
  readonly stop: AbortSignal | undefined
}

export interface Outcome {
  readonly result: HttpResult
  /** Redirects that cannot be followed. The result is then the redirecting answer. */
  readonly error: ExchangeError | null
  readonly hops: readonly string[]
  /** Where the answer came from, credentials included. */
  readonly finalUrl: string
  readonly durationMs: number
}

/** `leftMs`: real milliseconds until the whole request has to be over. */
export async function makeAttempt(transport: HttpTransport, plan: Plan, leftMs: () => number): Promise<Outcome> {
  const { overrides, cookies } = plan
  const hops: string[] = []
  let { url, method, headers } = plan
  let finalUrl = plan.givenUrl
  let access = url.userInfo === null ? null : new Access(url.userInfo)
  let challenged = false
  let durationMs = 0

  for (;;) {
    const href = url.origin + url.target
    const cookie = cookies?.headerFor(href)
    const authorization = access?.header(method, url.target)
    const extra = cookie !== undefined || authorization !== undefined || url.hostHeader !== null
    const result = await transport.send({
      method,
      url: href,
      headers: extra
        ? withExtra(headers, { Cookie: cookie, Authorization: authorization, Host: url.hostHeader })
        : headers,
      ...(plan.body !== undefined && method === 'POST' && { body: plan.body }),
      connectTimeoutMs: overrides.connectTimeoutMs,
      readTimeoutMs: overrides.readTimeoutMs,
      totalTimeoutMs: Math.max(1, Math.ceil(leftMs())),
      bodyBytesMax: plan.bodyBytesMax,
      sni: overrides.sni,
      cache: plan.cache && method === 'GET',
      ...(plan.stop && { stop: plan.stop }),
    })
    durationMs += result.durationMs
    const end = (error: ExchangeError | null): Outcome => ({ result, error, hops, finalUrl, durationMs })
    if (!result.ok) return end(null)

    const setCookie = result.headers['set-cookie']
    if (cookies && setCookie !== undefined) await cookies.take(href, setCookie)
    if (result.status === 401 && !challenged && access?.challenge(result.headers['www-authenticate'])) {
      challenged = true
      continue
    }
    if (!isRedirect(result.status)) return end(null)
    const next = toNext(finalUrl, result.headers.location)
    if (!next) return end({ code: 11216, message: `The redirect (status ${result.status}) has no valid Location.` })
    if (hops.length === REDIRECTS_MAX) return end({ code: 11215, message: `More than ${REDIRECTS_MAX} redirects.` })

    access = toNextAccess(access, url, next.url)
    challenged = false
    finalUrl = access && next.url.userInfo === null ? withUserInfo(next.url, access.userInfo) : next.text
    url = next.url
    method = 'GET'
    headers = toGetHeaders(plan, url)
    hops.push(maskUrl(next.text))
  }
}

/** Credentials of a URL: Basic at once, Digest once the server has asked for it. */
class Access {
  readonly userInfo: string
  readonly #credentials: Credentials
  #challenge: DigestChallenge | null = null
  #count = 0

  constructor(userInfo: string) {
    this.userInfo = userInfo
    this.#credentials = parseUserInfo(userInfo)
  }

  header(method: string, uri: string): string {
    if (!this.#challenge) return formatBasic(this.#credentials)
    this.#count += 1
    return formatDigest(this.#challenge, this.#credentials, {
      method,
      uri,
      nonceCount: this.#count,
      cnonce: randomHex32(),
    })
  }

  /** True when the challenge can be answered. */
  challenge(headers: string | readonly string[] | undefined): boolean {
    const challenge = headers === undefined ? null : parseDigestChallenge(headers)
    if (!challenge) return false
    this.#challenge = challenge
    this.#count = 0
    return true
  }
}

/** Credentials go no further than their origin; a relative redirect inherits them, an absolute one may bring its own. */
function toNextAccess(access: Access | null, from: HttpUrl, to: HttpUrl): Access | null {
  const kept = from.origin === to.origin ? access : null
  if (to.userInfo === null || to.userInfo === kept?.userInfo) return kept
  return new Access(to.userInfo)
}

const isRedirect = (status: number): boolean =>
  status === 301 || status === 302 || status === 303 || status === 307 || status === 308

function toNext(base: string, location: string | readonly string[] | undefined): { text: string; url: HttpUrl } | null {
  const reference = typeof location === 'string' ? location : location?.[0]
  if (!reference) return null
  try {
    const text = resolveUrl(base, toText(reference))
    return { text, url: parseHttpUrl(text) }
  } catch {
    return null
  }
}

/** Headers come as bytes, one per character; browsers take those of a Location for UTF-8. */
function toText(header: string): string {
  const bytes = Buffer.from(header, 'latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : header
}

function toGetHeaders(plan: Plan, url: HttpUrl): Readonly<Record<string, string>> {
  const { 'Content-Type': _, ...headers } = plan.headers
  if (plan.authToken === null) return headers
  return { ...headers, 'X-Twilio-Signature': signRequest(plan.authToken, toSigningUrl(url)) }
}

function withExtra(
  headers: Readonly<Record<string, string>>,
  extra: Readonly<Record<string, string | null | undefined>>,
): Record<string, string> {
  const all: Record<string, string> = { ...headers }
  for (const [name, value] of Object.entries(extra)) if (value !== null && value !== undefined) all[name] = value
  return all
}

const withUserInfo = (url: HttpUrl, userInfo: string): string =>
  formatHttpUrl(url).replace('://', () => `://${userInfo}@`)
