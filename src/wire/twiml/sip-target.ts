/** The body of `<Sip>` and `<Uri>`: an address, and headers for the INVITE or REFER after a `?`. */
import { type Report, shown } from './report.ts'
import type { XmlElement } from './xml-document.ts'

const INVALID_URI = 13243
const TOO_MANY_HEADERS = 13251
const INVALID_HEADER_NAME = 13252
const HEADERS_TOO_LONG = 13253

/** Of the address without its headers. */
const URI_LENGTH_BELOW = 255
/** Of everything after the `?`, as written. */
const HEADERS_LENGTH_BELOW = 1024
export const SIP_HEADERS_MAX = 32

const ADDRESS = /^(sips?:)?(?:[^\s\p{Cc}@<>"]+@)?[^\s\p{Cc}@<>";?]+(?:;[^\s\p{Cc}<>"]*)?$/iu
const HEADER_NAME = /^(?:x-[\w!%*+.'`~-]+|user-to-user|remote-party-id|p-preferred-identity|p-called-party-id)$/i

export interface SipHeader {
  readonly name: string
  /** Decoded; no control characters. */
  readonly value: string
}

export interface SipTarget {
  /** With its scheme and parameters (`;transport=tls;region=ie1`), without headers. */
  readonly uri: string
  readonly headers: readonly SipHeader[]
}

/** Null when the address is none (13243). Headers that cannot be sent are left out, each kind with its warning. */
export function parseSipTarget(body: string, element: XmlElement, report: Report): SipTarget | null {
  const mark = body.indexOf('?')
  const address = mark < 0 ? body : body.slice(0, mark)
  const scheme = ADDRESS.exec(address)
  if (scheme === null || address.length >= URI_LENGTH_BELOW) {
    const expected = `a SIP address of fewer than ${URI_LENGTH_BELOW} characters`
    report.warn(element, INVALID_URI, `<${element.name}> ${shown(address)}, expected ${expected}; it is skipped`)
    return null
  }
  const uri = scheme[1] === undefined ? `sip:${address}` : address
  return { uri, headers: mark < 0 ? [] : parseUriHeaders(body.slice(mark + 1), element, report) }
}

function parseUriHeaders(written: string, element: XmlElement, report: Report): SipHeader[] {
  if (written.length >= HEADERS_LENGTH_BELOW) {
    report.warn(
      element,
      HEADERS_TOO_LONG,
      `<${element.name}> headers have ${written.length} characters, fewer than ${HEADERS_LENGTH_BELOW} are sent; they are left out`,
    )
    return []
  }
  const pairs = written.split('&').filter((pair) => pair !== '')
  const headers = pairs.map((pair) => {
    const equals = pair.indexOf('=')
    return equals < 0
      ? { name: decode(pair), value: '' }
      : { name: decode(pair.slice(0, equals)), value: decode(pair.slice(equals + 1)) }
  })
  return keepSendable(headers, element, report)
}

/** Drops what may not be sent: other names than the reference allows, and values that would break out of their line. */
export function keepSendable(headers: readonly SipHeader[], element: XmlElement, report: Report): SipHeader[] {
  if (headers.length > SIP_HEADERS_MAX) {
    report.warn(
      element,
      TOO_MANY_HEADERS,
      `<${element.name}> has ${headers.length} headers, the first ${SIP_HEADERS_MAX} are sent`,
    )
  }
  return headers.slice(0, SIP_HEADERS_MAX).filter(({ name, value }) => {
    if (HEADER_NAME.test(name) && !/\p{Cc}/u.test(value)) return true
    report.warn(
      element,
      INVALID_HEADER_NAME,
      `<${element.name}> header ${shown(name)}, expected x-… or a name that may be sent, on one line; it is left out`,
    )
    return false
  })
}

/** Percent-decoded; as written when that is not possible. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
