/**
 * The HTTP transport on undici: one pool of kept-alive connections per origin, dispatched to directly, since fetch costs
 * four times as much. HTTP/1.1 without pipelining and with many connections, so that one slow answer never holds up
 * another request to the same app.
 */
import { createSecureContext, getCACertificates } from 'node:tls'
import { Pool } from 'undici'
import type { HttpRequest, HttpResult, HttpTransport } from '../../journal/http-transport.ts'
import type { Logger } from '../../lib/logger.ts'
import { Connector, type Lookup } from './connector.ts'
import { createEgressCheck, type EgressRule } from './egress.ts'
import { OneExchange } from './one-exchange.ts'
import { ResponseCache } from './response-cache.ts'

export interface HttpClientOptions {
  readonly egress: EgressRule
  /** PEM of authorities to trust besides the usual ones. */
  readonly ca?: string
  readonly logger: Logger
  /** Origins with connections kept; beyond it the one unused for longest is closed. Default 512. */
  readonly originsMax?: number
  /** Connections, and so requests under way, to one origin; more wait as if connecting. Default 512. */
  readonly connectionsMax?: number
  /** Memory for cached answers. Default 32 MiB. */
  readonly cacheBytesMax?: number
  /** How names are looked up; the system's way by default. */
  readonly lookup?: Lookup
}

interface Origin {
  readonly pool: Pool
  readonly where: string
  /** Always the same for one origin: undici opens a new connection when it changes. */
  readonly servername: string | undefined
  /** The exchange being dispatched, so that a connection opened for it can be told whose it is. */
  current: OneExchange | null
}

/**
 * Idle connections are closed after this, or a second before the server says it would. Short, since a request that
 * meets a closing connection fails: it is not ours to make it again behind the caller's back.
 */
const KEEP_ALIVE_MS = 1500
const KEEP_ALIVE_MS_MAX = 60_000
const KEEP_ALIVE_MARGIN_MS = 1000

const HEADER_BYTES_MAX = 32 * 1024

/** @throws Error when the egress rule or the certificates cannot be read. */
export function createHttpClient(options: HttpClientOptions): HttpTransport {
  return new HttpClient(options)
}

class HttpClient implements HttpTransport {
  readonly #connector: Connector
  readonly #logger: Logger
  readonly #cache: ResponseCache
  readonly #originsMax: number
  readonly #connectionsMax: number
  /** In the order of last use. */
  readonly #origins = new Map<string, Origin>()
  #closed = false

  constructor(options: HttpClientOptions) {
    const {
      egress,
      ca,
      logger,
      lookup,
      originsMax = 512,
      connectionsMax = 512,
      cacheBytesMax = 32 * 1024 * 1024,
    } = options
    this.#connector = new Connector({
      check: createEgressCheck(egress),
      ...(lookup && { lookup }),
      ...(ca !== undefined && { secureContext: createSecureContext({ ca: [...getCACertificates('default'), ca] }) }),
    })
    this.#logger = logger
    this.#cache = new ResponseCache({ bytesMax: cacheBytesMax, nowMs: () => performance.now() })
    this.#originsMax = originsMax
    this.#connectionsMax = connectionsMax
  }

  send(request: HttpRequest): Promise<HttpResult> {
    if (!ResponseCache.applies(request)) return this.#dispatch(request)
    const fresh = this.#cache.fresh(request)
    if (fresh) return Promise.resolve(fresh)
    return this.#dispatch(this.#cache.conditional(request)).then((result) => this.#cache.settle(request, result))
  }

  async close(): Promise<void> {
    this.#closed = true
    const origins = [...this.#origins.values()]
    this.#origins.clear()
    await Promise.all(origins.map(({ pool }) => pool.destroy()))
  }

  #dispatch(request: HttpRequest): Promise<HttpResult> {
    return new Promise((resolve) => {
      if (this.#closed) return resolve(refused('stopped', 11205, 'The platform is shutting down.'))
      if (request.stop?.aborted)
        return resolve(refused('stopped', 11200, 'The request was given up before it was made.'))
      const pathAt = request.url.indexOf('/', 'https://'.length)
      const origin = pathAt < 0 ? null : this.#origin(request.url.slice(0, pathAt), request.sni ?? true)
      if (!origin) return resolve(refused('connect', 11100, 'The URL is not one that can be asked.'))

      const exchange = new OneExchange(request, origin.where, resolve)
      origin.current = exchange
      origin.pool.dispatch(
        {
          path: request.url.slice(pathAt),
          method: request.method,
          headers: request.headers,
          body: request.body ?? null,
          servername: origin.servername,
        } as Parameters<Pool['dispatch']>[0],
        exchange,
      )
      origin.current = null
      exchange.begin()
    })
  }

  /** Null when the text is no http or https origin. */
  #origin(text: string, sni: boolean): Origin | null {
    const key = sni ? text : `${text} without sni`
    const known = this.#origins.get(key)
    if (known) {
      this.#origins.delete(key)
      this.#origins.set(key, known)
      return known
    }
    const origin = this.#newOrigin(text, sni)
    if (!origin) return null
    this.#origins.set(key, origin)
    if (this.#origins.size > this.#originsMax) {
      const [oldest, { pool }] = this.#origins.entries().next().value!
      this.#origins.delete(oldest)
      // What is under way there is finished first.
      pool.close().catch((error: unknown) => this.#logger.debug({ err: error, origin: oldest }, 'a pool did not close'))
    }
    return origin
  }

  #newOrigin(text: string, sni: boolean): Origin | null {
    const url = URL.parse(text)
    if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.username !== '' || url.password !== '')
      return null
    const secure = url.protocol === 'https:'
    const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port)
    const hostname = url.hostname.replace(/^\[|\]$/g, '')
    let session: Buffer | null = null
    const origin: Origin = {
      where: `${url.hostname}:${port}`,
      servername: secure ? hostname : undefined,
      current: null,
      pool: new Pool(url.origin, {
        connections: this.#connectionsMax,
        pipelining: 1,
        allowH2: false,
        headersTimeout: 0,
        bodyTimeout: 0,
        maxHeaderSize: HEADER_BYTES_MAX,
        keepAliveTimeout: KEEP_ALIVE_MS,
        keepAliveMaxTimeout: KEEP_ALIVE_MS_MAX,
        keepAliveTimeoutThreshold: KEEP_ALIVE_MARGIN_MS,
        connect: (_options, callback) => {
          const onSession = (latest: Buffer) => {
            session = latest
          }
          const owner = origin.current
          const attempt = this.#connector.connect(
            { hostname, port, secure, sni, session, onSession },
            (error, socket) => (error ? callback(error, null) : callback(null, socket!)),
          )
          if (owner) owner.attempt = attempt
        },
      }),
    }
    return origin
  }
}

const refused = (kind: 'stopped' | 'connect', code: number, message: string): HttpResult => ({
  ok: false,
  kind,
  code,
  message,
  durationMs: 0,
})
