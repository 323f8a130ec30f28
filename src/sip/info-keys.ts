/** Keys in INFO, as some phones send them: `application/dtmf-relay` (`Signal=5`) and `application/dtmf` (`5`). */
import type { SipRequest } from '../wire/sip/message.ts'

const BODY_BYTES_MAX = 256
const KEY = /^[0-9A-D#*]$/
const SIGNAL = /^\s*signal\s*=\s*(\S+)/im
/** Events by number, as in RFC 4733. */
const NUMBERED: Readonly<Record<string, string>> = { '10': '*', '11': '#', '12': 'A', '13': 'B', '14': 'C', '15': 'D' }

/** Null when the request has none. */
export function keyOfInfo({ headers, body }: SipRequest): string | null {
  const type = (headers.get('Content-Type') ?? '').split(';')[0]!.trim().toLowerCase()
  if (body.length > BODY_BYTES_MAX) return null
  const text = new TextDecoder().decode(body)
  const written =
    type === 'application/dtmf-relay' ? SIGNAL.exec(text)?.[1] : type === 'application/dtmf' ? text.trim() : null
  if (!written) return null
  const key = (NUMBERED[written] ?? written).toUpperCase()
  return KEY.test(key) ? key : null
}
