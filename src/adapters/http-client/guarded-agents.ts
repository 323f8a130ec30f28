/**
 * HTTP agents that obey the egress rule: the address that is about to be connected to is checked, whether the endpoint
 * names it or a DNS answer does, so that nothing can change between check and connection.
 */
import dns from 'node:dns'
import http from 'node:http'
import https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import type { EgressCheck } from './egress.ts'

const KEEP_ALIVE = { keepAlive: true, maxSockets: 50 }

export class EgressError extends Error {
  override readonly name = 'EgressError'
}

export interface GuardedAgents {
  readonly http: http.Agent
  readonly https: https.Agent
}

export function guardedAgents(check: EgressCheck): GuardedAgents {
  const lookup = guardedLookup(check)
  return {
    http: guard(new http.Agent({ ...KEEP_ALIVE, lookup }), check),
    https: guard(new https.Agent({ ...KEEP_ALIVE, lookup }), check),
  }
}

/** Names are checked by their lookup; an endpoint that is an address has none. */
function guard<Agent extends http.Agent>(agent: Agent, check: EgressCheck): Agent {
  const connect = agent.createConnection.bind(agent)
  agent.createConnection = (options, callback) => {
    const host = String(options.host ?? '').replace(/^\[|\]$/g, '')
    const why = isIP(host) ? check(host) : null
    if (why === null) return connect(options, callback)
    throw new EgressError(`${host} ${why}`)
  }
  return agent
}

function guardedLookup(check: EgressCheck): LookupFunction {
  return (hostname, options, callback) => {
    dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '')
      const reasons = addresses.map(({ address }) => check(address))
      const allowed = addresses.filter((_, index) => reasons[index] === null)
      const [first] = allowed
      if (!first) return callback(new EgressError(`${hostname} ${reasons[0] ?? 'has no address'}`), '')
      if (options.all) callback(null, allowed)
      else callback(null, first.address, first.family)
    })
  }
}
