/**
 * One path of the Event Streams API and what may be done with it: other methods are refused with 405, and
 * what a resource answers goes out with its warnings.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { assert } from '../../lib/assert.ts'
import type { AccountSid } from '../../lib/ids.ts'
import { refuse } from '../errors.ts'
import { EMPTY_FORM, type Form } from '../form.ts'

export interface StreamRequest {
  readonly accountSid: AccountSid
  /** Parts of the path, by the route's names. */
  readonly params: Readonly<Record<string, string>>
  readonly query: Form
  readonly form: Form
  /** Path as requested, without the query. */
  readonly path: string
  /** Scheme and host under which the customer reaches us. */
  readonly baseUrl: string
}

export interface StreamAnswer {
  readonly status: number
  /** Null for 204. */
  readonly body: object | null
  /** One `Warning` header each. */
  readonly warnings?: readonly string[]
}

export const found = (body: object): StreamAnswer => ({ status: 200, body })
export const created = (body: object, warnings: readonly string[] = []): StreamAnswer => ({
  status: 201,
  body,
  warnings,
})
export const NO_CONTENT: StreamAnswer = { status: 204, body: null }

type Operation = (request: StreamRequest) => Promise<StreamAnswer>

export interface Operations {
  readonly GET?: Operation
  readonly POST?: Operation
  readonly DELETE?: Operation
}

export type AddRoute = (path: string, operations: Operations) => void

export interface RouteConfig {
  readonly publicUrl?: string
}

const METHODS = ['GET', 'POST', 'DELETE', 'PUT', 'PATCH'] as const

export function routeAdder(app: FastifyInstance, config: RouteConfig): AddRoute {
  return (path, operations) => {
    const allow = METHODS.filter((method) => method in operations).join(', ')
    for (const method of METHODS) {
      const operation = operations[method as keyof Operations]
      app.route({ method, url: path, handler: operation ? serving(operation, config) : refusing(allow) })
    }
  }
}

function refusing(allow: string) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<never> => {
    reply.header('allow', allow)
    throw refuse('methodNotAllowed', { value: request.method })
  }
}

function serving(operation: Operation, config: RouteConfig) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    assert(request.principal, 'a route without authentication')
    const { accountSid } = request.principal
    const answer = await operation({
      accountSid,
      params: request.params as Record<string, string>,
      query: request.query as Form,
      form: (request.body ?? EMPTY_FORM) as Form,
      path: pathOf(request),
      baseUrl: baseUrlOf(request, config),
    })
    // RFC 7234 §5.5: 299 is "miscellaneous persistent warning".
    if (answer.warnings?.length)
      reply.header(
        'warning',
        answer.warnings.map((text) => `299 - ${JSON.stringify(text)}`),
      )
    if (answer.body === null) return reply.code(answer.status).send()
    return reply
      .code(answer.status)
      .header('content-type', 'application/json')
      .send(Buffer.from(JSON.stringify(answer.body)))
  }
}

/** Without the query. */
export const pathOf = (request: FastifyRequest): string => request.originalUrl.split('?', 1)[0] ?? '/'

function baseUrlOf(request: FastifyRequest, { publicUrl }: RouteConfig): string {
  if (publicUrl !== undefined) return publicUrl
  const host = request.headers.host ?? ''
  return `${request.protocol}://${/^[A-Za-z0-9.:[\]-]{1,255}$/.test(host) ? host : 'localhost'}`
}
