/**
 * From "ask this URL with these parameters" to what goes over the wire and what is recorded of it. The wire form is the
 * reference's: form body or query, its headers, its signature.
 */
import { appendQuery, encodeForm } from '../wire/webhook/form.ts'
import { formatHttpUrl, type HttpUrl, hasUnderscoreHost, parseHttpUrl, withTarget } from '../wire/webhook/http-url.ts'
import {
  type ConnectionOverrides,
  DEFAULT_OVERRIDES,
  type OverrideProblem,
  parseOverrides,
} from '../wire/webhook/overrides.ts'
import { signRequest, toSigningUrl } from '../wire/webhook/signature.ts'
import type { Plan } from './courier-attempt.ts'
import type { CallCookies } from './courier-cookies.ts'
import type { ExchangeError, Intent, Parameters, Purpose, RecordedRequest } from './entry.ts'
import { maskedQueryParameters, maskParameters, maskUrl } from './masking.ts'

/** What a URL says; `url` is null when it is none. */
export interface ReadUrl {
  readonly url: HttpUrl | null
  readonly overrides: ConnectionOverrides
  readonly problems: readonly OverrideProblem[]
  /** Without secrets, user info and fragment. */
  readonly recorded: string
}

/** What a plan is made from. */
export interface Asked {
  readonly purpose: Purpose
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly parameters: Parameters
  readonly bodyBytesMax: number
  readonly cookies?: CallCookies
  readonly stop?: AbortSignal
}

const URLS_MAX = 1000

const FORM_TYPE = 'application/x-www-form-urlencoded; charset=UTF-8'
const PLAIN_HEADERS = { 'User-Agent': 'TwilioProxy/1.1', Accept: '*/*', 'Cache-Control': 'max-age=259200' } as const

/**
 * Fetches, whose answers are used. All others are callbacks: their hosts may have no underscore, and they are never
 * answered from the cache, since it is the request that counts.
 */
const FETCHES: ReadonlySet<Purpose> = new Set(['twiml', 'wait', 'hold', 'announce', 'media'])

/** URLs already read, the last thousand: most calls of an app share theirs. */
export class UrlReader {
  readonly #known = new Map<string, ReadUrl>()

  read(text: string): ReadUrl {
    const known = this.#known.get(text)
    if (known) return known
    const url = toHttpUrl(text)
    const parsed = url ? parseOverrides(url.fragment) : { overrides: DEFAULT_OVERRIDES, problems: [] }
    const read = { url, ...parsed, recorded: maskUrl(url ? formatHttpUrl(url) : text) }
    if (this.#known.size >= URLS_MAX) this.#known.delete(this.#known.keys().next().value!)
    this.#known.set(text, read)
    return read
  }
}

/** The request as the journal shows it: a GET with all parameters of its query, the URL's own included. */
export function toRecordedRequest({ method, parameters }: Asked, { url, recorded }: ReadUrl): RecordedRequest {
  if (method === 'POST' || !url) return { method, url: recorded, parameters: maskParameters(parameters) }
  const target = appendQuery(url.target, parameters)
  return { method, url: maskUrl(formatHttpUrl(withTarget(url, target))), parameters: maskedQueryParameters(target) }
}

/** What a restart needs: the URL with its secrets, for a GET with its parameters too. */
export function toResend({ method, url, parameters }: Asked, idempotencyToken: string): Intent['resend'] {
  if (method === 'POST') return { url, idempotencyToken }
  const hash = url.indexOf('#')
  const complete =
    hash < 0 ? appendQuery(url, parameters) : appendQuery(url.slice(0, hash), parameters) + url.slice(hash)
  return { url: complete, idempotencyToken }
}

/**
 * @param authToken null: unsigned and without idempotency token. '': there should be one, but the account has none.
 * @returns the error when the request may not even be tried.
 */
export function toPlan(
  asked: Asked,
  read: ReadUrl,
  authToken: string | null,
  idempotencyToken: string,
): Plan | ExchangeError {
  const { method, parameters, purpose } = asked
  if (!read.url) return { code: 11100, message: 'The URL is not an absolute http or https URL.' }
  if (hasUnderscoreHost(read.url) && !FETCHES.has(purpose)) {
    return { code: 11100, message: 'The host has an underscore, which is refused for callbacks.' }
  }
  if (authToken === '') return { code: 12400, message: 'The account has no auth token to sign the request with.' }
  const get = method === 'GET'
  const url = get ? withTarget(read.url, appendQuery(read.url.target, parameters)) : read.url
  const headers: Record<string, string> = { ...PLAIN_HEADERS }
  if (authToken !== null) {
    headers['I-Twilio-Idempotency-Token'] = idempotencyToken
    headers['X-Twilio-Signature'] = signRequest(authToken, toSigningUrl(url), get ? undefined : parameters)
  }
  if (!get) headers['Content-Type'] = FORM_TYPE
  return {
    method,
    givenUrl: asked.url,
    url,
    headers,
    body: get ? undefined : encodeForm(parameters),
    authToken,
    overrides: read.overrides,
    bodyBytesMax: asked.bodyBytesMax,
    cookies: asked.cookies,
    cache: FETCHES.has(purpose),
    stop: asked.stop,
  }
}

function toHttpUrl(text: string): HttpUrl | null {
  try {
    return parseHttpUrl(text)
  } catch {
    return null
  }
}
