/** Header fields that say to a person why something is as it is. */
import type { Header } from '../wire/sip/session/session-ground.ts'

/** RFC 3326. */
export function reasonHeader(cause: number, text: string): Header {
  return ['Reason', `SIP;cause=${cause};text=${quoted(text)}`]
}

/** RFC 3261 section 20.43. */
export function warningHeader(text: string): Header {
  return ['Warning', `399 ringback ${quoted(text)}`]
}

/** What a peer has written may be part of it. */
const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&').replace(/\p{Cc}/gu, ' ')}"`
