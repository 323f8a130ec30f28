/** Refer-To (RFC 3515): whom the receiver is to call, and what that request is to carry, Replaces mostly (RFC 5589). */
import type { SipHeaders } from '../headers.ts'
import { parseNameAddr } from '../name-addr.ts'
import { parseUri, writeUri } from '../uri.ts'
import { parseReplaces, type Replaces, writeReplaces } from './replaces.ts'

export interface ReferTo {
  /** Without the header fields in it and without `method`. */
  readonly uri: string
  /** INVITE unless it says another. */
  readonly method: string
  readonly replaces: Replaces | null
  /** All header fields in the URI, Replaces too; what of them is obeyed is the receiver's choice. */
  readonly headers: ReadonlyMap<string, string>
}

/** @returns null when there is not exactly one that can be read: to be refused by 400 (section 2.4.1) */
export function readReferTo(headers: SipHeaders): ReferTo | null {
  const values = headers.all('Refer-To')
  const target = values.length === 1 ? parseNameAddr(values[0]!) : null
  if (target === null) return null
  const uri = parseUri(target.uri)
  if (uri === null) return null
  const replacesText = uri.headers.get('replaces')
  const replaces = replacesText === undefined ? null : parseReplaces(replacesText)
  if (replacesText !== undefined && replaces === null) return null
  const parameters = new Map(uri.parameters)
  parameters.delete('method')
  return {
    uri: writeUri({ ...uri, parameters, headers: new Map() }),
    method: uri.parameters.get('method') ?? 'INVITE',
    replaces,
    headers: uri.headers,
  }
}

/** The value of Refer-To. @returns null when the URI cannot be read */
export function writeReferTo(text: string, replaces: Replaces | null): string | null {
  const uri = parseUri(text)
  if (uri === null) return null
  if (replaces === null) return `<${text}>`
  const headers = new Map(uri.headers).set('Replaces', writeReplaces(replaces))
  return `<${writeUri({ ...uri, headers })}>`
}
