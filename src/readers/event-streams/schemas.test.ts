/** Every kind of event is valid under both versions of its schema, and the versions accept the same. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import type { AccountSid, Instant } from '../../lib/ids.ts'
import { eventsOf } from './events-of.ts'
import { golden, OPTIONS } from './golden.ts'
import { findSchema, SCHEMAS, TEST_SCHEMA } from './schemas.ts'
import { testEvent } from './test-event.ts'
import { VOICE_SCHEMA } from './voice-types.ts'

const BASE = 'https://events-schemas.twilio.com'
const ajv = new Ajv({ strict: true })
const validator = (id: string, version: number) =>
  ajv.compile(findSchema(id)!.document(version, BASE) as Record<string, unknown>)
const VOICE = [1, 2].map((version) => validator(VOICE_SCHEMA, version))
const names = readdirSync(new URL('../../../test/golden/exchanges/', import.meta.url)).map((file) =>
  file.replace('.json', ''),
)

for (const event of names.flatMap((name) => eventsOf(golden(name), OPTIONS))) {
  test(`data of ${event.type} is valid under versions 1 and 2`, () => {
    for (const validate of VOICE) assert.ok(validate(event.written(2).event.data), JSON.stringify(validate.errors))
  })
}

const sample = eventsOf(golden('twiml.call.requested'), OPTIONS)[0]!.written(2).event.data as Record<string, object>

for (const [what, data, valid] of [
  ['the published minimum', { sid: 'CA1' }, true],
  ['empty parameters', { ...sample, request: { method: 'POST', url: 'https://e/', parameters: {} } }, true],
  ["a conference's SID", { ...sample, sid: 'CF1' }, true],
  ['no SID', { ...sample, sid: undefined }, false],
  ['a member of ours', { ...sample, extra: 1 }, false],
  ['a request without parameters', { ...sample, request: { method: 'POST', url: 'https://e/' } }, false],
  ['a response that is null', { ...sample, response: null }, false],
  ['a response without a body', { ...sample, response: { ...sample.response, responseBody: undefined } }, false],
  ['half a millisecond', { ...sample, response: { ...sample.response, requestDuration: 0.5 } }, false],
] as const) {
  test(`both versions ${valid ? 'accept' : 'refuse'} data with ${what}`, () => {
    const asSent = JSON.parse(JSON.stringify(data))
    assert.deepEqual(
      VOICE.map((validate) => validate(asSent)),
      [valid, valid],
    )
  })
}

test('version 2 has an example, and it is valid', () => {
  const { examples } = findSchema(VOICE_SCHEMA)!.document(2, BASE) as { examples: unknown[] }
  assert.equal(examples.length, 1)
  for (const validate of VOICE) assert.ok(validate(examples[0]))
  assert.ok(!('examples' in findSchema(VOICE_SCHEMA)!.document(1, BASE)))
})

test('a schema is found where dataschema says', () => {
  const ids = SCHEMAS.flatMap(({ versions, document }) =>
    versions.map(({ version }) => (document(version, BASE) as { $id: string }).$id),
  )
  assert.deepEqual(ids, [
    `${BASE}/EventStreams.TestSink/1.json`,
    `${BASE}/Voice.WebhookEvent/1`,
    `${BASE}/Voice.WebhookEvent/2`,
  ])
})

test('the test event is the one the reference sends, and valid', () => {
  const accountSid = `AC${'a'.repeat(32)}` as AccountSid
  const { event } = testEvent({
    accountSid,
    testId: '5ee1a7f3-0000-4000-8000-000000000000',
    at: 1_767_323_045_678 as Instant,
    schemaBase: BASE,
  })
  assert.deepEqual(event, {
    specversion: '1.0',
    type: 'com.twilio.eventstreams.test-event',
    source: 'Sink',
    id: accountSid,
    dataschema: `${BASE}/EventStreams.TestSink/1.json`,
    datacontenttype: 'application/json',
    time: '2026-01-02T03:04:05.678Z',
    data: { test_id: '5ee1a7f3-0000-4000-8000-000000000000' },
  })
  assert.ok(validator(TEST_SCHEMA, 1)(event.data))
})
