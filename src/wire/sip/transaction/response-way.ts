/**
 * The way back of a response (RFC 3261 section 18.2, RFC 3581): to where the request came from. What the request says of its own
 * address (`maddr`, the host of Via) is not believed: answers would go to strangers.
 */
import type { SipRequest } from '../message.ts'
import { defaultPort, type Hop, isReliable } from '../transport.ts'
import { type Via, writeVia } from '../via.ts'

/** Writes `received` and `rport` into the topmost Via, as servers must. */
export function stampVia(request: SipRequest, via: Via, from: Hop): void {
  const wantsPort = via.parameters.has('rport')
  const host = via.host.startsWith('[') ? via.host.slice(1, -1) : via.host
  if (!wantsPort && host.toLowerCase() === from.address && !via.parameters.has('received')) return
  const parameters = new Map(via.parameters)
  parameters.set('received', from.address)
  if (wantsPort) parameters.set('rport', `${from.port}`)
  request.headers.shift('Via')
  request.headers.prepend('Via', writeVia({ ...via, parameters }))
}

/** On a connection: back on it; its port is for a new one, when that one is gone. */
export function responseHop(via: Via, from: Hop): Hop {
  if (!isReliable(from.transport) && via.parameters.has('rport')) return from
  return { ...from, port: via.port ?? defaultPort(from.transport) }
}
