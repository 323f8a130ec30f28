/**
 * One path of the API and what may be done with it. Everything around a resource's own code is here: other methods are
 * refused with 405, the account of the path is checked, and the answer goes out as the bytes the resource made.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { assert } from '../../lib/assert.ts'
import type { Authenticator } from '../auth.ts'
import type { RestConfig } from '../deps.ts'
import { refuse } from '../errors.ts'
import { EMPTY_FORM, type Form } from '../form.ts'
import type { Answer, ApiRequest } from './answer.ts'

export type Operation = (request: ApiRequest) => Promise<Answer>

export interface Operations {
  readonly GET?: Operation
  readonly POST?: Operation
  readonly DELETE?: Operation
}

export interface RouteOptions {
  /** Standard API keys may not use the account and key resources. */
  readonly keysRefused?: boolean
}

export interface RouteContext {
  readonly authenticator: Authenticator
  readonly config: Pick<RestConfig, 'publicUrl'>
}

/** Adds a resource under `/2010-04-01/Accounts`, given what it can do. */
export type AddRoute = (path: string, operations: Operations, options?: RouteOptions) => void

const METHODS = ['GET', 'POST', 'DELETE', 'PUT', 'PATCH'] as const

export function routeAdder(app: FastifyInstance, context: RouteContext): AddRoute {
  return (path, operations, options = {}) => {
    const allowed = METHODS.filter((method) => method in operations)
    for (const method of METHODS) {
      const operation = operations[method as keyof Operations]
      if (operation) app.route({ method, url: path, handler: serving(operation, context, options) })
      else app.route({ method, url: path, onRequest: refusing(allowed.join(', ')), handler: unreachable })
    }
  }
}

/** Runs before the body is read, so that a 405 does not depend on what was sent. */
function refusing(allow: string) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    reply.header('allow', allow)
    throw refuse('methodNotAllowed', { value: request.method })
  }
}

const unreachable = async (): Promise<never> => {
  throw new Error('the method was already refused')
}

function serving(operation: Operation, context: RouteContext, options: RouteOptions) {
  const run = async (request: FastifyRequest, reply: FastifyReply): Promise<Answer> => {
    const { principal } = request
    assert(principal, 'a route without authentication')
    if (options.keysRefused && principal.keySid !== null) throw refuse('invalidUsername')
    const params = request.params as Record<string, string>
    const path = pathOf(request)
    const account = await context.authenticator.account(principal, params.AccountSid ?? '')
    if (!account) throw refuse('notFound', { value: path })
    return operation({
      account,
      accountSid: account.sid,
      params,
      query: request.query as Form,
      form: (request.body ?? EMPTY_FORM) as Form,
      path,
      baseUrl: baseUrlOf(request, context.config),
      elapsedMs: () => reply.elapsedTime,
    })
  }
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { status, body } = await run(request, reply)
    if (body === '') return reply.code(status).send()
    // Bytes rather than text: Fastify would add a charset, which the reference's recorded exchanges do not show.
    return reply.code(status).header('content-type', 'application/json').send(Buffer.from(body))
  }
}

/** The path with its `.json`, which routing has taken off; added when the customer left it out. */
export function pathOf(request: FastifyRequest): string {
  const url = request.originalUrl
  const query = url.indexOf('?')
  const path = query === -1 ? url : url.slice(0, query)
  return path.endsWith('.json') ? path : `${path}.json`
}

function baseUrlOf(request: FastifyRequest, config: Pick<RestConfig, 'publicUrl'>): string {
  if (config.publicUrl !== undefined) return config.publicUrl.replace(/\/$/, '')
  const host = request.headers.host ?? ''
  return `${request.protocol}://${/^[A-Za-z0-9.:[\]-]{1,255}$/.test(host) ? host : 'localhost'}`
}
