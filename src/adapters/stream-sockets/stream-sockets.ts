/**
 * WebSockets to apps, for Media Streams, on ws. `wss:` with the certificate checked; `ws:` as far as the agents let it. A
 * handshake takes five seconds at most, a message 4 MiB and a little, nothing is compressed, redirects are not followed.
 */
import type { Agent as HttpAgent } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'
import { createSecureContext, getCACertificates } from 'node:tls'
import { WebSocket } from 'ws'
import type { SocketEnd, StreamSocket, StreamSocketEvents, StreamSockets } from '../../engine/ports/stream-sockets.ts'
import { MESSAGE_LENGTH_MAX } from '../../wire/mediastream/index.ts'

export interface StreamSocketsOptions {
  /** They open the connections, and judge addresses. */
  readonly agents: { readonly http: HttpAgent; readonly https: HttpsAgent }
  /** PEM of authorities to trust besides the usual ones; null: none. */
  readonly ca: string | null
}

const HANDSHAKE_MS_MAX = 5000
/** A message as long as the longest that is understood, and room for it to be told as too long. */
const MESSAGE_BYTES_MAX = MESSAGE_LENGTH_MAX + 65_536
/** How long the other side may take to keep step, and to close. */
const ANSWER_MS_MAX = 1000
/** RFC 6455 §7.4.1: done, going away, no code given. */
const GOOD_CODES: ReadonlySet<number> = new Set([1000, 1001, 1005])

export function createStreamSockets({ agents, ca }: StreamSocketsOptions): StreamSockets {
  const trust = ca === null ? {} : { secureContext: createSecureContext({ ca: [...getCACertificates('default'), ca] }) }
  return {
    open(url, headers, events) {
      const options = {
        headers,
        agent: /^wss:/i.test(url) ? agents.https : agents.http,
        ...trust,
        handshakeTimeout: HANDSHAKE_MS_MAX,
        closeTimeout: ANSWER_MS_MAX,
        maxPayload: MESSAGE_BYTES_MAX,
        perMessageDeflate: false,
        followRedirects: false,
      }
      try {
        return new OpenSocket(new WebSocket(url, options), events)
      } catch (error) {
        // The address itself is not one, or not allowed.
        const why = (error as Error).message
        queueMicrotask(() => events.ended({ how: 'unreachable', why }))
        return NO_SOCKET
      }
    },
  }
}

const NO_SOCKET: StreamSocket = { send() {}, bufferedBytes: 0, inStep: async () => {}, close: async () => {} }

class OpenSocket implements StreamSocket {
  readonly #socket: WebSocket
  readonly #closed: Promise<void>
  #fault: Error | null = null
  /** Who waits until the other side has kept step. */
  #onStep: () => void = () => {}
  /** Closed by us: nobody is told. */
  #isOurs = false

  constructor(socket: WebSocket, events: StreamSocketEvents) {
    this.#socket = socket
    let isOpen = false
    const unlessOurs = (act: () => void) => {
      if (!this.#isOurs) act()
    }
    socket.on('open', () =>
      unlessOurs(() => {
        isOpen = true
        events.opened()
      }),
    )
    // Whoever sends text as bytes means text.
    socket.on('message', (data) => unlessOurs(() => events.message(data.toString())))
    socket.on('pong', () => this.#onStep())
    socket.on('error', (error) => {
      this.#fault ??= error
    })
    this.#closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        this.#onStep()
        resolve()
        unlessOurs(() => events.ended(isOpen ? endOf(code, reason.toString(), this.#fault) : failureOf(this.#fault)))
      })
    })
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount
  }

  send(text: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text)
  }

  async inStep(): Promise<void> {
    if (this.#socket.readyState !== WebSocket.OPEN) return
    await this.#within((resolve) => {
      this.#onStep = resolve
      this.#socket.ping()
    })
  }

  async close(): Promise<void> {
    this.#isOurs = true
    if (this.#socket.readyState === WebSocket.CONNECTING) this.#socket.terminate()
    else this.#socket.close(1000)
    await this.#within((resolve) => void this.#closed.then(resolve))
    this.#socket.terminate()
  }

  /** Resolves when what was begun says so, or after the longest wait. */
  #within(begin: (resolve: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      const limit = setTimeout(resolve, ANSWER_MS_MAX)
      begin(() => {
        clearTimeout(limit)
        resolve()
      })
    })
  }
}

function endOf(code: number, reason: string, fault: Error | null): SocketEnd {
  if (fault && 'code' in fault && String(fault.code).startsWith('WS_ERR_'))
    return { how: 'nonsense', why: `The app broke the WebSocket protocol: ${fault.message}` }
  if (GOOD_CODES.has(code)) return { how: 'closed' }
  if (code === 1006) return { how: 'broken', why: 'The connection was lost without a closing handshake' }
  return { how: 'broken', why: `The app closed the socket with ${code}${reason === '' ? '' : `: ${reason}`}` }
}

/** A connection that nobody accepted, or an answer that is no WebSocket. */
function failureOf(fault: Error | null): SocketEnd {
  const why = fault?.message || String((fault as NodeJS.ErrnoException | null)?.code ?? 'The connection was closed')
  const code = fault && 'code' in fault ? String(fault.code) : ''
  const isUnreachable = /^(E[A-Z]+)$/.test(code) && code !== 'EPROTO' && code !== 'ECONNRESET' && code !== 'EPIPE'
  return { how: isUnreachable || fault?.name === 'EgressError' ? 'unreachable' : 'refused', why }
}
