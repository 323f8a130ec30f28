/** One connection that carries SIP: over TCP, TLS or WebSocket, accepted or opened from here. */
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { StreamFramer } from '../../wire/sip/stream-framer.ts'
import type { Hop } from '../../wire/sip/transport.ts'

/** What the other side has not taken; one that reads no more is cut. */
const UNREAD_BYTES_MAX = 2 ** 20
/** Nothing came for so long: 15 minutes. Phones that want to be called say something every two. */
const IDLE_MS = 900_000
const PONG = Buffer.from('\r\n')

export interface Connection {
  readonly hop: Hop
  send(bytes: Uint8Array, failed: (why: string) => void): void
  close(): void
}

export interface ConnectionEvents {
  received(bytes: Uint8Array, hop: Hop): void
  /** Once. */
  closed(): void
}

type Stream = Duplex & { setTimeout(ms: number, expired: () => void): unknown }

/** @param how an opened one may still be on its way: what is sent meanwhile waits */
export function streamConnection(
  stream: Stream,
  { hop, how, events }: { readonly hop: Hop; readonly how: 'accepted' | 'opened'; readonly events: ConnectionEvents },
): Connection {
  const framer = new StreamFramer(how)
  stream.setTimeout(IDLE_MS, () => stream.destroy())
  stream.on('data', (chunk: Buffer) => {
    for (const framed of framer.push(chunk)) {
      if (framed.kind === 'message') events.received(framed.bytes, hop)
      else if (framed.kind === 'ping') stream.write(PONG)
      else if (framed.kind === 'broken') {
        // It says what it thinks of the message before the connection is cut.
        events.received(framed.bytes, hop)
        stream.end()
      }
    }
  })
  stream.on('error', () => {})
  stream.once('close', () => events.closed())
  return {
    hop,
    send(bytes, failed) {
      if (stream.destroyed) failed('The connection is closed')
      else if (stream.writableLength > UNREAD_BYTES_MAX) {
        stream.destroy()
        failed('The other side does not read')
      } else
        stream.write(bytes, (error) => {
          if (error) failed(error.message)
        })
    },
    close: () => void stream.destroy(),
  }
}

/** A message of the socket is a message of SIP (RFC 7118). */
export function webSocketConnection(
  socket: WebSocket,
  { hop, events }: { readonly hop: Hop; readonly events: ConnectionEvents },
): Connection {
  socket.on('message', (data: Buffer) => {
    if (data.length === 4 && data.toString('latin1') === '\r\n\r\n') socket.send(PONG)
    else events.received(data, hop)
  })
  socket.on('error', () => {})
  socket.once('close', () => events.closed())
  return {
    hop,
    send(bytes, failed) {
      if (socket.readyState !== socket.OPEN) failed('The connection is closed')
      else if (socket.bufferedAmount > UNREAD_BYTES_MAX) {
        socket.terminate()
        failed('The other side does not read')
      } else
        socket.send(Buffer.from(bytes).toString('utf8'), (error) => {
          if (error) failed(error.message)
        })
    },
    close: () => socket.terminate(),
  }
}
