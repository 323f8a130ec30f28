/**
 * SIP and SIPS URIs (RFC 3261 section 19.1) and tel URIs (RFC 3966). Other schemes are left to whoever knows them: `schemeOf` names
 * them.
 */
import { HOST, parsePort } from './grammar.ts'
import { NO_PARAMETERS, PARAMETERS_MAX, type Parameters } from './parameters.ts'

export interface SipUri {
  /** `sip`, `sips` or `tel`, in lower case. */
  readonly scheme: string
  /** Without escapes; a tel URI's number. */
  readonly user: string | null
  readonly password: string | null
  /** As it is written; an IPv6 address keeps its brackets. Empty in a tel URI. */
  readonly host: string
  readonly port: number | null
  readonly parameters: Parameters
  /** Header fields for the request made of this URI: names in lower case, values without escapes, several of a name joined by commas. */
  readonly headers: ReadonlyMap<string, string>
}

/** A longer Request-URI is answered with 414. */
export const URI_LENGTH_MAX = 8192

const NO_HEADERS: ReadonlyMap<string, string> = new Map()

const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):/
// `#` should be escaped; phones that dial service codes do not.
const USER = /^(?:[-\w.!~*'()&=+$,;?/#]|%[\dA-Fa-f]{2})+$/
const PASSWORD = /^(?:[-\w.!~*'()&=+$,]|%[\dA-Fa-f]{2})*$/
const HOST_PORT = new RegExp(`(${HOST})(?::(\\d{1,5}))?`, 'y')
const PARAMETER_TEXT = "(?:[-\\w.!~*'()\\[\\]/:&+$]|%[\\dA-Fa-f]{2})+"
const PARAMETER = new RegExp(`;(${PARAMETER_TEXT})(?:=(${PARAMETER_TEXT}))?`, 'y')
const HEADER = /[?&]((?:[-\w.!~*'()[\]/?:+$]|%[\dA-Fa-f]{2})+)=((?:[-\w.!~*'()[\]/?:+$]|%[\dA-Fa-f]{2})*)/y
const NUMBER = /^\+?[\dA-Fa-f*#().-]+$/

/** In lower case. @returns null when the text is no URI at all */
export function schemeOf(text: string): string | null {
  return SCHEME.exec(text)?.[1]?.toLowerCase() ?? null
}

/** @returns null when the text is not one of the schemes above, or is not as its grammar asks */
export function parseUri(text: string): SipUri | null {
  if (text.length > URI_LENGTH_MAX) return null
  const scheme = schemeOf(text)
  if (scheme === 'tel') return parseTel(text)
  if (scheme !== 'sip' && scheme !== 'sips') return null

  let at = scheme.length + 1
  let user: string | null = null
  let password: string | null = null
  const hostAt = text.indexOf('@') + 1
  if (hostAt > 0) {
    const colon = text.indexOf(':', at)
    const userEnd = colon >= 0 && colon < hostAt ? colon : hostAt - 1
    user = unescapeMatching(USER, text.slice(at, userEnd))
    if (user === null) return null
    if (userEnd < hostAt - 1) {
      password = unescapeMatching(PASSWORD, text.slice(userEnd + 1, hostAt - 1))
      if (password === null) return null
    }
    at = hostAt
  }

  HOST_PORT.lastIndex = at
  const found = HOST_PORT.exec(text)
  if (found === null) return null
  at = HOST_PORT.lastIndex
  const port = found[2] === undefined ? null : parsePort(found[2])
  if (found[2] !== undefined && port === null) return null
  const ending = parseEnding(text, at)
  return ending && { scheme, user, password, host: found[1]!, port, ...ending }
}

function parseTel(text: string): SipUri | null {
  const semicolon = text.indexOf(';')
  const end = semicolon < 0 ? text.length : semicolon
  const user = text.slice('tel:'.length, end)
  const ending = NUMBER.test(user) ? parseEnding(text, end) : null
  return ending && ending.headers.size === 0
    ? { scheme: 'tel', user, password: null, host: '', port: null, ...ending }
    : null
}

function parseEnding(text: string, at: number): Pick<SipUri, 'parameters' | 'headers'> | null {
  let end = at
  let parameters = NO_PARAMETERS
  if (text[end] === ';') {
    const read = new Map<string, string | null>()
    while (text[end] === ';') {
      PARAMETER.lastIndex = end
      const found = PARAMETER.exec(text)
      if (found === null) return null
      end = PARAMETER.lastIndex
      const name = unescapeText(found[1]!)?.toLowerCase()
      const value = found[2] === undefined ? null : unescapeText(found[2])
      if (name === undefined || (value === null && found[2] !== undefined)) return null
      // Each only once (RFC 3261 section 19.1.1). What is to be done about a second one is not said there: the first counts.
      if (read.has(name)) continue
      if (read.size === PARAMETERS_MAX) return null
      read.set(name, value)
    }
    parameters = read
  }

  let headers = NO_HEADERS
  if (text[end] === '?') {
    const read = new Map<string, string>()
    while (end < text.length) {
      if (read.size > 0 && text[end] !== '&') return null
      HEADER.lastIndex = end
      const found = HEADER.exec(text)
      if (found === null || read.size === PARAMETERS_MAX) return null
      end = HEADER.lastIndex
      const name = unescapeText(found[1]!)?.toLowerCase()
      const value = unescapeText(found[2]!)
      if (name === undefined || value === null) return null
      const before = read.get(name)
      read.set(name, before === undefined ? value : `${before}, ${value}`)
    }
    headers = read
  }
  return end === text.length ? { parameters, headers } : null
}

function unescapeMatching(pattern: RegExp, text: string): string | null {
  return pattern.test(text) ? unescapeText(text) : null
}

/** @returns null when the escaped bytes are no UTF-8 */
function unescapeText(text: string): string | null {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

/** The inverse of `parseUri`; what the grammar does not let stand as it is gets escaped. */
export function writeUri(uri: SipUri): string {
  let text = `${uri.scheme}:`
  if (uri.scheme === 'tel') text += uri.user ?? ''
  else {
    if (uri.user !== null) {
      text += escapeText(uri.user, /[^-\w.!~*'()&=+$,;?/]/gu)
      if (uri.password !== null) text += `:${escapeText(uri.password, /[^-\w.!~*'()&=+$,]/gu)}`
      text += '@'
    }
    text += uri.host
    if (uri.port !== null) text += `:${uri.port}`
  }
  for (const [name, value] of uri.parameters) {
    text += `;${escapeText(name, /[^-\w.!~*'()[\]/:&+$]/gu)}`
    if (value !== null) text += `=${escapeText(value, /[^-\w.!~*'()[\]/:&+$]/gu)}`
  }
  let separator = '?'
  for (const [name, value] of uri.headers) {
    text += `${separator}${escapeText(name, /[^-\w.!~*'()[\]/?:+$]/gu)}=${escapeText(value, /[^-\w.!~*'()[\]/?:+$]/gu)}`
    separator = '&'
  }
  return text
}

const escapeText = (text: string, others: RegExp): string => text.toWellFormed().replace(others, encodeURIComponent)

/** Parameters that make a difference when only one of two URIs has them (RFC 3261 section 19.1.4). */
const TELLING = ['user', 'ttl', 'method', 'maddr', 'transport']

/** RFC 3261 section 19.1.4, for tel URIs RFC 3966 section 4. `sip:host` and `sip:host:5060` differ: the first may be looked up. */
export function sameUri(a: SipUri, b: SipUri): boolean {
  if (a.scheme !== b.scheme || a.port !== b.port || a.password !== b.password) return false
  if (a.host.toLowerCase() !== b.host.toLowerCase()) return false
  if (a.scheme === 'tel') return sameTel(a, b)
  if (a.user !== b.user) return false
  for (const name of TELLING) if (a.parameters.has(name) !== b.parameters.has(name)) return false
  for (const [name, value] of a.parameters)
    if (b.parameters.has(name) && !sameText(value, b.parameters.get(name)!)) return false
  if (a.headers.size !== b.headers.size) return false
  for (const [name, value] of a.headers) if (b.headers.get(name) !== value) return false
  return true
}

function sameTel(a: SipUri, b: SipUri): boolean {
  const digits = (uri: SipUri) => (uri.user ?? '').replace(/[-().]/g, '').toLowerCase()
  if (digits(a) !== digits(b) || a.parameters.size !== b.parameters.size) return false
  for (const [name, value] of a.parameters)
    if (!b.parameters.has(name) || !sameText(value, b.parameters.get(name)!)) return false
  return true
}

const sameText = (a: string | null, b: string | null): boolean => a?.toLowerCase() === b?.toLowerCase()
