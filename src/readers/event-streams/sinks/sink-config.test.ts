/** Sink configurations: what is accepted, what is refused by name, and what is shown again. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { halves } from '../delivery.ts'
import { echoSinkConfig, readSinkConfig, signsByStandard } from './sink-config.ts'

const KINESIS = {
  arn: 'arn:aws:kinesis:us-east-1:111111111:stream/test',
  role_arn: 'arn:aws:iam::111111111:role/Role',
  external_id: '1234567890',
}
const WEBHOOK = { destination: 'https://example.com/events', method: 'POST' }

for (const [what, type, given, shown] of [
  ["the reference's Kinesis example", 'kinesis', KINESIS, KINESIS],
  ["the reference's Segment example", 'segment', { write_key: 'MY_WRITEKEY' }, { write_key: 'MY_WRITEKEY' }],
  ['a webhook without batch_events', 'webhook', WEBHOOK, { ...WEBHOOK, batch_events: true }],
  [
    'a method in lower case',
    'webhook',
    { ...WEBHOOK, method: 'get' },
    { ...WEBHOOK, method: 'GET', batch_events: true },
  ],
  ['batch_events as a word', 'webhook', { ...WEBHOOK, batch_events: 'false' }, { ...WEBHOOK, batch_events: false }],
  ['members nobody knows', 'webhook', { ...WEBHOOK, colour: 'red' }, { ...WEBHOOK, batch_events: true }],
  ['a member that is null', 'webhook', { ...WEBHOOK, signing: null }, { ...WEBHOOK, batch_events: true }],
  [
    'all of ours',
    'webhook',
    {
      ...WEBHOOK,
      signing: 'both',
      content_mode: 'binary',
      max_rps: '2.5',
      headers: { 'X-Key': 'secret' },
      timeout_sec: 30,
    },
    {
      ...WEBHOOK,
      batch_events: true,
      signing: 'both',
      content_mode: 'binary',
      max_rps: 2.5,
      headers: { 'x-key': '***' },
      timeout_sec: 30,
    },
  ],
  [
    'a password in the destination',
    'webhook',
    { ...WEBHOOK, destination: 'https://ann:pw@example.com/events?x=1' },
    { ...WEBHOOK, destination: 'https://ann:***@example.com/events?x=1', batch_events: true },
  ],
  [
    'user info that looks like the scheme',
    'webhook',
    { ...WEBHOOK, destination: 'https://s:@example.com/' },
    { ...WEBHOOK, destination: 'https://s:***@example.com/', batch_events: true },
  ],
  [
    'a user without a password',
    'webhook',
    { ...WEBHOOK, destination: 'http://ann@localhost:1/' },
    { ...WEBHOOK, destination: 'http://ann@localhost:1/', batch_events: true },
  ],
] as const) {
  test(`${what}: accepted, and shown as it may be shown`, () => {
    const reading = readSinkConfig(type, given)
    assert.ok(reading.ok)
    assert.deepEqual(echoSinkConfig(reading.config), shown)
  })
}

for (const [what, type, given, name] of [
  ['no destination', 'webhook', { method: 'POST' }, 'destination'],
  ['an empty destination', 'webhook', { ...WEBHOOK, destination: '' }, 'destination'],
  ['a destination that is not HTTP', 'webhook', { ...WEBHOOK, destination: 'ftp://example.com/' }, 'destination'],
  ['a destination that is a number', 'webhook', { ...WEBHOOK, destination: 1 }, 'destination'],
  [
    'a destination without end',
    'webhook',
    { ...WEBHOOK, destination: `https://example.com/${'x'.repeat(2048)}` },
    'destination',
  ],
  ['no method', 'webhook', { destination: 'https://example.com/' }, 'method'],
  ['a method of another kind', 'webhook', { ...WEBHOOK, method: 'PUT' }, 'method'],
  ['batch_events maybe', 'webhook', { ...WEBHOOK, batch_events: 'maybe' }, 'batch_events'],
  ['no requests a second', 'webhook', { ...WEBHOOK, max_rps: 0 }, 'max_rps'],
  ['a minute of patience', 'webhook', { ...WEBHOOK, timeout_sec: 60 }, 'timeout_sec'],
  ['a header of ours', 'webhook', { ...WEBHOOK, headers: { 'X-Twilio-Signature': 'x' } }, 'headers'],
  ['a header of the connection', 'webhook', { ...WEBHOOK, headers: { 'Transfer-Encoding': 'chunked' } }, 'headers'],
  ['a header that ends its line', 'webhook', { ...WEBHOOK, headers: { 'x-a': 'b\r\nx-c: d' } }, 'headers'],
  ['a header named twice', 'webhook', { ...WEBHOOK, headers: { 'x-a': '1', 'X-A': '2' } }, 'headers'],
  ['headers in a list', 'webhook', { ...WEBHOOK, headers: ['x-a: 1'] }, 'headers'],
  [
    'too many headers',
    'webhook',
    { ...WEBHOOK, headers: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`x-${n}`, '1'])) },
    'headers',
  ],
  ['no ARN', 'kinesis', { ...KINESIS, arn: undefined }, 'arn'],
  ["a role's ARN as the stream's", 'kinesis', { ...KINESIS, arn: KINESIS.role_arn }, 'arn'],
  ['no role', 'kinesis', { ...KINESIS, role_arn: '' }, 'role_arn'],
  ['an external id of one character', 'kinesis', { ...KINESIS, external_id: 'x' }, 'external_id'],
  ['an endpoint with a path', 'kinesis', { ...KINESIS, endpoint: 'http://localhost:4567/x' }, 'endpoint'],
  ['a blank write key', 'segment', { write_key: '  ' }, 'write_key'],
  ['a user of no kind', 'segment', { write_key: 'x', user_id: 'me' }, 'user_id'],
] as const) {
  test(`${what} is refused, naming ${name}`, () => {
    const reading = readSinkConfig(type, given)
    assert.equal(!reading.ok && reading.name, name)
  })
}

for (const [signing, expected] of [
  [undefined, false],
  ['twilio', false],
  ['standard', true],
  ['both', true],
] as const) {
  test(`a webhook signing ${signing ?? 'by default'} ${expected ? 'needs' : 'needs no'} secret of its own`, () => {
    const reading = readSinkConfig('webhook', { ...WEBHOOK, ...(signing && { signing }) })
    assert.ok(reading.ok)
    assert.equal(signsByStandard(reading.config), expected)
  })
}

for (const [batch, expected] of [
  [[1], [[1]]],
  [
    [1, 2],
    [[1], [2]],
  ],
  [
    [1, 2, 3],
    [[1, 2], [3]],
  ],
] as const) {
  test(`a refused batch of ${batch.length} is halved into ${expected.length}`, () =>
    assert.deepEqual(halves(batch), expected))
}
