/** Refusals without a transaction: of what there is no room for, and of what cannot be read. */
import { makeResponse } from '../make-response.ts'
import type { SipRequest } from '../message.ts'
import type { Hop, SendBytes } from '../transport.ts'
import type { Via } from '../via.ts'
import { writeMessage } from '../write-message.ts'
import { responseHop, stampVia } from './response-way.ts'

/** RFC 3261 section 8.2.7: who keeps no state gives the same answer, tag and all, each time the request comes. */
const TO_TAG = 'stateless'

export interface Refusal {
  readonly status: number
  readonly reason?: string
  readonly headers?: readonly (readonly [name: string, value: string])[]
}

export function refuseStateless(send: SendBytes, request: SipRequest, via: Via, from: Hop, refusal: Refusal): void {
  const hop = responseHop(via, from)
  stampVia(request, via, from)
  const response = makeResponse(request, refusal.status, refusal.reason, TO_TAG)
  for (const [name, value] of refusal.headers ?? []) response.headers.append(name, value)
  send(hop, writeMessage(response), () => {})
}
