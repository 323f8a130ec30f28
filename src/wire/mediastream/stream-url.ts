/** Addresses of Media Streams: `wss://`, or `ws://` where that is allowed, without a query, since parameters go in `start`. */

const LENGTH_MAX = 4000

/** The reference's codes for an address that is none. */
export const UNSUPPORTED_SCHEME = 31922
const MALFORMED_URL = 31923

export interface StreamUrlProblem {
  readonly code: typeof UNSUPPORTED_SCHEME | typeof MALFORMED_URL
  /** What was expected, or what is too much. */
  readonly why: string
}

/** Why it is none; null when it is one. */
export function streamUrlProblem(text: string): StreamUrlProblem | null {
  const [scheme] = /^[a-z][a-z\d+.-]*:(?=\/\/)/i.exec(text) ?? []
  if (scheme !== undefined && !/^wss?:$/i.test(scheme))
    return { code: UNSUPPORTED_SCHEME, why: 'a stream goes to a wss:// URL' }
  const why = malformation(text)
  return why === null ? null : { code: MALFORMED_URL, why }
}

function malformation(text: string): string | null {
  const url = text.length <= LENGTH_MAX ? URL.parse(text) : null
  if (!/^wss?:\/\/[^\s]+$/i.test(text) || !url || url.hostname === '') return 'expected an absolute wss:// URL'
  if (text.includes('?')) return 'a stream has no query string: give <Parameter> instead'
  if (text.includes('#')) return 'a stream has no fragment'
  return null
}
