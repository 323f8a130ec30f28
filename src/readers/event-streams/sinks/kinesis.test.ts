/** Kinesis calls and what their answers mean, record by record. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountSid, Instant } from '../../../lib/ids.ts'
import { writeEvent } from '../../../wire/cloudevents/index.ts'
import { goldenEvent } from '../golden.ts'
import { testEvent } from '../test-event.ts'
import { type KinesisConfig, kinesisSink, type PutRecordsAnswer, parseStreamArn } from './kinesis.ts'
import { planBatches, type RequestContext } from './sink.ts'
import { readSinkConfig } from './sink-config.ts'

const EVENT = goldenEvent('status-callback.call.completed').written(2)
const NOW = 1_767_323_045_678 as Instant
const CONTEXT: RequestContext = {
  now: NOW,
  accountSid: 'AC1' as AccountSid,
  authToken: '',
  secrets: null,
  deliveryId: '',
  attempt: 1,
  version: '1',
}

function config(members: Record<string, unknown> = {}): KinesisConfig {
  const reading = readSinkConfig('kinesis', {
    arn: 'arn:aws:kinesis:us-east-1:111111111111:stream/test',
    role_arn: 'arn:aws:iam::111111111111:role/Role',
    external_id: '1234567890',
    ...members,
  })
  assert.ok(reading.ok && reading.config.type === 'kinesis')
  return reading.config.config
}

const batchOf = (count: number) =>
  planBatches(
    kinesisSink,
    config(),
    Array.from({ length: count }, () => EVENT),
  ).batches[0]!
const partitionKeyOf = (members: Record<string, unknown>, event = EVENT) => {
  const [batch] = planBatches(kinesisSink, config(members), [event]).batches
  return kinesisSink.toRequest(config(members), batch!, CONTEXT).records[0]!.partitionKey
}

test('a record is the JSON of one event, not an array', () => {
  const { records, streamArn, roleArn, externalId, endpoint } = kinesisSink.toRequest(config(), batchOf(2), CONTEXT)
  assert.deepEqual(
    { streamArn, roleArn, externalId, endpoint },
    {
      streamArn: 'arn:aws:kinesis:us-east-1:111111111111:stream/test',
      roleArn: 'arn:aws:iam::111111111111:role/Role',
      externalId: '1234567890',
      endpoint: null,
    },
  )
  assert.deepEqual(
    records.map(({ data }) => Buffer.from(data).toString()),
    [EVENT.json, EVENT.json],
  )
})

for (const [by, key] of [
  [undefined, (EVENT.event.data as { sid: string }).sid],
  ['sid', (EVENT.event.data as { sid: string }).sid],
  ['account', 'AC1'],
  ['id', EVENT.event.id],
  ['type', EVENT.event.type],
] as const) {
  test(`the partition key ${by === undefined ? 'by default' : `by ${by}`} is ${key}`, () => {
    assert.equal(partitionKeyOf({ ...(by && { partition_key: by }) }), key)
  })
}

test('a test event, which is about no call, has a partition key too', () => {
  const event = testEvent({ accountSid: 'AC7' as AccountSid, testId: 'x', at: NOW, schemaBase: 'https://e' })
  assert.equal(partitionKeyOf({}, event), 'AC7')
})

test('a call takes at most 500 records', () => {
  const { batches } = planBatches(
    kinesisSink,
    config(),
    Array.from({ length: 1001 }, () => EVENT),
  )
  assert.deepEqual(
    batches.map(({ length }) => length),
    [500, 500, 1],
  )
})

const sized = (bytes: number) => {
  const { json } = writeEvent({ ...EVENT.event, data: { sid: 'CA1', pad: '' } })
  return writeEvent({ ...EVENT.event, data: { sid: 'CA1', pad: 'x'.repeat(bytes - json.length) } })
}

test('a call takes at most 5 MiB, keys included', () => {
  const { batches } = planBatches(
    kinesisSink,
    config(),
    Array.from({ length: 20 }, () => sized(512 * 1024)),
  )
  assert.deepEqual(
    batches.map(({ length }) => length),
    [9, 9, 2],
  )
})

test('a record takes at most 1 MiB, its key included', () => {
  const fits = 1024 * 1024 - 768
  const { batches, unsendable } = planBatches(kinesisSink, config(), [sized(fits), sized(fits + 1)])
  assert.deepEqual([batches.length, unsendable.length, unsendable[0]!.refusal.code], [1, 1, 91300])
})

for (const [arn, expected] of [
  [
    'arn:aws:kinesis:us-east-1:111111111111:stream/a.b_c-1',
    ['us-east-1', '111111111111', 'a.b_c-1', 'kinesis.us-east-1.amazonaws.com'],
  ],
  [
    'arn:aws-cn:kinesis:cn-north-1:111111111111:stream/s',
    ['cn-north-1', '111111111111', 's', 'kinesis.cn-north-1.amazonaws.com.cn'],
  ],
  [
    'arn:aws-us-gov:kinesis:us-gov-west-1:111111111111:stream/s',
    ['us-gov-west-1', '111111111111', 's', 'kinesis.us-gov-west-1.amazonaws.com'],
  ],
  ['arn:aws:firehose:us-east-1:111111111111:stream/s', null],
  ['arn:aws:kinesis:us-east-1:111111111111:stream/', null],
  ['arn:aws:kinesis:us-east-1.evil.com:111111111111:stream/s', null],
  ['arn:other:kinesis:us-east-1:111111111111:stream/s', null],
  [`arn:aws:kinesis:us-east-1:111111111111:stream/${'s'.repeat(129)}`, null],
] as const) {
  test(`${arn.slice(0, 60)} ${expected ? 'names a stream' : 'names none'}`, () => {
    const parsed = parseStreamArn(arn)
    assert.deepEqual(parsed && [parsed.region, parsed.account, parsed.stream, parsed.host], expected)
  })
}

const results = (...codes: readonly (string | null)[]): PutRecordsAnswer => ({
  ok: true,
  failedRecordCount: codes.filter((code) => code !== null).length,
  results: codes.map((errorCode) => (errorCode === null ? {} : { errorCode })),
})
const failed = (error: string): PutRecordsAnswer => ({ ok: false, error, message: 'why' })
const SLOW = 'ProvisionedThroughputExceededException'

for (const [what, answer, expected] of [
  ['all taken', results(null, null, null), { outcome: 'delivered' }],
  ['the middle one throttled', results(null, SLOW, null), { outcome: 'partly', code: 91306, again: [1] }],
  ['two of three failed', results('InternalFailure', null, SLOW), { outcome: 'partly', code: 91306, again: [0, 2] }],
  ['all throttled', results(SLOW, SLOW, SLOW), { outcome: 'try-again', code: 91306 }],
  ['a count without results', { ok: true, failedRecordCount: 1, results: [] }, { outcome: 'try-again', code: 91306 }],
  ['results of another request', results(SLOW, null), { outcome: 'try-again', code: 91306 }],
  ['throttling of the whole call', failed(SLOW), { outcome: 'try-again', code: 91306 }],
  ['throttling of the key service', failed('KMSThrottlingException'), { outcome: 'try-again', code: 91306 }],
  [
    'a disabled key',
    failed('KMSDisabledException'),
    { outcome: 'broken-sink', code: 91300, keep: true, failAfterMs: 600_000 },
  ],
  [
    'no right to the role',
    failed('AccessDenied'),
    { outcome: 'broken-sink', code: 91300, keep: true, failAfterMs: 600_000 },
  ],
  [
    'no such stream',
    failed('ResourceNotFoundException'),
    { outcome: 'broken-sink', code: 91300, keep: true, failAfterMs: 600_000 },
  ],
  ['a call it does not understand', failed('ValidationException'), { outcome: 'give-up', code: 91305, halve: true }],
  ['no connection', failed('connect'), { outcome: 'try-again', code: 91307 }],
  ['no answer', failed('no-response'), { outcome: 'try-again', code: 91308 }],
] as readonly (readonly [string, PutRecordsAnswer, object])[]) {
  test(`Kinesis says ${what}: ${(expected as { outcome: string }).outcome}`, () => {
    const { why: _, ...judged } = { why: '', ...kinesisSink.judge(answer, batchOf(3), NOW) }
    assert.deepEqual(judged, expected)
  })
}
