/**
 * Where a dialled address leads: to phones that are registered under it, to a trunk, or to a server that its host names. Several
 * ways are tried in turn; those of one turn ring at once.
 */
import type { DialOrder } from '../engine/ports/leg.ts'
import type { Hop, TransportName } from '../wire/sip/transport.ts'
import { parseUri, type SipUri, writeUri } from '../wire/sip/uri.ts'
import { numberOf, plainAddress } from './addresses.ts'
import type { Encryption } from './line-audio.ts'
import type { SipDirectory, SipLocator, SipTrunk } from './ports.ts'
import type { Registrar } from './registrar.ts'
import { dialledUser, orderTargets, trunksFor } from './trunk-choice.ts'

/** One INVITE to be sent. */
export interface Target {
  /** The Request-URI. */
  readonly uri: string
  /** Who is called: of To. */
  readonly address: string
  readonly hop: Hop
  /** Of a proxy on the way, as the phone said when it registered. */
  readonly route: readonly string[]
}

export interface Turn {
  readonly targets: readonly Target[]
  readonly auth: { readonly username: string; readonly password: string } | null
  readonly encryption: Encryption
  /** Shown instead of the call's own. */
  readonly callerId: string | null
  /** On which the call takes a place; null: it goes by none. */
  readonly trunk: SipTrunk | null
  /** Who says nothing at all for so long is not there; null: as long as a request is sent again (32 seconds). */
  readonly silenceMsMax: number | null
}

/** The INVITE has been sent five times then. Phones say at once that they try; many have gone without taking leave. */
export const PHONE_SILENCE_MS_MAX = 8000

/** Why there is no way, as a response's status. */
export type Destination = readonly Turn[] | { readonly status: number }

export interface DestinationDeps {
  readonly directory: SipDirectory
  readonly registrar: Registrar
  readonly locator: SipLocator
  /** Where an address that somebody named may be called. */
  readonly mayReach: (hop: Hop) => boolean
  readonly randomBelow: (end: number) => number
}

const NOT_FOUND = { status: 404 } as const
const FORBIDDEN = { status: 403 } as const
const UNREGISTERED = { status: 480 } as const

export async function findDestination(order: DialOrder, deps: DestinationDeps): Promise<Destination> {
  const number = order.to.startsWith('+') ? numberOf(order.to) : null
  if (number) return byTrunk(number, order, deps)
  const uri = parseUri(order.to)
  // A `tel:` to which somebody was redirected, too: who is called by trunks is said by apps alone.
  if (uri?.scheme !== 'sip' && uri?.scheme !== 'sips') return NOT_FOUND
  const domain = await deps.directory.domain(uri.host.toLowerCase())
  if (domain && domain.accountSid === order.accountSid) return toPhones(uri, domain, order, deps)
  return toServer(uri, order, deps)
}

async function byTrunk(number: string, { accountSid }: DialOrder, deps: DestinationDeps): Promise<Destination> {
  const { directory, locator, randomBelow } = deps
  const turns: Turn[] = []
  for (const trunk of trunksFor(number, accountSid, await directory.trunks())) {
    const user = dialledUser(number, trunk.numberFormat)
    for (const { host, port, transport } of orderTargets(trunk.targets, randomBelow)) {
      const hops = await locator.locate({ host, port, transport, isSecure: transport === 'tls' })
      const uri = uriOf(user, host, port, transport)
      for (const hop of hops)
        turns.push({
          targets: [{ uri, address: uri, hop, route: [] }],
          auth: trunk.auth,
          encryption: trunk.srtp ? 'always' : 'never',
          callerId: trunk.callerId,
          trunk,
          silenceMsMax: null,
        })
    }
  }
  return turns.length > 0 ? turns : NOT_FOUND
}

async function toPhones(
  uri: SipUri,
  domain: { readonly name: string; readonly secure: boolean },
  order: DialOrder,
  { registrar }: DestinationDeps,
): Promise<Destination> {
  const address = plainAddress({ scheme: 'sip', user: uri.user, host: domain.name })
  const bindings = registrar.bindings(address)
  if (bindings.length === 0) return UNREGISTERED
  const targets = bindings.map(({ contact, hop, path }) => ({ uri: contact, address, hop, route: path }))
  return [
    {
      targets,
      auth: order.sip?.auth ?? null,
      encryption: domain.secure ? 'always' : 'never',
      callerId: null,
      trunk: null,
      silenceMsMax: PHONE_SILENCE_MS_MAX,
    },
  ]
}

async function toServer(uri: SipUri, order: DialOrder, { locator, mayReach }: DestinationDeps): Promise<Destination> {
  const transport = transportOf(uri)
  const hops = await locator.locate({
    host: uri.host,
    port: uri.port,
    transport,
    isSecure: uri.scheme === 'sips' || transport === 'tls',
  })
  if (hops.length === 0) return NOT_FOUND
  const reachable = hops.filter(mayReach)
  if (reachable.length === 0) return FORBIDDEN
  // `region` chooses among the reference's own edges; headers become header fields of the INVITE.
  const parameters = new Map([...uri.parameters].filter(([name]) => name !== 'region' && name !== 'edge'))
  const target = writeUri({ ...uri, password: null, parameters, headers: new Map() })
  const address = plainAddress(uri)
  return reachable.map((hop) => ({
    targets: [{ uri: target, address, hop, route: [] }],
    auth: order.sip?.auth ?? null,
    encryption: uri.scheme === 'sips' ? 'always' : 'never',
    callerId: null,
    trunk: null,
    silenceMsMax: null,
  }))
}

const TRANSPORTS: readonly string[] = ['udp', 'tcp', 'tls'] satisfies readonly TransportName[]

function transportOf({ parameters }: SipUri): TransportName | null {
  const named = parameters.get('transport')?.toLowerCase()
  return named !== undefined && TRANSPORTS.includes(named) ? (named as TransportName) : null
}

function uriOf(user: string, host: string, port: number | null, transport: TransportName): string {
  const parameters = new Map(transport === 'udp' ? [] : ([['transport', transport]] as const))
  return writeUri({ scheme: 'sip', user, password: null, host, port, parameters, headers: new Map() })
}
