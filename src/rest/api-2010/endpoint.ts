/**
 * The two ends of a call as the API names them: a phone number, `sip:user@host[;params][?X-Header=v]` or
 * `client:identity[?k=v]`. Holds the test numbers of the reference too, which fail by design.
 */
import { type ErrorName, refuse } from '../errors.ts'
import { toE164 } from './phone-number.ts'

export interface Endpoint {
  readonly kind: 'number' | 'sip' | 'client'
  /** Normalised: E.164 for a number, else as given. */
  readonly address: string
}

const TEST_TO: Readonly<Record<string, ErrorName>> = {
  '+15005550001': 'implausibleTo',
  '+15005550002': 'unreachableTo',
  '+15005550003': 'forbiddenTo',
  '+15005550004': 'blockedTo',
}
const TEST_FROM_INVALID = '+15005550001'

const CLIENT = /^client:[^\s?]{1,256}(\?\S{0,2048})?$/i
const SIP =
  /^sips?:([^\s@?]{1,255}@)?([A-Za-z0-9.-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(:\d{1,5})?(;[^\s?]{0,512})?(\?\S*)?$/i
const SIP_HEADERS_CHARS_MAX = 1023
const SIP_HEADER_NAME = /^[A-Za-z0-9-]{1,64}$/
// Printable ASCII after decoding: nothing that could end a header line.
const SIP_HEADER_VALUE = /^[\x20-\x7e]*$/

/** @throws Refusal 21211, 21214 to 21217, 21227 to 21229. */
export function parseTo(text: string): Endpoint {
  const trimmed = text.trim()
  if (/^client:/i.test(trimmed)) {
    if (!CLIENT.test(trimmed)) throw refuse('invalidTo', { value: text })
    return { kind: 'client', address: trimmed }
  }
  if (/^sips?:/i.test(trimmed)) {
    if (!SIP.test(trimmed)) throw refuse('invalidTo', { value: text })
    checkSipHeaders(trimmed)
    return { kind: 'sip', address: trimmed }
  }
  const number = toE164(trimmed)
  if (number === null) throw refuse('invalidTo', { value: text })
  const refusal = TEST_TO[number]
  if (refusal) throw refuse(refusal, { value: number })
  return { kind: 'number', address: number }
}

/**
 * @param to what is called: a number wants a number as From, a client or SIP address takes any user part besides.
 * @throws Refusal 21212.
 */
export function parseFrom(text: string, to: Endpoint): Endpoint {
  const trimmed = text.trim()
  const number = toE164(trimmed)
  if (number === TEST_FROM_INVALID) throw refuse('invalidFrom', { value: number })
  if (number !== null) return { kind: 'number', address: number }
  if (to.kind === 'number') throw refuse('invalidFrom', { value: text })
  if (CLIENT.test(trimmed)) return { kind: 'client', address: trimmed }
  if (SIP.test(trimmed) || /^[A-Za-z0-9_.!~*'()&=+$,;/%-]{1,255}$/.test(trimmed))
    return { kind: 'sip', address: trimmed }
  throw refuse('invalidFrom', { value: text })
}

function checkSipHeaders(uri: string): void {
  const question = uri.indexOf('?')
  if (question === -1) return
  const headers = uri.slice(question + 1)
  if (headers.length > SIP_HEADERS_CHARS_MAX) throw refuse('sipHeadersTooLong')
  for (const header of headers.split('&')) {
    const equals = header.indexOf('=')
    const name = equals === -1 ? header : header.slice(0, equals)
    if (!SIP_HEADER_NAME.test(name)) throw refuse('sipHeaderName', { value: name })
    const value = equals === -1 ? '' : header.slice(equals + 1)
    if (!isHeaderValue(value)) throw refuse('sipHeaderValue', { value })
  }
}

function isHeaderValue(encoded: string): boolean {
  try {
    return SIP_HEADER_VALUE.test(decodeURIComponent(encoded))
  } catch {
    return false
  }
}
