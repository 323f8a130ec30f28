/** Webhook requests, judged by the reference's own validator, and what answers mean. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import twilio from 'twilio'
import type { HttpResult } from '../../../journal/http-transport.ts'
import type { AccountSid, Instant } from '../../../lib/ids.ts'
import { parseHttpMessage, type WrittenEvent } from '../../../wire/cloudevents/index.ts'
import { goldenEvent } from '../golden.ts'
import { planBatches, type RequestContext } from './sink.ts'
import { readSinkConfig } from './sink-config.ts'
import { webhookSink } from './webhook.ts'
import type { WebhookConfig } from './webhook-config.ts'

const EVENTS = ['status-callback.call.completed', 'api-request.call.created', 'twiml.call.requested'].map((name) =>
  goldenEvent(name).written(2),
)
const TOKEN = 'f'.repeat(32)
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

const CONTEXT: RequestContext = {
  now: 1_767_323_045_678 as Instant,
  accountSid: 'AC1' as AccountSid,
  authToken: TOKEN,
  secrets: { current: SECRET, previous: null },
  deliveryId: '5ee1a7f3-0000-4000-8000-000000000000',
  attempt: 1,
  version: '1.2.3',
}

function config(members: Record<string, unknown> = {}): WebhookConfig {
  const reading = readSinkConfig('webhook', { destination: 'https://example.com/events', method: 'POST', ...members })
  assert.ok(reading.ok && reading.config.type === 'webhook')
  return reading.config.config
}

const plan = (members: Record<string, unknown> = {}, events: readonly WrittenEvent[] = EVENTS) =>
  planBatches(webhookSink, config(members), events)

/** The first request for the golden events. */
function request(members: Record<string, unknown> = {}, context: Partial<RequestContext> = {}) {
  const [batch] = plan(members).batches
  return webhookSink.toRequest(config(members), batch!, { ...CONTEXT, ...context })
}

for (const destination of [
  'https://example.com/events',
  'https://example.com',
  'https://example.com?key=1',
  'https://example.com/events?key=1&x=%20y',
  'https://example.com:8443/events',
  'http://127.0.0.1:4567/events',
  'http://127.0.0.1:4567',
]) {
  test(`the reference's validator accepts what is sent to ${destination}`, () => {
    const { url, headers, body } = request({ destination })
    assert.ok(twilio.validateRequestWithBody(TOKEN, headers['x-twilio-signature']!, url, String(body)))
    assert.equal(
      twilio.validateRequestWithBody('0'.repeat(32), headers['x-twilio-signature']!, url, String(body)),
      false,
    )
    assert.equal(twilio.validateRequestWithBody(TOKEN, headers['x-twilio-signature']!, url, `${String(body)} `), false)
  })
}

test('by default a request is an array of events, oldest first, as plain JSON', () => {
  const { method, headers, body } = request()
  assert.equal(method, 'POST')
  assert.equal(headers['content-type'], 'application/json')
  assert.equal(headers['user-agent'], 'TwilioProxy/1.1')
  assert.equal(headers['i-twilio-idempotency-token'], CONTEXT.deliveryId)
  const sent = JSON.parse(String(body)) as { id: string }[]
  assert.deepEqual(
    sent.map(({ id }) => id),
    [EVENTS[1], EVENTS[2], EVENTS[0]].map((one) => one!.event.id),
  )
})

test('with batch_events false a request is one bare event', () => {
  assert.equal(plan({ batch_events: false }).batches.length, 3)
  assert.equal(request({ batch_events: false }).body, EVENTS[1]!.json)
})

for (const [mode, batches] of [
  ['structured', 3],
  ['binary', 3],
  ['batched', 1],
] as const) {
  test(`content_mode ${mode} sends CloudEvents that can be read back, in ${batches} request${batches > 1 ? 's' : ''}`, () => {
    assert.equal(plan({ content_mode: mode }).batches.length, batches)
    const { headers, body } = request({ content_mode: mode })
    const [event] = parseHttpMessage({ headers, body: String(body) })
    assert.deepEqual(event, EVENTS[1]!.event)
  })
}

test('a GET carries one event in its query, and is signed like any GET', () => {
  const { url, headers, body, method } = request({ method: 'GET', destination: 'https://example.com/events?key=1' })
  assert.deepEqual([method, body], ['GET', undefined])
  const query = Object.fromEntries(new URL(url).searchParams)
  const { data, ...attributes } = query
  assert.deepEqual({ ...attributes, data: JSON.parse(data!) }, { key: '1', ...EVENTS[1]!.event })
  assert.ok(twilio.validateRequest(TOKEN, headers['x-twilio-signature']!, url, {}))
  assert.ok(!('content-type' in headers))
})

test('an event that fits into no URL cannot go by GET', () => {
  const long = goldenEvent('twiml.call.requested', {
    response: {
      code: 200,
      contentType: '',
      body: 'x'.repeat(8000),
      bodyEncoding: 'utf8',
      truncated: false,
      at: 0 as Instant,
    },
  })
  const { batches, unsendable } = plan({ method: 'GET' }, [long.written(2), EVENTS[0]!])
  assert.equal(batches.length, 1)
  assert.deepEqual([unsendable.length, unsendable[0]!.refusal.code], [1, 91300])
})

test('user info becomes Basic credentials and leaves the URL, as does the fragment', () => {
  const { url, headers } = request({ destination: 'https://ann:s%3Acret@example.com/events#rc=3' })
  assert.match(url, /^https:\/\/example\.com\/events\?bodySHA256=[0-9a-f]{64}$/)
  assert.equal(headers.authorization, `Basic ${Buffer.from('ann:s:cret').toString('base64')}`)
})

test('headers of the customer go out, their names in lower case', () => {
  assert.equal(request({ headers: { 'X-Tenant': 'a b' } }).headers['x-tenant'], 'a b')
})

for (const [signing, twilioHeader, standardHeader] of [
  [undefined, true, false],
  ['twilio', true, false],
  ['standard', false, true],
  ['both', true, true],
] as const) {
  test(`signing ${signing ?? 'by default'}: X-Twilio-Signature ${twilioHeader ? 'yes' : 'no'}, Standard Webhooks ${standardHeader ? 'yes' : 'no'}`, () => {
    const { url, headers } = request({ ...(signing && { signing }) })
    assert.equal('x-twilio-signature' in headers, twilioHeader)
    assert.equal(url.includes('bodySHA256='), twilioHeader)
    assert.equal('webhook-signature' in headers, standardHeader)
  })
}

test('a message of one event is known by the event, so that a replay is recognised', () => {
  assert.equal(request({ signing: 'both', batch_events: false }).headers['webhook-id'], EVENTS[1]!.event.id)
  assert.equal(request({ signing: 'both' }).headers['webhook-id'], CONTEXT.deliveryId)
})

for (const [timeoutSec, connectMs, totalMs] of [
  [undefined, 2000, 5000],
  [30, 2000, 30_000],
  [1, 1000, 1000],
] as const) {
  test(`timeout_sec ${timeoutSec ?? 'left out'} gives ${totalMs} ms, ${connectMs} of them to connect`, () => {
    const { connectTimeoutMs, totalTimeoutMs } = request({ ...(timeoutSec && { timeout_sec: timeoutSec }) })
    assert.deepEqual([connectTimeoutMs, totalTimeoutMs], [connectMs, totalMs])
  })
}

test('a request has at most 100 events', () => {
  const { batches } = plan(
    {},
    Array.from({ length: 250 }, () => EVENTS[0]!),
  )
  assert.deepEqual(
    batches.map(({ length }) => length),
    [100, 100, 50],
  )
})

test('a request has at most 256 KiB', () => {
  const big = goldenEvent('twiml.call.requested', {
    response: {
      code: 200,
      contentType: '',
      body: 'x'.repeat(32_000),
      bodyEncoding: 'utf8',
      truncated: false,
      at: 0 as Instant,
    },
  }).written(2)
  const { batches } = plan(
    {},
    Array.from({ length: 10 }, () => big),
  )
  const fit = Math.floor((256 * 1024) / big.bytes)
  assert.deepEqual(
    batches.map(({ length }) => length),
    [fit, 10 - fit],
  )
})

const answered = (status: number, headers: Record<string, string> = {}): HttpResult => ({
  ok: true,
  status,
  headers,
  body: new Uint8Array(),
  truncated: false,
  durationMs: 1,
})
const unanswered = (kind: 'connect' | 'no-response' | 'broken' | 'stopped'): HttpResult => ({
  ok: false,
  kind,
  code: 11200,
  message: 'why',
  durationMs: 1,
})

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5) as Instant
const SINGLE = plan({}, EVENTS.slice(0, 1)).batches[0]!
const MANY = plan().batches[0]!

for (const [what, answer, expected] of [
  ['200', answered(200), { outcome: 'delivered' }],
  ['202', answered(202), { outcome: 'delivered' }],
  ['301', answered(301), { outcome: 'try-again', code: 91300 }],
  ['400', answered(400), { outcome: 'give-up', code: 91305, halve: true }],
  ['401', answered(401), { outcome: 'give-up', code: 91305, halve: false }],
  ['404', answered(404), { outcome: 'give-up', code: 91305, halve: false }],
  ['408', answered(408), { outcome: 'try-again', code: 91305 }],
  ['410', answered(410), { outcome: 'broken-sink', code: 91305, keep: false, failAfterMs: 0 }],
  ['413', answered(413), { outcome: 'give-up', code: 91305, halve: true }],
  ['422', answered(422), { outcome: 'give-up', code: 91305, halve: false }],
  ['425', answered(425), { outcome: 'try-again', code: 91305 }],
  ['429 with a wish', answered(429, { 'retry-after': '7' }), { outcome: 'try-again', code: 91305, afterMs: 7000 }],
  ['429 with a wish we cannot read', answered(429, { 'retry-after': 'soon' }), { outcome: 'try-again', code: 91305 }],
  ['500 with a wish', answered(500, { 'retry-after': '7' }), { outcome: 'try-again', code: 91306 }],
  [
    '503 with a date',
    answered(503, { 'retry-after': 'Fri, 02 Jan 2026 03:05:05 GMT' }),
    { outcome: 'try-again', code: 91306, afterMs: 60_000 },
  ],
  ['no connection', unanswered('connect'), { outcome: 'try-again', code: 91307 }],
  ['no answer', unanswered('no-response'), { outcome: 'try-again', code: 91308 }],
  ['half an answer', unanswered('broken'), { outcome: 'try-again', code: 91300 }],
  ['a shutdown of ours', unanswered('stopped'), { outcome: 'try-again', code: 91304 }],
] as const) {
  test(`a sink that gives ${what}: ${expected.outcome}`, () => {
    const { why: _, ...judged } = { why: '', ...webhookSink.judge(answer, MANY, NOW) }
    assert.deepEqual(judged, expected)
  })
}

test('one event that is refused is not halved', () => {
  const judged = webhookSink.judge(answered(400), SINGLE, NOW)
  assert.equal(judged.outcome === 'give-up' && judged.halve, false)
})
