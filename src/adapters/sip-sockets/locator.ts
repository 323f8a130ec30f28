/** Finds the servers of a name by DNS (RFC 3263): NAPTR is left out, SRV and addresses are asked for. */
import { Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { SipLocator } from '../../sip/ports.ts'
import { defaultPort, type Hop, type TransportName } from '../../wire/sip/transport.ts'

const HOPS_MAX = 8
const ANSWER_MS_MAX = 3000

interface Server {
  readonly name: string
  readonly port: number
  readonly transport: TransportName
}

/** @param resolver answers with records; Node's own by default */
export function createLocator(
  resolver: Pick<Resolver, 'resolveSrv' | 'resolve4' | 'resolve6'> = new Resolver({ timeout: ANSWER_MS_MAX, tries: 1 }),
): SipLocator {
  return {
    async locate({ host, port, transport, isSecure }) {
      const bare = host.replace(/^\[|\]$/g, '')
      const chosen = transport ?? (isSecure ? 'tls' : 'udp')
      const asWritten = { name: bare, port: port ?? defaultPort(chosen), transport: chosen }
      const toHop = (address: string, server: Server): Hop => ({
        transport: server.transport,
        address,
        port: server.port,
        ...(server.transport === 'tls' && { serverName: bare }),
      })
      if (isIP(bare) !== 0) return [toHop(bare, asWritten)]
      const servers = port === null ? await findServers(resolver, bare, transport, isSecure) : []
      const hops: Hop[] = []
      for (const server of servers.length > 0 ? servers : [asWritten]) {
        for (const address of await addressesOf(resolver, server.name)) hops.push(toHop(address, server))
        if (hops.length >= HOPS_MAX) break
      }
      return hops.slice(0, HOPS_MAX)
    },
  }
}

type Resolving = Pick<Resolver, 'resolveSrv' | 'resolve4' | 'resolve6'>

const SERVICES: readonly { readonly transport: TransportName; readonly service: string; readonly secure: boolean }[] = [
  { transport: 'tls', service: '_sips._tcp', secure: true },
  { transport: 'udp', service: '_sip._udp', secure: false },
  { transport: 'tcp', service: '_sip._tcp', secure: false },
]

async function findServers(
  resolver: Resolving,
  host: string,
  transport: TransportName | null,
  isSecure: boolean,
): Promise<Server[]> {
  const asked = SERVICES.filter((one) => (transport === null ? one.secure === isSecure : one.transport === transport))
  for (const { service, transport: found } of asked) {
    const records = await orNothing(resolver.resolveSrv(`${service}.${host}`))
    if (records.length === 0) continue
    return records
      .toSorted((a, b) => a.priority - b.priority || b.weight - a.weight)
      .map(({ name, port }) => ({ name, port, transport: found }))
  }
  return []
}

async function addressesOf(resolver: Resolving, name: string): Promise<string[]> {
  if (isIP(name) !== 0) return [name]
  if (name === 'localhost') return ['127.0.0.1']
  const [four, six] = await Promise.all([orNothing(resolver.resolve4(name)), orNothing(resolver.resolve6(name))])
  return [...four, ...six]
}

async function orNothing<T>(asked: Promise<T[]>): Promise<T[]> {
  return asked.catch(() => [])
}
