/** Lists of tokens: Supported, Require, Unsupported, Allow (RFC 3261 section 20). Header fields come here one value a field. */
import type { SipHeaders } from '../headers.ts'

export function listsToken(headers: SipHeaders, name: string, token: string): boolean {
  for (const value of headers.all(name)) if (value.toLowerCase() === token) return true
  return false
}
