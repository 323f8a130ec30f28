/**
 * Opens connections for the HTTP client: looks the name up, lets the egress rule judge every address, connects to those
 * that pass, and shakes hands over TLS with the certificate checked against the name. No time passes unbounded: whoever
 * waits may cancel, and after ten seconds an attempt ends by itself.
 */
import { lookup as systemLookup } from 'node:dns/promises'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { checkServerIdentity, connect as connectTls, type SecureContext } from 'node:tls'
import type { EgressCheck } from './egress.ts'
import { ConnectFailure } from './failures.ts'

/** The longest connect timeout that anyone may ask for. */
const ATTEMPT_MS_MAX = 10_000
/** Addresses of one name that are tried. */
const ADDRESSES_MAX = 16

/** All addresses of a name, in the order to try them. */
export type Lookup = (hostname: string) => Promise<readonly string[]>

export interface ConnectTarget {
  /** Name, or address without brackets. */
  readonly hostname: string
  readonly port: number
  readonly secure: boolean
  /** TLS only: tell the server which name we want. */
  readonly sni: boolean
  /** TLS only: of an earlier connection, to shorten the handshake. */
  readonly session: Buffer | null
  readonly onSession: (session: Buffer) => void
}

export interface Attempt {
  /** Ends the attempt with this error, unless it has ended. */
  cancel(error: Error): void
  /** TCP stands, TLS does not yet. */
  readonly shakingHands: boolean
}

export type Connected = (error: Error | null, socket: Socket | null) => void

export class Connector {
  readonly #check: EgressCheck
  readonly #lookup: Lookup
  readonly #secureContext: SecureContext | undefined
  /** Many requests to one dead name must not take up the system's few lookup threads. */
  readonly #lookups = new Map<string, Promise<readonly string[]>>()

  constructor(options: {
    readonly check: EgressCheck
    readonly lookup?: Lookup
    readonly secureContext?: SecureContext
  }) {
    this.#check = options.check
    this.#lookup = options.lookup ?? lookupAll
    this.#secureContext = options.secureContext
  }

  /** Calls `connected` once, never before it has returned. */
  connect(target: ConnectTarget, connected: Connected): Attempt {
    const attempt = new OpenAttempt(target, connected)
    const addresses = isIP(target.hostname) ? Promise.resolve([target.hostname]) : this.#resolve(target.hostname)
    addresses
      .then((found) => {
        if (!attempt.over) attempt.watch(this.#open(target, this.#allowed(target.hostname, found)))
      })
      .catch((error: Error) => attempt.cancel(error))
    return attempt
  }

  #resolve(hostname: string): Promise<readonly string[]> {
    const pending = this.#lookups.get(hostname)
    if (pending) return pending
    const lookup = this.#lookup(hostname).finally(() => this.#lookups.delete(hostname))
    this.#lookups.set(hostname, lookup)
    return lookup
  }

  /** @throws ConnectFailure when none may be connected to. */
  #allowed(hostname: string, addresses: readonly string[]): readonly string[] {
    const allowed = addresses.filter((address) => this.#check(address) === null).slice(0, ADDRESSES_MAX)
    if (allowed.length > 0) return allowed
    const [refused] = addresses
    if (refused === undefined) throw new ConnectFailure(11210, `${hostname} has no address in DNS.`)
    const name = refused === hostname ? refused : `${hostname} leads to ${refused}, which`
    throw new ConnectFailure(11205, `Address not allowed: ${name} ${this.#check(refused)}.`)
  }

  #open(target: ConnectTarget, addresses: readonly string[]): Socket {
    const [first] = addresses
    const all = addresses.map((address) => ({ address, family: isIP(address) }))
    const options = {
      port: target.port,
      // The judged addresses themselves, so that nothing is looked up a second time.
      ...(addresses.length === 1
        ? { host: first! }
        : { host: target.hostname, autoSelectFamily: true, lookup: answerWith(all) }),
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: 60_000,
    }
    if (!target.secure) return connectTcp(options)
    const socket = connectTls({
      ...options,
      servername: target.sni && !isIP(target.hostname) ? target.hostname : '',
      checkServerIdentity: (_name, certificate) => checkServerIdentity(target.hostname, certificate),
      ALPNProtocols: ['http/1.1'],
      ...(this.#secureContext && { secureContext: this.#secureContext }),
      ...(target.session && { session: target.session }),
    })
    socket.on('session', target.onSession)
    return socket
  }
}

class OpenAttempt implements Attempt {
  over = false
  shakingHands = false
  readonly #target: ConnectTarget
  readonly #connected: Connected
  readonly #timer: NodeJS.Timeout
  #socket: Socket | null = null

  constructor(target: ConnectTarget, connected: Connected) {
    this.#target = target
    this.#connected = connected
    const where = `${target.hostname}:${target.port}`
    this.#timer = setTimeout(
      () =>
        this.cancel(new ConnectFailure(11201, `${where} did not accept the connection within ${ATTEMPT_MS_MAX} ms.`)),
      ATTEMPT_MS_MAX,
    ).unref()
  }

  watch(socket: Socket): void {
    this.#socket = socket
    socket.on('connect', () => {
      this.shakingHands = this.#target.secure
    })
    socket.once(this.#target.secure ? 'secureConnect' : 'connect', () => this.#end(null, socket))
    // Stays on: an error without a listener would end the process.
    socket.on('error', (error) => this.cancel(this.shakingHands ? ofHandshake(error, this.#target) : error))
  }

  cancel(error: Error): void {
    if (this.over) return
    this.#end(error, null)
    this.#socket?.destroy()
  }

  #end(error: Error | null, socket: Socket | null): void {
    this.over = true
    clearTimeout(this.#timer)
    this.#connected(error, socket)
  }
}

/** A peer that hangs up in the middle of the handshake is no lost connection but a failed handshake. */
function ofHandshake(error: Error, { hostname, port }: ConnectTarget): Error {
  const lost = 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
  return lost ? new ConnectFailure(11220, `${hostname}:${port} closed the connection during the TLS handshake.`) : error
}

function answerWith(addresses: readonly { address: string; family: number }[]) {
  return (
    _hostname: string,
    _options: unknown,
    callback: (error: null, addresses: { address: string; family: number }[]) => void,
  ): void => callback(null, [...addresses])
}

async function lookupAll(hostname: string): Promise<readonly string[]> {
  return (await systemLookup(hostname, { all: true })).map(({ address }) => address)
}
