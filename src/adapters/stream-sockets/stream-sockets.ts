/**
 * WebSockets to apps, for Media Streams, on ws. `wss:` with the certificate checked; `ws:` as far as the agents let it. A
 * handshake takes five seconds at most, a message 4 MiB and a little, nothing is compressed, redirects are not followed.
 */
import type { Agent as HttpAgent } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'
import { createSecureContext, getCACertificates } from 'node:tls'
import { WebSocket } from 'ws'
import type { StreamSocket, StreamSocketEvents, StreamSockets } from '../../engine/ports/stream-sockets.ts'
import { MESSAGE_LENGTH_MAX } from '../../wire/mediastream/index.ts'
import { Helpings } from './helpings.ts'
import { CUT, endOf, type Fault, failureOf, NO_ANSWER, refusalOf } from './socket-end.ts'

export interface StreamSocketsOptions {
  /** They open the connections, and judge addresses. */
  readonly agents: { readonly http: HttpAgent; readonly https: HttpsAgent }
  /** PEM of authorities to trust besides the usual ones; null: none. */
  readonly ca: string | null
}

/** From the first packet to the last header, however slowly they come. */
const HANDSHAKE_MS_MAX = 5000
/** A message as long as the longest that is understood, and room for it to be told as too long. */
const MESSAGE_BYTES_MAX = MESSAGE_LENGTH_MAX + 65_536
/** How long the other side may take to keep step, and to close. */
const ANSWER_MS_MAX = 1000
/** For so long in all an app is waited for that does not keep step; then it has to come up by itself. */
const PATIENCE_MS = 5000
/** Answers to pings that the app has not read; one more, and the connection is cut. */
const PONGS_UNREAD_MAX = 60

export function createStreamSockets({ agents, ca }: StreamSocketsOptions): StreamSockets {
  const trust = ca === null ? {} : { secureContext: createSecureContext({ ca: [...getCACertificates('default'), ca] }) }
  return {
    open(url, headers, events) {
      const isEncrypted = /^wss:/i.test(url)
      const options = {
        headers,
        agent: isEncrypted ? agents.https : agents.http,
        ...trust,
        closeTimeout: ANSWER_MS_MAX,
        maxPayload: MESSAGE_BYTES_MAX,
        maxPendingAutoPongs: PONGS_UNREAD_MAX,
        perMessageDeflate: false,
        followRedirects: false,
      }
      try {
        return new OpenSocket(new WebSocket(url, options), isEncrypted, events)
      } catch (error) {
        const end = refusalOf(error as Error, isEncrypted)
        queueMicrotask(() => events.ended(end))
        return NO_SOCKET
      }
    },
  }
}

const NO_SOCKET: StreamSocket = { send() {}, bufferedBytes: 0, inStep: async () => {}, close: async () => {} }

/** What comes in, in order. */
type Arrival = { readonly data: Buffer; readonly isBinary: boolean } | 'ping' | 'pong'

class OpenSocket implements StreamSocket {
  readonly #socket: WebSocket
  readonly #events: StreamSocketEvents
  readonly #closed: Promise<void>
  readonly #arrivals: Helpings<Arrival>
  readonly #handshake: NodeJS.Timeout
  #isOpen = false
  #fault: Fault | null = null
  /** Who waits until the other side has kept step. */
  #onStep: () => void = () => {}
  #patienceMs = PATIENCE_MS
  /** Closed by us: nobody is told. */
  #isOurs = false

  constructor(socket: WebSocket, isEncrypted: boolean, events: StreamSocketEvents) {
    this.#socket = socket
    this.#events = events
    this.#arrivals = new Helpings({
      take: (arrival) => this.#arrived(arrival),
      pause: () => socket.pause(),
      resume: () => socket.resume(),
    })
    this.#handshake = setTimeout(() => {
      this.#fault ??= { code: NO_ANSWER, message: `No WebSocket within ${HANDSHAKE_MS_MAX / 1000} seconds` }
      socket.terminate()
    }, HANDSHAKE_MS_MAX)
    socket.on('open', () => {
      clearTimeout(this.#handshake)
      if (this.#isOurs) return
      this.#isOpen = true
      events.opened()
    })
    socket.on('message', (data: Buffer, isBinary) => this.#arrivals.add({ data, isBinary }, data.length))
    socket.on('pong', () => this.#arrivals.add('pong', 0))
    socket.on('ping', () => {
      // After too many of them ws has cut the connection without a word.
      if (socket.readyState === WebSocket.OPEN) this.#arrivals.add('ping', 0)
      else
        this.#fault ??= {
          code: CUT,
          message: 'The connection was cut: the app sends pings and does not read the answers',
        }
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#fault ??= error
    })
    this.#closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        clearTimeout(this.#handshake)
        this.#arrivals.end()
        this.#onStep()
        resolve()
        if (this.#isOurs) return
        events.ended(this.#isOpen ? endOf(code, reason.toString(), this.#fault) : failureOf(this.#fault, isEncrypted))
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
    const { readyState } = this.#socket
    const mostMs = Math.min(ANSWER_MS_MAX, this.#patienceMs)
    if (mostMs <= 0 || readyState === WebSocket.CLOSED) return
    const isInStep = await within(mostMs, (resolve) => {
      // It is called when the socket is closed, too.
      this.#onStep = resolve
      if (readyState === WebSocket.OPEN) this.#socket.ping()
    })
    if (!isInStep) this.#patienceMs -= mostMs
  }

  async close(code = 1000): Promise<void> {
    this.#isOurs = true
    // What else comes is not listened to, but read, or the answer to the closing would not be seen.
    this.#arrivals.end()
    if (this.#isOpen) this.#socket.resume()
    if (this.#socket.readyState === WebSocket.CONNECTING) this.#socket.terminate()
    else this.#socket.close(code)
    await within(ANSWER_MS_MAX, (resolve) => void this.#closed.then(resolve))
    this.#socket.terminate()
  }

  #arrived(arrival: Arrival): void {
    if (arrival === 'pong') {
      this.#patienceMs = PATIENCE_MS
      this.#onStep()
    } else if (arrival !== 'ping' && !this.#isOurs) this.#events.message(arrival.data.toString(), arrival.isBinary)
  }
}

/** Resolves with true when what was begun says so, or with false after the longest wait. */
function within(mostMs: number, begin: (resolve: () => void) => void): Promise<boolean> {
  return new Promise((resolve) => {
    const limit = setTimeout(() => resolve(false), mostMs)
    begin(() => {
      clearTimeout(limit)
      resolve(true)
    })
  })
}
