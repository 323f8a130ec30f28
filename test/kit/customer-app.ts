/** A customer's web app for tests: answers by path, keeps every request it got, checks nothing by itself. */
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

export interface AppRequest {
  readonly method: string
  /** Path and query as requested. */
  readonly target: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** Form parameters of a POST, else those of the query; the last one of a repeated name. */
  readonly parameters: Readonly<Record<string, string>>
  readonly body: string
}

export interface AppAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string | string[]>>
  /** What comes piece by piece is sent so, until it ends or the client goes away. */
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>
  /** Never answers. */
  readonly hang?: true
  /** Closes the connection without an answer. */
  readonly reset?: true
}

/** A string is TwiML: the verbs inside `<Response>`. */
export type Handler = (request: AppRequest) => string | AppAnswer | Promise<string | AppAnswer>

export interface CustomerApp {
  readonly url: string
  readonly requests: readonly AppRequest[]
  /** Requests to one path, oldest first. */
  to(path: string): readonly AppRequest[]
  /** Resolves when `path` has been requested `times` times in all. */
  requested(path: string, times?: number): Promise<AppRequest>
  route(path: string, handler: Handler): void
  close(): Promise<void>
}

export async function startApp(
  routes: Readonly<Record<string, Handler>> = {},
  tls?: { readonly key: string; readonly cert: string },
): Promise<CustomerApp> {
  const handlers = new Map(Object.entries(routes))
  const requests: AppRequest[] = []
  const waiting = new Set<() => void>()

  const listener: RequestListener = async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    const url = new URL(incoming.url ?? '/', 'http://app')
    const form = incoming.method === 'POST' ? new URLSearchParams(body) : url.searchParams
    const request: AppRequest = {
      method: incoming.method ?? '',
      target: incoming.url ?? '',
      path: url.pathname,
      headers: incoming.headers,
      parameters: Object.fromEntries(form),
      body,
    }
    requests.push(request)
    for (const wake of [...waiting]) wake()
    const given = (await handlers.get(url.pathname)?.(request)) ?? { status: 404 }
    const answer: AppAnswer =
      typeof given === 'string'
        ? { headers: { 'content-type': 'text/xml' }, body: `<Response>${given}</Response>` }
        : given
    if (answer.hang) return
    if (answer.reset) return void incoming.socket.resetAndDestroy()
    outgoing.writeHead(answer.status ?? 200, answer.headers)
    const sent = answer.body ?? ''
    if (typeof sent === 'string' || sent instanceof Uint8Array) outgoing.end(sent)
    // The client may have enough of it.
    else await pipeline(Readable.from(sent), outgoing).catch(() => {})
  }
  const server = tls ? createTlsServer({ key: tls.key, cert: tls.cert }, listener) : createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const to = (path: string) => requests.filter((request) => request.path === path)

  return {
    url: `${tls ? 'https' : 'http'}://${tls ? 'localhost' : '127.0.0.1'}:${port}`,
    requests,
    to,
    requested(path, times = 1) {
      return new Promise((resolve) => {
        const look = () => {
          const found = to(path)[times - 1]
          if (!found) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      })
    },
    route: (path, handler) => void handlers.set(path, handler),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
