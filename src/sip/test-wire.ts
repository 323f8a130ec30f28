/** SIP messages as bytes, and the ends of a hop, for tests of traces. */
import type { Instant } from '../lib/ids.ts'
import type { Hop } from '../wire/sip/transport.ts'
import type { TracedMessage } from './trace.ts'

export const HOP: Hop = { transport: 'udp', address: '192.0.2.7', port: 5062 }

export interface Written {
  readonly callId?: string
  readonly from?: string
  readonly to?: string
  readonly cseq?: string
  readonly more?: readonly string[]
  readonly body?: string
}

/** `INVITE sip:a@b SIP/2.0` or `SIP/2.0 200 OK`. */
export function wireBytes(
  line: string,
  { callId = 'c1', from = 'a', to = '', cseq, more = [], body = '' }: Written = {},
): Buffer {
  return Buffer.from(
    [
      line,
      'Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1',
      `From: <sip:a@example.com>;tag=${from}`,
      `To: <sip:b@example.com>${to && `;tag=${to}`}`,
      `Call-ID: ${callId}`,
      `CSeq: ${cseq ?? `1 ${line.split(' ')[0]}`}`,
      ...more,
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  )
}

export const traced = (
  direction: TracedMessage['direction'],
  bytes: Uint8Array,
  more: Partial<TracedMessage> = {},
): TracedMessage => ({
  at: 0 as Instant,
  direction,
  hop: HOP,
  bytes,
  omittedBefore: 0,
  notSent: null,
  reading: null,
  ...more,
})

/** `> INVITE`, `< 200 1 INVITE`, with tags behind: `> BYE a b`. Requests have CSeq 1, but BYE and CANCEL. */
export function step(text: string): TracedMessage {
  const [arrow, what = '', ...rest] = text.split(' ')
  const direction = arrow === '>' ? 'sent' : 'received'
  if (/^\d/.test(what)) {
    const [number, method, from = 'a', to = 'b'] = rest
    return traced(direction, wireBytes(`SIP/2.0 ${what} Fine`, { cseq: `${number} ${method}`, from, to }))
  }
  const [number = '1', from = 'a', to = ''] = rest
  return traced(direction, wireBytes(`${what} sip:b@example.com SIP/2.0`, { cseq: `${number} ${what}`, from, to }))
}
