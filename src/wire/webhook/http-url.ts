/**
 * A customer's URL, taken apart without being normalised: the signature covers the URL as it was configured, so the
 * host's case, the path's escapes and an explicit port stay as they are. User info and fragment never leave with a
 * request (they are credentials and connection overrides). Follows RFC 3986 for references, the WHATWG rules for hosts.
 */
import { WireError } from '../../lib/wire-error.ts'

/** Longer URLs are refused; no request line would survive a common server's header limit of 16 KiB either. */
export const URL_LENGTH_MAX = 16_384

export interface HttpUrl {
  readonly secure: boolean
  /** Where to connect: scheme, host in lower case, port unless it is the scheme's own. */
  readonly origin: string
  /** Host as configured, without port; an IPv6 address in brackets. */
  readonly host: string
  /** `:8443` as configured, or ''. */
  readonly port: string
  /** Path and query as sent, always beginning with a slash. Characters that no request line may carry are escaped. */
  readonly target: string
  /** `user:pass` as configured, still escaped; null if there was none. */
  readonly userInfo: string | null
  /** Behind the `#`, or ''. */
  readonly fragment: string
  /** The Host header, where it must differ from what the origin says so that both sides sign the same URL. */
  readonly hostHeader: string | null
}

const PARTS = /^(https?):\/\/(?:([^/?#\\]*)@)?([^/?#@\\\s]+)([/?][^#]*)?(?:#(.*))?$/is
const HOST_AND_PORT = /^(\[[^\]]*\]|[^:[\]]+)(?::(\d*))?$/
const UNSENDABLE = /[^\x21-\x7e]|["<>\\]/gu

/** @throws WireError when the text is not an absolute http or https URL of at most 16,384 characters. */
export function parseHttpUrl(text: string): HttpUrl {
  const parts = text.length <= URL_LENGTH_MAX ? PARTS.exec(text) : null
  const hostAndPort = parts && HOST_AND_PORT.exec(parts[3]!)
  if (!parts || !hostAndPort) throw notAUrl(text)
  const scheme = parts[1]!.toLowerCase()
  const secure = scheme === 'https'
  const canonical = URL.parse(`${scheme}://${hostAndPort[0]}`)
  if (!canonical || canonical.hostname === '') throw notAUrl(text)

  const written = hostAndPort[1]!
  // Hosts that WHATWG writes otherwise (umlauts, 0x7f.1) go out as it writes them.
  const host = written.toLowerCase() === canonical.hostname ? written : canonical.hostname
  const port = hostAndPort[2] ? `:${hostAndPort[2]}` : ''
  // Over https the signature has no port, so the scheme's own is better left out of Host; over http it keeps it.
  const authority = host + (secure && canonical.port === '' ? '' : port)
  return {
    secure,
    origin: canonical.origin,
    host,
    port,
    target: toTarget(parts[4] ?? ''),
    userInfo: parts[2] ?? null,
    fragment: parts[5] ?? '',
    hostHeader: authority === canonical.host ? null : authority,
  }
}

/** The URL as configured, without user info and fragment. */
export function formatHttpUrl(url: HttpUrl): string {
  return `${url.secure ? 'https' : 'http'}://${url.host}${url.port}${url.target}`
}

/** The same place with another path and query, such as one with parameters appended. */
export function withTarget(url: HttpUrl, target: string): HttpUrl {
  return { ...url, target }
}

/**
 * Resolves what a document or a Location header says against the URL it came from. The empty reference is the base
 * itself, overrides included; a relative one inherits the base's user info, an absolute one is taken as written.
 * @throws WireError when the outcome is not an http or https URL.
 */
export function resolveUrl(base: string, reference: string): string {
  if (reference === '') return base
  const absolute = /^https?:\/\//i.test(reference) ? reference : (URL.parse(reference, base)?.href ?? reference)
  parseHttpUrl(absolute)
  return absolute
}

/** The reference refuses status callbacks to hosts with an underscore (RFC 952 has none in host names). */
export function hasUnderscoreHost(url: HttpUrl): boolean {
  return url.host.includes('_')
}

function toTarget(rest: string): string {
  const target = rest.startsWith('/') ? rest : `/${rest}`
  return target.toWellFormed().replace(UNSENDABLE, encodeURIComponent)
}

function notAUrl(text: string): WireError {
  // A password must not travel in an error message.
  return new WireError('URL', text.replace(/\/\/[^/?#]*@/, '//***@'), 'an absolute http or https URL')
}
