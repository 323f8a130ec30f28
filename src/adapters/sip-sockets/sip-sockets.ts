/** Opens the sockets that SIP comes and goes by: datagrams, connections, and WebSockets. */
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import {
  type AddressInfo,
  connect as connectTcp,
  createServer as createTcpServer,
  isIPv6,
  type Server,
  type Socket,
} from 'node:net'
import { connect as connectTls, createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { WebSocketServer } from 'ws'
import type { SipListener, SipSocketEvents, SipSockets } from '../../sip/ports.ts'
import type { Hop } from '../../wire/sip/transport.ts'
import { streamConnection, webSocketConnection } from './connection.ts'
import { Connections } from './connections.ts'
import type { ListenAddress } from './listen-address.ts'
import { ownAddressTowards } from './own-address.ts'
import { UdpSocket } from './udp-socket.ts'

/** A connection that does not come about, or a TLS handshake that does not end. */
const CONNECT_MS_MAX = 10_000
/** Of a WebSocket message: the most that a SIP message may have. */
const MESSAGE_BYTES_MAX = 65_536
const SUBPROTOCOL = 'sip'

export interface SipSocketsOptions {
  readonly listen: readonly ListenAddress[]
  /** Host in Via and Contact instead of the listeners' own: behind a NAT the address that the world sees. */
  readonly publicHost: string | null
  /** PEM; for tls and wss. */
  readonly tls: { readonly cert: string; readonly key: string } | null
  /** Authorities to trust besides the usual ones when we connect; PEM. */
  readonly ca?: string
  readonly events: SipSocketEvents
}

interface Open {
  readonly listener: SipListener
  /** The address it listens on. */
  readonly host: string
  readonly udp: UdpSocket | null
  close(): Promise<void>
}

/** @throws Error with a sentence when an address cannot be had; none of the others is kept then */
export async function openSipSockets(options: SipSocketsOptions): Promise<SipSockets> {
  const { listen, publicHost, events } = options
  const connections = new Connections()
  const opened: Open[] = []
  const shutDown = async () => {
    connections.closeAll()
    await Promise.all(opened.map((one) => one.close()))
  }
  try {
    for (const address of listen) opened.push(await open(address, options, connections))
  } catch (error) {
    await shutDown()
    throw error
  }
  const listeners = opened.map(({ listener }) => listener)
  const udpFor = (address: string) => opened.find(({ udp, host }) => udp && isIPv6(host) === isIPv6(address))?.udp

  return {
    listeners,
    listenerFor: ({ transport, address }) => {
      const found = opened.find((one) => one.listener.transport === transport && isIPv6(one.host) === isIPv6(address))
      if (found && !isWildcard(found.host)) return found.listener
      if (!found && transport === 'udp') return null
      // Whom we connect to sends back on the connection.
      return { transport, host: publicHost ?? ownAddressTowards(address), port: found?.listener.port ?? 0 }
    },
    send: (hop, bytes, failed) => {
      if (hop.transport === 'udp') {
        const socket = udpFor(hop.address)
        if (socket) socket.send(hop, bytes, failed)
        else later(failed, `No socket for datagrams to ${hop.address}`)
        return
      }
      const connection = connections.find(hop) ?? connect(hop, options, connections)
      if (connection) connection.send(bytes, failed)
      else later(failed, `The connection is gone, and nobody can be called over ${hop.transport}`)
    },
    close: shutDown,
  }

  async function open(address: ListenAddress, { tls }: SipSocketsOptions, all: Connections): Promise<Open> {
    const { transport, host, port } = address
    const told = (taken: number): SipListener => ({ transport, host: publicHost ?? host, port: taken })
    try {
      if (transport === 'udp') {
        const udp = await UdpSocket.open({ host, port }, (bytes, hop) => events.received(bytes, hop))
        return { listener: told(udp.port), host, udp, close: () => udp.close() }
      }
      if ((transport === 'tls' || transport === 'wss') && !tls)
        throw new Error('it needs a certificate: set sip.tlsCertFile and sip.tlsKeyFile')
      const server = makeServer(transport, tls, all, events)
      await listening(server, { host, port })
      const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
      return { listener: told((server.address() as AddressInfo).port), host, udp: null, close }
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      const why = code === 'EADDRINUSE' ? 'it is in use' : message
      throw new Error(`SIP cannot listen on ${transport}:${host}:${port}: ${why}`)
    }
  }
}

function makeServer(
  transport: ListenAddress['transport'],
  tls: SipSocketsOptions['tls'],
  connections: Connections,
  events: SipSocketEvents,
): Server | HttpServer {
  const keys = tls ?? {}
  if (transport === 'tcp' || transport === 'tls') {
    const accept = (socket: Socket | TLSSocket) => acceptStream(socket, transport, connections, events)
    if (transport === 'tcp') return createTcpServer({ noDelay: true }, accept)
    const server = createTlsServer({ ...keys, noDelay: true, handshakeTimeout: CONNECT_MS_MAX }, accept)
    server.on('tlsClientError', () => {})
    return server
  }
  const server = transport === 'ws' ? createHttpServer() : createHttpsServer(keys)
  const sockets = new WebSocketServer({
    server,
    maxPayload: MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    verifyClient: ({ req }, decide) =>
      decide(connections.hasRoomFor(req.socket.remoteAddress ?? ''), 503, 'Too many connections'),
  })
  sockets.on('connection', (socket, request) => {
    const hop = connections.numbered(hopOf(transport, request.socket))
    connections.add(webSocketConnection(socket, { hop, events: eventsOf(hop, connections, events) }))
  })
  return server
}

function acceptStream(
  socket: Socket | TLSSocket,
  transport: 'tcp' | 'tls',
  connections: Connections,
  events: SipSocketEvents,
): void {
  const hop = connections.numbered(hopOf(transport, socket))
  if (!connections.hasRoomFor(hop.address)) {
    socket.destroy()
    return
  }
  connections.add(streamConnection(socket, { hop, how: 'accepted', events: eventsOf(hop, connections, events) }))
}

/** Null: over WebSockets they come to us. */
function connect(wanted: Hop, { ca, events }: SipSocketsOptions, connections: Connections) {
  const { transport, address, port, serverName } = wanted
  if ((transport !== 'tcp' && transport !== 'tls') || !connections.hasRoomFor(address)) return null
  const hop = connections.numbered({ transport, address, port, ...(serverName && { serverName }) })
  const to = { host: address, port, noDelay: true }
  const socket =
    transport === 'tcp'
      ? connectTcp(to)
      : connectTls({ ...to, ...(ca && { ca }), servername: serverName && !isAddress(serverName) ? serverName : '' })
  const slow = setTimeout(() => socket.destroy(new Error('No connection came about')), CONNECT_MS_MAX)
  socket.once(transport === 'tcp' ? 'connect' : 'secureConnect', () => clearTimeout(slow))
  socket.once('close', () => clearTimeout(slow))
  const connection = streamConnection(socket, { hop, how: 'opened', events: eventsOf(hop, connections, events) })
  connections.add(connection)
  return connection
}

const isAddress = (name: string): boolean => /^[\d.]+$|:/.test(name)

function eventsOf(hop: Hop, connections: Connections, events: SipSocketEvents) {
  return {
    received: (bytes: Uint8Array, from: Hop) => events.received(bytes, from),
    closed: () => {
      connections.delete(hop)
      events.closed(hop.connection!)
    },
  }
}

function hopOf(
  transport: Hop['transport'],
  socket: { remoteAddress?: string | undefined; remotePort?: number | undefined },
): Hop {
  // IPv4 that comes to a socket for both is IPv4.
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '')
  return { transport, address, port: socket.remotePort ?? 0 }
}

function listening(server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** Everywhere is no address to send to. */
const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::'

function later(failed: (why: string) => void, why: string): void {
  setImmediate(() => failed(why))
}
