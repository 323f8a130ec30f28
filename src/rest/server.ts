/**
 * The HTTP server: one Fastify instance on which the APIs are mounted. What all of them share is here: limits, the form
 * parser, and errors in the reference's shape whatever went wrong, never with a stack trace.
 */

import type { Duplex } from 'node:stream'
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { newSid } from '../lib/ids.ts'
import { registerApi2010 } from './api-2010/api-2010.ts'
import { pathOf } from './api-2010/resource-route.ts'
import { Authenticator } from './auth.ts'
import type { RestDeps } from './deps.ts'
import { type ErrorName, errorBody, Refusal, refuse } from './errors.ts'
import { parseForm } from './form.ts'

/** An `onRequest` hook: refuses with 401, or sets `request.principal`. */
export type Authenticate = (request: FastifyRequest) => Promise<void>

/** Adds the routes of another API, in a scope of its own. It decides which of them ask for credentials. */
export type Mount = (app: FastifyInstance, authenticate: Authenticate) => void | Promise<void>

const BODY_BYTES_MAX = 256 * 1024
const PATH_PARAMETER_CHARS_MAX = 200
/** For a request to arrive whole. */
const REQUEST_TIMEOUT_MS = 60_000
const API_2010 = '/2010-04-01/'

/** Not yet listening; `listen` and `close` are the caller's. */
export function createRestServer(deps: RestDeps, mounts: readonly Mount[] = []): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    rewriteUrl: (request) => withoutJsonSuffix(request.url ?? '/'),
    frameworkErrors: (error, request, reply) => answerError(error, request, reply, deps),
    clientErrorHandler,
    routerOptions: {
      // Its own refusals are thrown later, by `queryWasReadable`: the router cannot answer them.
      querystringParser: (text) => parseQuery(text),
      maxParamLength: PATH_PARAMETER_CHARS_MAX,
    },
  })
  app.decorateRequest('principal', null)
  addFormParser(app)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('twilio-request-id', newSid('RQ'))
    throwUnreadableQuery(request)
  })
  // Besides the log line, its presence makes Fastify time requests, which recorded exchanges need.
  app.addHook('onResponse', async (request, reply) => {
    const { method, originalUrl } = request
    const path = originalUrl.split('?', 1)[0]
    deps.logger.debug({ method, path, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'answered')
  })
  app.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply, deps))
  app.setNotFoundHandler((request, reply) =>
    answerError(refuse('notFound', { value: requestedPath(request) }), request, reply, deps),
  )

  const authenticator = new Authenticator({ store: deps.journal.store, clock: deps.clock })
  const authenticate: Authenticate = async (request) => {
    request.principal = await authenticator.authenticate(request.headers.authorization)
  }
  app.register(
    async (api) => {
      api.addHook('onRequest', async (_request, reply) => {
        reply.header('cache-control', 'no-store')
      })
      api.addHook('onRequest', authenticate)
      // Hooks of a scope also run for its unknown paths: who has no credentials learns nothing about them.
      api.setNotFoundHandler((request) => {
        throw refuse('notFound', { value: pathOf(request) })
      })
      api.removeContentTypeParser(['application/json', 'text/plain'])
      registerApi2010(api, deps, authenticator)
    },
    { prefix: '/2010-04-01/Accounts' },
  )
  for (const mount of mounts) app.register(async (scope) => mount(scope, authenticate))
  return app
}

/** The 2010 API's paths end in `.json`; routes are written without it. */
function withoutJsonSuffix(url: string): string {
  if (!url.startsWith(API_2010)) return url
  const query = url.indexOf('?')
  const path = query === -1 ? url : url.slice(0, query)
  return path.endsWith('.json') ? path.slice(0, -5) + (query === -1 ? '' : url.slice(query)) : url
}

function addFormParser(app: FastifyInstance): void {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, parseForm(String(body)))
    } catch (error) {
      done(error as Error)
    }
  })
}

/** A query that cannot be read, until the first hook can refuse it. */
const UNREADABLE = Symbol('unreadable query')

function parseQuery(text: string): Record<string, unknown> {
  try {
    // Always an object of its own: Fastify's validation writes defaults into it.
    return text === '' ? {} : (parseForm(text) as Record<string, unknown>)
  } catch (error) {
    return { [UNREADABLE]: error }
  }
}

function throwUnreadableQuery(request: FastifyRequest): void {
  const error = (request.query as { [UNREADABLE]?: unknown })[UNREADABLE]
  if (error !== undefined) throw error
}

/** What Fastify itself refuses, in our words. */
const FRAMEWORK_ERRORS: Readonly<Record<string, { readonly error: ErrorName; readonly why?: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { error: 'bodyTooLarge', why: `${BODY_BYTES_MAX / 1024} KiB` },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { error: 'unsupportedContentType' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { error: 'malformedRequest', why: 'Content-Length does not match the body' },
  FST_ERR_CTP_INVALID_JSON_BODY: { error: 'malformedRequest', why: 'the body is not JSON' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { error: 'malformedRequest', why: 'the body is empty' },
  FST_ERR_BAD_URL: { error: 'malformedRequest', why: 'the URL is not valid' },
  FST_ERR_MAX_PARAM_LENGTH: { error: 'notFound' },
}

function answerError(
  error: Error & { code?: string | number },
  request: FastifyRequest,
  reply: FastifyReply,
  deps: RestDeps,
): FastifyReply {
  const refusal = toRefusal(error, request)
  if (refusal.status >= 500) {
    deps.logger.error(
      { error: error.stack ?? String(error), method: request.method, path: requestedPath(request) },
      'a request failed',
    )
  }
  if (refusal.status === 401) reply.header('www-authenticate', 'Basic realm="Twilio API"')
  return reply
    .code(refusal.status)
    .header('content-type', 'application/json')
    .send(Buffer.from(errorBody(refusal)))
}

function toRefusal(error: Error & { code?: string | number }, request: FastifyRequest): Refusal {
  if (error instanceof Refusal) return error
  const known = FRAMEWORK_ERRORS[String(error.code)]
  if (!known)
    return isCustomersMistake(error) ? refuse('malformedRequest', { why: 'it cannot be read' }) : refuse('internal')
  const value = known.error === 'notFound' ? requestedPath(request) : (request.headers['content-type'] ?? '')
  return refuse(known.error, { value, ...(known.why === undefined ? {} : { why: known.why }) })
}

/** Fastify's other refusals carry a status of their own. */
const isCustomersMistake = (error: Error): boolean =>
  'statusCode' in error && typeof error.statusCode === 'number' && error.statusCode >= 400 && error.statusCode < 500

const requestedPath = (request: FastifyRequest): string => request.originalUrl.split('?', 1)[0] ?? '/'

/** Bytes that are not HTTP, or headers over Node's 16 KiB: there is no request to answer, only a socket. */
function clientErrorHandler(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const refusal =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? refuse('headersTooLarge', { why: '16 KiB' })
      : refuse('malformedRequest', {
          why: error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'it took too long' : 'it is not HTTP',
        })
  const body = errorBody(refusal)
  const head = `HTTP/1.1 ${refusal.status} ${refusal.status === 431 ? 'Request Header Fields Too Large' : 'Bad Request'}`
  socket.end(
    `${head}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}
