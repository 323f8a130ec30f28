/** A trunk as the flags of `ringback trunk add` say it, made what the server is sent. */
import { CommandError } from '../client.ts'

export interface TrunkFlags {
  readonly host: readonly string[]
  readonly transport: string
  readonly user?: string
  readonly password?: string
  readonly register?: true
  readonly prefix?: readonly string[]
  readonly inboundOnly?: true
  readonly from?: readonly string[]
  readonly numberFormat?: string
  readonly callerId?: string
  readonly maxCalls?: string
  readonly maxCallsPerSecond?: string
  readonly srtp?: true
}

/** @throws CommandError for flags that do not go together; what a value may be is the server's to say */
export function trunkBody(flags: TrunkFlags): Readonly<Record<string, unknown>> {
  const { host, transport, user, password, prefix, inboundOnly, from, numberFormat, callerId } = flags
  if ((user === undefined) !== (password === undefined)) throw new CommandError('--user and --password go together.')
  if (flags.register && user === undefined) throw new CommandError('--register needs --user and --password.')
  if (prefix && inboundOnly) throw new CommandError('--prefix and --inbound-only exclude each other.')
  return {
    targets: host.map((written, priority) => ({ ...parseHost(written), transport, priority })),
    ...(user !== undefined && { auth: { username: user, password } }),
    ...(flags.register && { register: true }),
    ...(prefix && { prefixes: prefix }),
    ...(inboundOnly && { prefixes: [] }),
    ...(from && { from }),
    ...(numberFormat !== undefined && { numberFormat: parseFormat(numberFormat) }),
    ...(callerId !== undefined && { callerId }),
    ...(flags.maxCalls !== undefined && { maxCalls: flags.maxCalls }),
    ...(flags.maxCallsPerSecond !== undefined && { maxCallsPerSecond: flags.maxCallsPerSecond }),
    ...(flags.srtp && { srtp: true }),
  }
}

// A name or IPv4 address with or without a port; an IPv6 address in brackets, or bare and without a port.
const HOST =
  /^(?:\[(?<six>[^\]]*)\]|(?<name>[^:[\]]*)|(?<bare>[\da-fA-F:.]*:[\da-fA-F:.]*:[\da-fA-F:.]*))(?::(?<port>\d{1,5}))?$/

function parseHost(written: string): { readonly host: string; readonly port?: number } {
  const { six, name, bare, port } = HOST.exec(written.trim())?.groups ?? {}
  const host = six ?? name ?? bare
  if (!host)
    throw new CommandError(`--host ${written} is no host: it should be like sip.example.net or 192.0.2.7:5062.`)
  return port === undefined ? { host } : { host, port: Number(port) }
}

const parseFormat = (written: string) => (/^[\d*#]+$/.test(written) ? { plusBecomes: written } : written)
