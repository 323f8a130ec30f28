import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Exchange, RecordedResponse } from '../../journal/entry.ts'
import type { AccountSid, CallSid, ExchangeSid, Instant } from '../../lib/ids.ts'
import { callEventView } from './call-event-view.ts'

const RESPONSE: RecordedResponse = {
  code: 200,
  contentType: 'text/xml',
  body: '<Response/>',
  bodyEncoding: 'utf8',
  truncated: false,
  at: Date.UTC(2020, 7, 11, 17, 44, 8) as Instant,
}

function exchange(
  response: Partial<RecordedResponse> | null,
  parameters: Exchange['request']['parameters'] = {},
): Exchange {
  return {
    kind: 'exchange',
    sid: `VW${'1'.repeat(32)}` as ExchangeSid,
    accountSid: `AC${'1'.repeat(32)}` as AccountSid,
    callSid: `CA${'1'.repeat(32)}` as CallSid,
    place: 0,
    at: 0 as Instant,
    purpose: 'twiml',
    verb: 'Voice',
    asked: false,
    fallback: false,
    attempt: 1,
    direction: 'outward',
    request: { method: 'POST', url: 'http://example.com/voice', parameters },
    hops: [],
    response: response && { ...RESPONSE, ...response },
    error: null,
    durationMs: 12.6,
  }
}

test('an exchange is shown with its parameters in snake case and its TwiML as text', () => {
  const view = callEventView(exchange({}, { CallSid: 'CA1', 'SipHeader_X-Foo': 'bar', AddOns: '{}' }), {
    jsonBody: 'object',
  })
  assert.deepEqual(view, {
    request: {
      method: 'POST',
      url: 'http://example.com/voice',
      parameters: { call_sid: 'CA1', sip_header_x_foo: 'bar', add_ons: '{}' },
    },
    response: {
      response_code: 200,
      request_duration: 13,
      content_type: 'text/xml',
      response_body: '<Response/>',
      date_created: 'Tue, 11 Aug 2020 17:44:08 +0000',
    },
  })
})

test('a request without an answer has no response', () => {
  assert.equal(callEventView(exchange(null), { jsonBody: 'object' }).response, null)
})

for (const [what, response, jsonBody, expected] of [
  ['a JSON body is an object', { contentType: 'application/json', body: '{"sid":"CA1"}' }, 'object', { sid: 'CA1' }],
  ['so is one with a charset', { contentType: 'application/json; charset=utf-8', body: '[1]' }, 'object', [1]],
  ['so is a problem document', { contentType: 'application/problem+json', body: '{}' }, 'object', {}],
  ['a JSON body stays text when the setting says so', { contentType: 'application/json', body: '{}' }, 'string', '{}'],
  ['JSON that is cut off stays text', { contentType: 'application/json', body: '{"a":' }, 'object', '{"a":'],
  ['JSON that claims to be text stays text', { contentType: 'text/plain', body: '{}' }, 'object', '{}'],
  ['an empty JSON body is empty text', { contentType: 'application/json', body: '' }, 'object', ''],
  [
    'bytes are shown as text, never as base64',
    { body: Buffer.from([0x61, 0xff, 0x62]).toString('base64'), bodyEncoding: 'base64' },
    'object',
    'a\ufffdb',
  ],
] as const) {
  test(what, () => {
    assert.deepEqual(callEventView(exchange(response), { jsonBody }).response?.response_body, expected)
  })
}
