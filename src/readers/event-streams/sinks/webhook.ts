/**
 * The webhook sink: events as JSON to a customer's URL. By default as the reference sends them: an array with the plain
 * content type, signed over the URL to which the body's hash was added. Real CloudEvents modes and Standard Webhooks
 * signatures are options.
 */
import type { HttpRequest, HttpResult } from '../../../journal/http-transport.ts'
import { assert, never } from '../../../lib/assert.ts'
import type { Instant } from '../../../lib/ids.ts'
import {
  ATTRIBUTES,
  batchedMessage,
  binaryMessage,
  type HttpMessage,
  jsonArray,
  structuredMessage,
  type WrittenEvent,
} from '../../../wire/cloudevents/index.ts'
import { formatBasic, parseUserInfo } from '../../../wire/webhook/basic.ts'
import { appendQuery } from '../../../wire/webhook/form.ts'
import { formatHttpUrl, type HttpUrl, parseHttpUrl, withTarget } from '../../../wire/webhook/http-url.ts'
import { signRequest, toSigningUrl, withBodySha256 } from '../../../wire/webhook/signature.ts'
import { DELIVERED, type Delivery } from '../delivery.ts'
import { judgeNoAnswer, retryAfterOf } from './http-judge.ts'
import type { Item, RequestContext, Sink, Unsendable } from './sink.ts'
import { standardHeaders } from './standard-webhooks.ts'
import type { WebhookConfig } from './webhook-config.ts'

const EVENTS_MAX = 100
const BYTES_MAX = 256 * 1024
const WAIT_MS = 200
const CONNECT_TIMEOUT_MS = 2000
const TIMEOUT_SEC_DEFAULT = 5
/** As much of an answer as the attempt log shows. */
const ANSWER_BYTES_MAX = 4096
/** A GET carries its event in the URL, and common servers take no longer one. */
const GET_URL_BYTES_MAX = 8192

export const webhookSink: Sink<WebhookConfig, HttpRequest, HttpResult> = {
  type: 'webhook',
  limits: (config) => ({ eventsMax: takesMany(config) ? EVENTS_MAX : 1, bytesMax: BYTES_MAX, waitMs: WAIT_MS }),
  prepare,
  toRequest,
  judge,
}

function takesMany({ method, contentMode, batchEvents }: WebhookConfig): boolean {
  if (method === 'GET') return false
  return contentMode === 'batched' || ((contentMode ?? 'twilio') === 'twilio' && batchEvents)
}

function prepare(config: WebhookConfig, written: WrittenEvent): Item | Unsendable {
  if (config.method === 'POST') return { written, text: written.json, bytes: written.bytes }
  const url = formatHttpUrl(getUrl(config, written))
  if (url.length <= GET_URL_BYTES_MAX) return { written, text: url, bytes: url.length }
  const why = `the URL of a GET would have ${url.length} bytes, more than ${GET_URL_BYTES_MAX}; use POST`
  return { written, refusal: { outcome: 'give-up', code: 91300, why, halve: false } }
}

/** Every attribute a query parameter, the data as JSON. */
function getUrl(config: WebhookConfig, { event }: WrittenEvent): HttpUrl {
  const url = parseHttpUrl(config.destination)
  const parameters: Record<string, string> = {}
  for (const name of ATTRIBUTES) if (event[name] !== undefined) parameters[name] = event[name]
  for (const [name, value] of Object.entries(event.extensions ?? {})) parameters[name] = String(value)
  parameters.data = JSON.stringify(event.data)
  return withTarget(url, appendQuery(url.target, parameters))
}

function toRequest(config: WebhookConfig, batch: readonly Item[], context: RequestContext): HttpRequest {
  const [first] = batch
  assert(first, 'a delivery without events')
  const isGet = config.method === 'GET'
  const message: HttpMessage = isGet ? { headers: {}, body: '' } : messageOf(config, batch)
  const base = parseHttpUrl(config.destination)
  const { signing } = config
  const url = isGet
    ? getUrl(config, first.written)
    : signing === 'standard'
      ? base
      : withTarget(base, withBodySha256(base.target, message.body))
  const totalTimeoutMs = (config.timeoutSec ?? TIMEOUT_SEC_DEFAULT) * 1000
  return {
    method: config.method,
    url: formatHttpUrl(url),
    headers: {
      accept: '*/*',
      'user-agent': 'TwilioProxy/1.1',
      'i-twilio-idempotency-token': context.deliveryId,
      ...(base.userInfo !== null && { authorization: formatBasic(parseUserInfo(base.userInfo)) }),
      ...config.headers,
      ...message.headers,
      ...(signing !== 'standard' && { 'x-twilio-signature': signRequest(context.authToken, toSigningUrl(url)) }),
      ...(context.secrets &&
        (signing === 'standard' || signing === 'both') &&
        standardHeaders({ id: messageId(batch, context), body: message.body, now: context.now }, context.secrets)),
      ...(base.hostHeader !== null && { host: base.hostHeader }),
    },
    ...(!isGet && { body: message.body }),
    connectTimeoutMs: Math.min(CONNECT_TIMEOUT_MS, totalTimeoutMs),
    readTimeoutMs: totalTimeoutMs,
    totalTimeoutMs,
    bodyBytesMax: ANSWER_BYTES_MAX,
  }
}

/** A single event is its own message, so that a replay of it is recognised. */
const messageId = (batch: readonly Item[], { deliveryId }: RequestContext): string =>
  batch.length === 1 && batch[0] ? batch[0].written.event.id : deliveryId

function messageOf(config: WebhookConfig, batch: readonly Item[]): HttpMessage {
  const events = batch.map(({ written }) => written)
  const [first] = events
  assert(first, 'a delivery without events')
  const mode = config.contentMode ?? 'twilio'
  switch (mode) {
    case 'twilio':
      return {
        headers: { 'content-type': 'application/json' },
        body: config.batchEvents ? jsonArray(events) : first.json,
      }
    case 'structured':
      return structuredMessage(first)
    case 'binary':
      return binaryMessage(first)
    case 'batched':
      return batchedMessage(events)
    default:
      return never(mode)
  }
}

/** Other 4xx are final. 425 and 429 ask for patience, 408 blames the network. */
const PATIENCE: ReadonlySet<number> = new Set([408, 425, 429])
/** One event may be too large or malformed for the receiver. */
const HALVABLE: ReadonlySet<number> = new Set([400, 413])

function judge(answer: HttpResult, batch: readonly Item[], now: Instant): Delivery {
  if (!answer.ok) return judgeNoAnswer(answer)
  const { status } = answer
  const why = `the endpoint answered ${status}`
  if (status >= 200 && status < 300) return DELIVERED
  if (status >= 500) return { outcome: 'try-again', code: 91306, why, ...retryAfterOf(answer, now) }
  if (status < 400) return { outcome: 'try-again', code: 91300, why: `${why}; redirects are not followed` }
  if (PATIENCE.has(status)) return { outcome: 'try-again', code: 91305, why, ...retryAfterOf(answer, now) }
  if (status === 410) return { outcome: 'broken-sink', code: 91305, why: `${why}: gone`, keep: false, failAfterMs: 0 }
  return { outcome: 'give-up', code: 91305, why, halve: HALVABLE.has(status) && batch.length > 1 }
}
