/** What apps are told of a SIP message, and which header fields an app may send. */
import type { SipDetails } from '../engine/ports/leg.ts'
import type { SipHeaders } from '../wire/sip/headers.ts'

/** Further ones are not told. */
const TOLD_MAX = 32
const VALUE_LENGTH_MAX = 1024

const TOLD = /^(x-|user-to-user$)/i

export function sipDetails(headers: SipHeaders): SipDetails {
  const told: Record<string, string> = {}
  let count = 0
  for (const [name, value] of headers) {
    if (!TOLD.test(name) || count === TOLD_MAX) continue
    // The first of a name counts.
    if (Object.hasOwn(told, name)) continue
    told[name] = value.slice(0, VALUE_LENGTH_MAX)
    count += 1
  }
  return { callId: headers.get('Call-ID') ?? '', headers: told }
}
