/**
 * The Kinesis sink: one record an event, with PutRecords. The request is a value; an adapter takes it to AWS under the
 * role of the configuration. All events of a call have the same partition key, so a call stays on one shard, in order.
 */
import type { Instant } from '../../../lib/ids.ts'
import type { CloudEvent, WrittenEvent } from '../../../wire/cloudevents/index.ts'
import { DELIVERED, type Delivery } from '../delivery.ts'
import { type ConfigOf, optional, patternField, wordField } from './config-field.ts'
import type { Item, RequestContext, Sink, Unsendable } from './sink.ts'

// arn:partition:kinesis:region:account:stream/name. The reference's examples have accounts of 9 digits.
const STREAM_ARN =
  /^arn:(aws|aws-cn|aws-us-gov):kinesis:([a-z]{2}(?:-[a-z]+)+-\d):(\d{9,12}):stream\/([a-zA-Z0-9_.-]{1,128})$/
const ROLE_ARN = /^arn:(aws|aws-cn|aws-us-gov):iam::\d{9,12}:role\/[\w+=,.@/-]{1,512}$/
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/

export const KINESIS_TABLE = {
  arn: patternField('arn', STREAM_ARN, 'the ARN of a Kinesis stream'),
  roleArn: patternField('role_arn', ROLE_ARN, 'the ARN of an IAM role'),
  externalId: patternField('external_id', EXTERNAL_ID, '2 to 1224 letters, digits and any of +=,.@:/-_'),
  /** Instead of the region's own; for test doubles. */
  endpoint: optional(
    patternField('endpoint', /^https?:\/\/[^\s/?#@]{1,255}\/?$/i, 'scheme and host of an HTTP endpoint'),
  ),
  partitionKey: optional(wordField('partition_key', ['sid', 'account', 'id', 'type'])),
}

export type KinesisConfig = ConfigOf<typeof KINESIS_TABLE>

export interface StreamArn {
  readonly partition: string
  readonly region: string
  readonly account: string
  readonly stream: string
  /** Host of the region's Kinesis endpoint. */
  readonly host: string
}

/** Null when the text is not the ARN of a stream. */
export function parseStreamArn(text: string): StreamArn | null {
  const [, partition, region, account, stream] = STREAM_ARN.exec(text) ?? []
  if (partition === undefined || region === undefined || account === undefined || stream === undefined) return null
  const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'
  return { partition, region, account, stream, host: `kinesis.${region}.${suffix}` }
}

/** For the adapter: Kinesis_20131202.PutRecords. */
export interface PutRecords {
  readonly streamArn: string
  readonly roleArn: string
  readonly externalId: string
  readonly endpoint: string | null
  readonly records: readonly { readonly data: Uint8Array; readonly partitionKey: string }[]
}

export type PutRecordsAnswer =
  /** One result a record, in the request's order. */
  | {
      readonly ok: true
      readonly failedRecordCount: number
      readonly results: readonly { readonly errorCode?: string; readonly errorMessage?: string }[]
    }
  /** `error` is the service's name for it (of STS too), or the kind of network failure. */
  | { readonly ok: false; readonly error: string; readonly message: string }

const RECORDS_MAX = 500
const CALL_BYTES_MAX = 5 * 1024 * 1024
const RECORD_BYTES_MAX = 1024 * 1024
const KEY_CHARS_MAX = 256
/** The longest key in UTF-8; all records are counted with it. */
const KEY_BYTES = KEY_CHARS_MAX * 3
const WAIT_MS = 200
/** Wrong rights or a missing stream may be repaired meanwhile. */
const BROKEN_AFTER_MS = 600_000

export const kinesisSink: Sink<KinesisConfig, PutRecords, PutRecordsAnswer> = {
  type: 'kinesis',
  limits: () => ({ eventsMax: RECORDS_MAX, bytesMax: CALL_BYTES_MAX, waitMs: WAIT_MS }),
  prepare,
  toRequest,
  judge,
}

function prepare(_config: KinesisConfig, written: WrittenEvent): Item | Unsendable {
  const bytes = written.bytes + KEY_BYTES
  if (bytes <= RECORD_BYTES_MAX) return { written, text: written.json, bytes }
  const why = `the event has ${written.bytes} bytes, more than a Kinesis record takes`
  return { written, refusal: { outcome: 'give-up', code: 91300, why, halve: false } }
}

function toRequest(config: KinesisConfig, batch: readonly Item[], context: RequestContext): PutRecords {
  return {
    streamArn: config.arn,
    roleArn: config.roleArn,
    externalId: config.externalId,
    endpoint: config.endpoint,
    records: batch.map(({ written, text }) => ({
      data: Buffer.from(text),
      partitionKey: partitionKeyOf(config, written.event, context).slice(0, KEY_CHARS_MAX),
    })),
  }
}

function partitionKeyOf({ partitionKey }: KinesisConfig, event: CloudEvent, { accountSid }: RequestContext): string {
  if (partitionKey === 'account') return accountSid
  if (partitionKey === 'id' || partitionKey === 'type') return event[partitionKey]
  const { sid } = (event.data ?? {}) as { readonly sid?: unknown }
  // A test event is about no call.
  return typeof sid === 'string' && sid !== '' ? sid : event.id
}

const NETWORK: Readonly<Record<string, 91307 | 91308 | 91304>> = {
  connect: 91307,
  'no-response': 91308,
  stopped: 91304,
}
/** Too much at the moment, or the service's own trouble. */
const PASSING =
  /^(ProvisionedThroughputExceeded|LimitExceeded|Throttling|KMSThrottling|InternalFailure|InternalServerError|ServiceUnavailable|RequestLimitExceeded|ExpiredToken|RequestTimeout)/
const MALFORMED = /^(Validation|InvalidArgument|SerializationException|MalformedQueryString)/

function judge(answer: PutRecordsAnswer, batch: readonly Item[], _now: Instant): Delivery {
  return answer.ok ? judgeResults(answer, batch) : judgeError(answer, batch)
}

function judgeResults(
  { failedRecordCount, results }: PutRecordsAnswer & { ok: true },
  batch: readonly Item[],
): Delivery {
  const again = results.flatMap(({ errorCode }, place) => (errorCode === undefined ? [] : [place]))
  if (failedRecordCount === 0 && again.length === 0) return DELIVERED
  const first = results.find(({ errorCode }) => errorCode !== undefined)
  const why = `Kinesis took ${batch.length - again.length} of ${batch.length} records: ${first?.errorCode ?? 'no reason given'}`
  // An answer that does not match the request says nothing about single records.
  if (again.length === 0 || results.length !== batch.length) return { outcome: 'try-again', code: 91306, why }
  if (again.length === batch.length) return { outcome: 'try-again', code: 91306, why }
  return { outcome: 'partly', code: 91306, why, again }
}

function judgeError({ error, message }: PutRecordsAnswer & { ok: false }, batch: readonly Item[]): Delivery {
  const why = `${error}: ${message}`
  const network = NETWORK[error]
  if (network !== undefined) return { outcome: 'try-again', code: network, why }
  if (PASSING.test(error)) return { outcome: 'try-again', code: 91306, why }
  if (MALFORMED.test(error)) return { outcome: 'give-up', code: 91305, why, halve: batch.length > 1 }
  return { outcome: 'broken-sink', code: 91300, why, keep: true, failAfterMs: BROKEN_AFTER_MS }
}
