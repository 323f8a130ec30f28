/** The sockets of Media Streams, under the egress rule. `ws:` without encryption is for this machine, in local mode. */
import { createEgressCheck, type EgressRule, guardedAgents } from '../adapters/http-client/index.ts'
import { createStreamSockets } from '../adapters/stream-sockets/stream-sockets.ts'
import type { StreamSockets } from '../engine/ports/stream-sockets.ts'
import { isLoopback } from '../sip/address-ranges.ts'

/** Plain values, so that another thread can be told. */
export interface SocketsData {
  readonly egress: EgressRule
  /** PEM of authorities to trust besides the usual ones; null: none. */
  readonly ca: string | null
}

export function createSockets({ egress, ca }: SocketsData): StreamSockets {
  const check = createEgressCheck(egress)
  const unencrypted = (address: string) =>
    egress.mode === 'local' && isLoopback(address)
      ? check(address)
      : 'is reached by ws://, which is for this machine in local mode; use wss://'
  const agents = { http: guardedAgents(unencrypted).http, https: guardedAgents(check).https }
  return createStreamSockets({ agents, ca })
}
