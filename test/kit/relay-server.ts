/** An app's end of ConversationRelay, for tests: keeps every message of every session, and answers as the test says. */
import type { IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { type WebSocket, WebSocketServer } from 'ws'

export interface RelayedMessage {
  readonly type: string
  readonly [field: string]: unknown
}

export interface ServedRelay {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly messages: RelayedMessage[]
  readonly socket: WebSocket
  /** Once it is closed. */
  readonly code: number | null
  /** Messages of one kind. */
  of(type: string): RelayedMessage[]
  send(message: RelayedMessage): void
  /** Text with an end; each of the tokens is a message. */
  say(...tokens: string[]): void
}

export interface RelayServer {
  readonly url: string
  readonly relays: readonly ServedRelay[]
}

/** @param answer called with every message, after it was kept */
export async function startRelayServer(
  t: TestContext,
  answer: (relay: ServedRelay, message: RelayedMessage) => void | Promise<void> = () => {},
): Promise<RelayServer> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => {
    for (const socket of server.clients) socket.terminate()
    server.close()
  })
  const relays: ServedRelay[] = []
  server.on('connection', (socket, { url = '', headers }) => {
    const send: ServedRelay['send'] = (message) => socket.send(JSON.stringify(message))
    const relay: { -readonly [Field in keyof ServedRelay]: ServedRelay[Field] } = {
      path: url,
      headers,
      messages: [],
      socket,
      code: null,
      of: (type) => relay.messages.filter((message) => message.type === type),
      send,
      say: (...tokens) => {
        for (const [index, token] of tokens.entries()) send({ type: 'text', token, last: index === tokens.length - 1 })
      },
    }
    relays.push(relay)
    socket.on('close', (code) => {
      relay.code = code
    })
    socket.on('message', (data) => {
      const message = JSON.parse(data.toString()) as RelayedMessage
      relay.messages.push(message)
      void answer(relay, message)
    })
  })
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, relays }
}
