/** An app's end of Media Streams, for tests: keeps every message of every socket, and answers as the test says. */
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { type WebSocket, WebSocketServer } from 'ws'

export interface StreamMessage {
  readonly event: string
  readonly sequenceNumber?: string
  readonly streamSid?: string
  readonly start?: {
    readonly streamSid: string
    readonly callSid: string
    readonly customParameters: object
    readonly tracks: readonly string[]
  }
  readonly media?: {
    readonly track: string
    readonly chunk: string
    readonly timestamp: string
    readonly payload: string
  }
  readonly mark?: { readonly name: string }
  readonly dtmf?: { readonly track: string; readonly digit: string }
}

export interface ServedStream {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly messages: StreamMessage[]
  readonly socket: WebSocket
  /** Once it is closed. */
  readonly code: number | null
  /** Messages of one kind. */
  of(event: string): StreamMessage[]
  /** Says something on this stream. */
  say(message: { readonly event: string; readonly [field: string]: unknown }): void
  /** Audio of this length, every sample the same. */
  play(lengthMs: number, sample?: number): void
  mark(name: string): void
}

export interface StreamServer {
  readonly url: string
  readonly streams: readonly ServedStream[]
}

/**
 * @param answer called with every message, after it was kept
 * @param tls a certificate and its key: `wss:`
 */
export async function startStreamServer(
  t: TestContext,
  answer: (stream: ServedStream, message: StreamMessage) => void = () => {},
  tls?: { readonly cert: string; readonly key: string },
): Promise<StreamServer> {
  const http = tls ? createTlsServer(tls) : createServer()
  const server = new WebSocketServer({ server: http })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of server.clients) socket.terminate()
    server.close()
    http.close()
  })
  const streams: ServedStream[] = []
  server.on('connection', (socket, { url = '', headers }) => {
    let streamSid = ''
    const say: ServedStream['say'] = (message) => socket.send(JSON.stringify({ streamSid, ...message }))
    const stream: { -readonly [Field in keyof ServedStream]: ServedStream[Field] } = {
      path: url,
      headers,
      messages: [],
      socket,
      code: null,
      of: (event) => stream.messages.filter((message) => message.event === event),
      say,
      play: (lengthMs, sample = 0x20) =>
        say({ event: 'media', media: { payload: Buffer.alloc(lengthMs * 8, sample).toString('base64') } }),
      mark: (name) => say({ event: 'mark', mark: { name } }),
    }
    streams.push(stream)
    socket.on('close', (code) => {
      stream.code = code
    })
    socket.on('message', (data) => {
      const message = JSON.parse(data.toString()) as StreamMessage
      streamSid = message.start?.streamSid ?? streamSid
      stream.messages.push(message)
      answer(stream, message)
    })
  })
  return { url: `${tls ? 'wss' : 'ws'}://127.0.0.1:${(http.address() as AddressInfo).port}`, streams }
}
