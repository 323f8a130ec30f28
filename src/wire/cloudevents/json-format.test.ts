/** The JSON format, both ways. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WireError } from '../../lib/wire-error.ts'
import type { CloudEvent } from './cloud-event.ts'
import { formatCloudEvent, parseCloudEvent, parseCloudEventBatch, writeEvent } from './json-format.ts'

const MINIMAL: CloudEvent = { specversion: '1.0', type: 't', source: '/s', id: '1' }

for (const [name, event, text] of [
  ['the required attributes alone', MINIMAL, '{"specversion":"1.0","type":"t","source":"/s","id":"1"}'],
  [
    'all attributes, an extension and data, in the order of real deliveries',
    {
      ...MINIMAL,
      data: { a: [1, null] },
      time: '2026-01-02T03:04:05.678Z',
      datacontenttype: 'application/json',
      dataschema: 'https://e/1',
      extensions: { truncated: true },
    },
    '{"specversion":"1.0","type":"t","source":"/s","id":"1","dataschema":"https://e/1","datacontenttype":"application/json",' +
      '"time":"2026-01-02T03:04:05.678Z","truncated":true,"data":{"a":[1,null]}}',
  ],
  [
    'bytes as data_base64',
    { ...MINIMAL, data: new Uint8Array([0, 255]) },
    '{"specversion":"1.0","type":"t","source":"/s","id":"1","data_base64":"AP8="}',
  ],
  [
    'data that is null',
    { ...MINIMAL, data: null },
    '{"specversion":"1.0","type":"t","source":"/s","id":"1","data":null}',
  ],
] as const satisfies readonly (readonly [string, CloudEvent, string])[]) {
  test(`the JSON format writes ${name}`, () => assert.equal(formatCloudEvent(event), text))
  test(`the JSON format reads ${name}`, () => assert.deepEqual(parseCloudEvent(text), event))
}

test('a written event counts its bytes in UTF-8', () => {
  const { json, bytes } = writeEvent({ ...MINIMAL, data: { text: 'größer 🎉' } })
  assert.equal(bytes, Buffer.from(json).length)
})

test('an optional attribute written as null counts as absent', () => {
  assert.deepEqual(
    parseCloudEvent('{"specversion":"1.0","type":"t","source":"/s","id":"1","time":null,"ext":null}'),
    MINIMAL,
  )
})

test('a content type that is none is accepted, as the published examples of the reference have one', () => {
  const event = parseCloudEvent(
    '{"specversion":"1.0","type":"t","source":"/s","id":"1","datacontenttype":"2025-10-08T07:17:02.363Z"}',
  )
  assert.equal(event.datacontenttype, '2025-10-08T07:17:02.363Z')
})

test('a batch is an array of events and may be empty', () => {
  assert.deepEqual(parseCloudEventBatch('[]'), [])
  assert.deepEqual(parseCloudEventBatch(`[${formatCloudEvent(MINIMAL)}]`), [MINIMAL])
})

for (const [why, text] of [
  ['not JSON', '{'],
  ['an array', '[]'],
  ['null', 'null'],
  ['no id', '{"specversion":"1.0","type":"t","source":"/s"}'],
  ['an empty type', '{"specversion":"1.0","type":"","source":"/s","id":"1"}'],
  ['another version', '{"specversion":"0.3","type":"t","source":"/s","id":"1"}'],
  ['a number as source', '{"specversion":"1.0","type":"t","source":1,"id":"1"}'],
  ['both kinds of data', '{"specversion":"1.0","type":"t","source":"/s","id":"1","data":1,"data_base64":""}'],
  ['an extension name in capitals', '{"specversion":"1.0","type":"t","source":"/s","id":"1","Ext":"1"}'],
  ['an extension of 33 bits', '{"specversion":"1.0","type":"t","source":"/s","id":"1","ext":4294967296}'],
  ['an extension that is an object', '{"specversion":"1.0","type":"t","source":"/s","id":"1","ext":{}}'],
] as const) {
  test(`the JSON format refuses ${why}`, () => assert.throws(() => parseCloudEvent(text), WireError))
}
