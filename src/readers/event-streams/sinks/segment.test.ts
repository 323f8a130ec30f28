/** Segment: the track call an event becomes, its size limits, and what answers mean. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Exchange, RecordedResponse } from '../../../journal/entry.ts'
import type { HttpResult } from '../../../journal/http-transport.ts'
import type { AccountSid, Instant } from '../../../lib/ids.ts'
import type { WrittenEvent } from '../../../wire/cloudevents/index.ts'
import { golden, goldenEvent } from '../golden.ts'
import { type SegmentConfig, segmentSink } from './segment.ts'
import { isUnsendable, planBatches, type RequestContext } from './sink.ts'

const NAME = 'status-callback.call.completed'
const EXCHANGE = golden(NAME)
const EVENT = goldenEvent(NAME).written(2)
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5) as Instant
const CONFIG: SegmentConfig = { writeKey: 'KEY', endpoint: null, userId: null }
const CONTEXT: RequestContext = {
  now: NOW,
  accountSid: 'AC1' as AccountSid,
  authToken: '',
  secrets: null,
  deliveryId: '',
  attempt: 1,
  version: '1.2.3',
}

function track(event: WrittenEvent = EVENT, config: Partial<SegmentConfig> = {}) {
  const prepared = segmentSink.prepare({ ...CONFIG, ...config }, event)
  assert.ok(!isUnsendable(prepared))
  return { bytes: prepared.bytes, call: JSON.parse(prepared.text) }
}

const withResponse = (change: Partial<RecordedResponse>, more: Partial<Exchange> = {}) =>
  goldenEvent(NAME, { response: { ...EXCHANGE.response!, ...change }, ...more }).written(2)
const withParameters = (parameters: Record<string, string>, change: Partial<RecordedResponse> = {}) =>
  withResponse(change, {
    request: { ...EXCHANGE.request, parameters: { ...EXCHANGE.request.parameters, ...parameters } },
  })

test('an event becomes this track call', () => {
  const { event } = EVENT
  const data = event.data as Record<string, unknown>
  assert.deepEqual(track().call, {
    type: 'track',
    event: event.type,
    messageId: event.id,
    timestamp: event.time,
    anonymousId: data.sid,
    properties: { ...data, ce_source: event.source, ce_dataschema: event.dataschema, account_sid: EXCHANGE.accountSid },
    context: { externalIds: [{ id: '+15005550100', type: 'phone', collection: 'users', encoding: 'none' }] },
  })
})

for (const [userId, direction, expected] of [
  [null, 'inbound', undefined],
  ['from', 'inbound', '+15005550006'],
  ['to', 'inbound', '+15005550100'],
  ['customer', 'inbound', '+15005550006'],
  ['customer', 'outbound-api', '+15005550100'],
] as const) {
  test(`with user_id ${userId ?? 'left out'}, the user of an ${direction} call is ${expected ?? 'nobody'}`, () => {
    assert.equal(track(withParameters({ Direction: direction }), { userId }).call.userId, expected)
  })
}

test('a number that is no number names nobody', () => {
  const { call } = track(withParameters({ To: 'client:anna' }), { userId: 'customer' })
  assert.ok(!('userId' in call) && !('context' in call))
})

test('a large response body is dropped, and that is said', () => {
  const { call, bytes } = track(withResponse({ body: 'x'.repeat(25_000) }))
  assert.ok(bytes < 30_000)
  assert.equal(call.properties.truncated, true)
  assert.ok(!('responseBody' in call.properties.response))
  assert.equal(call.properties.response.responseCode, 500)
  assert.equal(call.properties.request.parameters.CallStatus, 'completed')
})

test('then the parameters go, and the customer is still known', () => {
  const { call } = track(withHugeParameter(EVENT), { userId: 'customer' })
  assert.deepEqual(call.properties.request.parameters, {})
  assert.equal(call.userId, '+15005550100')
})

/** Parameters that are over the limit by themselves: events are cut at 16 KiB, so this one is made by hand. */
function withHugeParameter(written: WrittenEvent): WrittenEvent {
  const data = written.event.data as { request: { parameters: object } }
  const request = { ...data.request, parameters: { ...data.request.parameters, Huge: 'x'.repeat(31_000) } }
  return { ...written, event: { ...written.event, data: { ...data, request } } }
}

test('an event that is too large without either is not sent', () => {
  const prepared = segmentSink.prepare(CONFIG, { ...EVENT, event: { ...EVENT.event, source: 'x'.repeat(33_000) } })
  assert.ok(isUnsendable(prepared))
  assert.equal(prepared.refusal.code, 91300)
})

test('a request has the key as Basic user without a password, and nowhere else', () => {
  const [batch] = planBatches(segmentSink, CONFIG, [EVENT]).batches
  const { url, method, headers, body } = segmentSink.toRequest(CONFIG, batch!, CONTEXT)
  assert.deepEqual([method, url], ['POST', 'https://api.segment.io/v1/batch'])
  assert.equal(headers.authorization, `Basic ${Buffer.from('KEY:').toString('base64')}`)
  assert.ok(!String(body).includes('KEY'))
  const { batch: tracks, ...rest } = JSON.parse(String(body))
  assert.equal(tracks.length, 1)
  assert.deepEqual(rest, {
    context: { library: { name: 'ringback-event-streams', version: '1.2.3' }, channel: 'server' },
    sentAt: '2026-01-02T03:04:05.000Z',
  })
})

test('from the second attempt on the request counts its retries', () => {
  const [batch] = planBatches(segmentSink, CONFIG, [EVENT]).batches
  const retries = [1, 2, 3].map(
    (attempt) => segmentSink.toRequest(CONFIG, batch!, { ...CONTEXT, attempt }).headers['x-retry-count'],
  )
  assert.deepEqual(retries, [undefined, '1', '2'])
})

test('a request of the EU goes where its configuration says', () => {
  const endpoint = 'https://events.eu1.segmentapis.com/v1/batch'
  const [batch] = planBatches(segmentSink, CONFIG, [EVENT]).batches
  assert.equal(segmentSink.toRequest({ ...CONFIG, endpoint }, batch!, CONTEXT).url, endpoint)
})

test('a request has at most 100 calls and stays under 500 KB', () => {
  const small = planBatches(
    segmentSink,
    CONFIG,
    Array.from({ length: 150 }, () => EVENT),
  )
  assert.deepEqual(
    small.batches.map(({ length }) => length),
    [100, 50],
  )
  const big = withResponse({ body: 'x'.repeat(15_000) })
  for (const batch of planBatches(
    segmentSink,
    CONFIG,
    Array.from({ length: 40 }, () => big),
  ).batches) {
    assert.ok(String(segmentSink.toRequest(CONFIG, batch, CONTEXT).body).length < 500_000)
  }
})

const answered = (status: number, headers: Record<string, string> = {}): HttpResult => ({
  ok: true,
  status,
  headers,
  body: new Uint8Array(),
  truncated: false,
  durationMs: 1,
})
const BATCH = planBatches(segmentSink, CONFIG, [EVENT, EVENT]).batches[0]!

for (const [what, answer, expected] of [
  ['200', answered(200), { outcome: 'delivered' }],
  ['400', answered(400), { outcome: 'give-up', code: 91305, halve: true }],
  ['401', answered(401), { outcome: 'broken-sink', code: 91305, keep: true, failAfterMs: 0 }],
  ['403', answered(403), { outcome: 'give-up', code: 91305, halve: false }],
  ['408', answered(408), { outcome: 'try-again', code: 91305 }],
  ['410', answered(410), { outcome: 'try-again', code: 91305 }],
  ['429', answered(429), { outcome: 'try-again', code: 91305 }],
  ['429 with a wish', answered(429, { 'retry-after': '3' }), { outcome: 'try-again', code: 91305, afterMs: 3000 }],
  [
    '429 with a reset',
    answered(429, { 'x-ratelimit-reset': String(NOW / 1000 + 9) }),
    { outcome: 'try-again', code: 91305, afterMs: 9000 },
  ],
  ['460', answered(460), { outcome: 'try-again', code: 91305 }],
  ['500', answered(500), { outcome: 'try-again', code: 91306 }],
  ['501', answered(501), { outcome: 'give-up', code: 91306, halve: false }],
  [
    'no answer',
    { ok: false, kind: 'no-response', code: 11200, message: 'why', durationMs: 1 },
    { outcome: 'try-again', code: 91308 },
  ],
] as readonly (readonly [string, HttpResult, object])[]) {
  test(`Segment gives ${what}: ${(expected as { outcome: string }).outcome}`, () => {
    const { why: _, ...judged } = { why: '', ...segmentSink.judge(answer, BATCH, NOW) }
    assert.deepEqual(judged, expected)
  })
}
