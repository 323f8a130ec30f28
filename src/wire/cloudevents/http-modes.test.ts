/** The three HTTP modes, written and read back. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WireError } from '../../lib/wire-error.ts'
import type { CloudEvent } from './cloud-event.ts'
import {
  batchedMessage,
  binaryMessage,
  decodeHeaderValue,
  encodeHeaderValue,
  parseHttpMessage,
  structuredMessage,
} from './http-modes.ts'
import { writeEvent } from './json-format.ts'

const EVENT: CloudEvent = {
  specversion: '1.0',
  type: 'com.example.thing',
  source: '/a b',
  id: '1',
  dataschema: 'https://e/1',
  datacontenttype: 'application/json',
  time: '2026-01-02T03:04:05.678Z',
  extensions: { note: 'Euro € 😀' },
  data: { n: 1 },
}
const WRITTEN = writeEvent(EVENT)
const asText = (body: string | Uint8Array): string => (typeof body === 'string' ? body : Buffer.from(body).toString())

for (const [mode, message] of [
  ['structured', structuredMessage(WRITTEN)],
  ['binary', binaryMessage(WRITTEN)],
  ['batched', batchedMessage([WRITTEN])],
] as const) {
  test(`an event sent in ${mode} mode is read back as it was`, () => {
    assert.deepEqual(parseHttpMessage({ headers: message.headers, body: asText(message.body) }), [EVENT])
  })
}

test('binary mode puts attributes into headers and the data alone into the body', () => {
  assert.deepEqual(binaryMessage(WRITTEN), {
    headers: {
      'ce-specversion': '1.0',
      'ce-type': 'com.example.thing',
      'ce-source': '/a%20b',
      'ce-id': '1',
      'ce-dataschema': 'https://e/1',
      'ce-time': '2026-01-02T03:04:05.678Z',
      'ce-note': 'Euro%20%E2%82%AC%20%F0%9F%98%80',
      'content-type': 'application/json',
    },
    body: '{"n":1}',
  })
})

test('batched mode knows a batch of none', () => {
  const { headers, body } = batchedMessage([])
  assert.equal(headers['content-type'], 'application/cloudevents-batch+json')
  assert.deepEqual(parseHttpMessage({ headers, body: asText(body) }), [])
})

test('the mode is told by the content type, whatever its case and parameters', () => {
  assert.deepEqual(
    parseHttpMessage({
      headers: { 'content-type': 'Application/CloudEvents+JSON; charset=utf-8' },
      body: WRITTEN.json,
    }),
    [EVENT],
  )
})

for (const [value, encoded] of [
  ['plain/path?x=1', 'plain/path?x=1'],
  ['a b', 'a%20b'],
  ['"quoted"', '%22quoted%22'],
  ['100%', '100%25'],
  ['ü', '%C3%BC'],
  ['line\r\nbreak', 'line%0D%0Abreak'],
] as const) {
  test(`a header value ${JSON.stringify(value)} travels as ${encoded}`, () => {
    assert.equal(encodeHeaderValue(value), encoded)
    assert.equal(decodeHeaderValue(encoded), value)
  })
}

test('a quoted header value loses its quotes and backslashes', () => {
  assert.equal(decodeHeaderValue('"a \\"b\\" %C3%BC"'), 'a "b" ü')
})

test('a lone surrogate does not break a header', () => {
  assert.equal(encodeHeaderValue('\ud800'), '%EF%BF%BD')
})

for (const [why, message] of [
  ['no attributes at all', { headers: { 'content-type': 'application/json' }, body: '{}' }],
  [
    'JSON that is none',
    {
      headers: {
        'content-type': 'application/json',
        'ce-specversion': '1.0',
        'ce-type': 't',
        'ce-source': '/',
        'ce-id': '1',
      },
      body: '{',
    },
  ],
  ['a batch that is an object', { headers: { 'content-type': 'application/cloudevents-batch+json' }, body: '{}' }],
] as const) {
  test(`a message with ${why} is refused`, () => assert.throws(() => parseHttpMessage(message), WireError))
}
