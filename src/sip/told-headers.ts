/** What apps are told of a SIP message, and which header fields an app may send. */
import type { DialOrder, SipDetails } from '../engine/ports/leg.ts'
import type { SipHeaders } from '../wire/sip/headers.ts'

/** Further ones are neither told nor sent. */
export const HEADERS_MAX = 32
const VALUE_LENGTH_MAX = 1024

const TOLD = /^(x-|user-to-user$)/i
const SENT = /^(x-[\w!%*+.'`~-]+|user-to-user|remote-party-id|p-preferred-identity|p-called-party-id)$/i

export function sipDetails(headers: SipHeaders): SipDetails {
  const told: Record<string, string> = {}
  let count = 0
  for (const [name, value] of headers) {
    if (!TOLD.test(name) || count === HEADERS_MAX) continue
    // The first of a name counts.
    if (Object.hasOwn(told, name)) continue
    told[name] = value.slice(0, VALUE_LENGTH_MAX)
    count += 1
  }
  return { callId: headers.get('Call-ID') ?? '', headers: told }
}

/** Those of a dialled address (`sip:bob@example.com?x-a=b`), then those of the order; names as they were written. */
export function sentHeaders({ to, sip }: Pick<DialOrder, 'to' | 'sip'>): (readonly [name: string, value: string])[] {
  const ofAddress = to
    .slice(to.indexOf('?') + 1 || to.length)
    .split('&')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=')
      return [unescaped(name), unescaped(value.join('='))] as const
    })
  const ofOrder = (sip?.headers ?? []).map(({ name, value }) => [name, value] as const)
  return [...ofAddress, ...ofOrder]
    .filter(([name, value]) => SENT.test(name) && !/\p{Cc}/u.test(value))
    .slice(0, HEADERS_MAX)
}

/** As written when that is not possible. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
