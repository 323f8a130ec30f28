/** For tests of transactions: a ground with virtual time that keeps what is sent, and messages to send. */
import type { Instant } from '../../../lib/ids.ts'
import { VirtualClock } from '../../../lib/virtual-clock.ts'
import { SipHeaders } from '../headers.ts'
import { makeResponse } from '../make-response.ts'
import { NO_BODY, type SipRequest, type SipResponse } from '../message.ts'
import type { Hop, TransportName } from '../transport.ts'
import { Lingering } from './lingering.ts'
import { RFC_TIMERS } from './timer-values.ts'
import type { Ground } from './transaction.ts'

export const START = Date.UTC(2030, 0, 1) as Instant

export const aHop = (transport: TransportName = 'udp'): Hop => ({ transport, address: '192.0.2.7', port: 5060 })

export function aGround() {
  const clock = new VirtualClock({ startAt: START, settleMs: 0, mode: 'held' })
  /** Start lines, each with the second in which it was sent. */
  const sent: { readonly line: string; readonly atMs: number }[] = []
  const failures: ((why: string) => void)[] = []
  let ended = 0
  const ground: Ground = {
    clock,
    send: (_hop, bytes, failed) => {
      sent.push({ line: startLineOf(bytes), atMs: clock.now() - START })
      failures.push(failed)
    },
    timers: RFC_TIMERS,
    lingering: new Lingering(clock),
    ended: () => {
      ended += 1
    },
  }
  return { clock, ground, sent, failures, endedTimes: () => ended }
}

/** `INVITE`, `200` */
export function startLineOf(bytes: Uint8Array): string {
  const [first, second] = Buffer.from(bytes).toString('latin1', 0, 40).split(' ')
  return first === 'SIP/2.0' ? second! : first!
}

export function aRequest(method: string, changes: Readonly<Record<string, string>> = {}): SipRequest {
  const headers = new SipHeaders()
    .append('Via', 'SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKone;rport')
    .append('Max-Forwards', '70')
    .append('From', '"Alice" <sip:alice@192.0.2.1>;tag=a')
    .append('To', '<sip:bob@192.0.2.7>')
    .append('Call-ID', 'one@192.0.2.1')
    .append('CSeq', `1 ${method}`)
    .append('Contact', '<sip:alice@192.0.2.1:5060>')
  for (const [name, value] of Object.entries(changes)) headers.set(name, value)
  return { kind: 'request', method, uri: 'sip:bob@192.0.2.7', headers, body: NO_BODY }
}

export const aResponse = (request: SipRequest, status: number, tag = 'b'): SipResponse =>
  makeResponse(request, status, undefined, tag)
