/**
 * One sink, ready to be sent to: its kind's pure functions bound to its configuration, and the way its requests take.
 * Beyond this file nobody asks what kind a sink is.
 */
import type { HttpRequest, HttpResult } from '../../journal/http-transport.ts'
import { maskUrl } from '../../journal/masking.ts'
import { never } from '../../lib/assert.ts'
import type { WrittenEvent } from '../../wire/cloudevents/index.ts'
import type { Delivery } from './delivery.ts'
import { RETRY_POLICY, type RetryPolicy } from './retry.ts'
import type { Taking } from './sink-queue.ts'
import { kinesisSink, type PutRecords, type PutRecordsAnswer } from './sinks/kinesis.ts'
import { segmentSink } from './sinks/segment.ts'
import { type BatchLimits, type Item, type Plan, planBatches, type RequestContext, type Sink } from './sinks/sink.ts'
import type { SinkConfig } from './sinks/sink-config.ts'
import { webhookSink } from './sinks/webhook.ts'

/** The ways out. Neither rejects; `stop` gives a request up. */
export interface Transports {
  http(request: HttpRequest): Promise<HttpResult>
  kinesis(request: PutRecords, stop: AbortSignal): Promise<PutRecordsAnswer>
}

export interface Answered {
  readonly delivery: Delivery
  /** The platform gave it up; it says nothing about the sink. */
  readonly stopped: boolean
  readonly status: number | null
  /** What came back, as text, at most 4 KiB; null when nothing did. */
  readonly answer: string | null
}

export interface Channel {
  readonly limits: BatchLimits
  readonly order: Taking['order']
  /** Requests under way at once. */
  readonly requestsMax: number
  /** Requests a second; null: no limit. */
  readonly perSecond: number | null
  readonly policy: RetryPolicy
  plan(events: readonly WrittenEvent[]): Plan
  /** `url` is for the log: no secrets, null when there is none. */
  request(
    batch: readonly Item[],
    context: RequestContext,
  ): { readonly url: string | null; send(stop: AbortSignal): Promise<Answered> }
}

const ANSWER_CHARS_MAX = 4096
const URL_CHARS_MAX = 1000
const WEBHOOK_REQUESTS_MAX = 16
const OTHER_REQUESTS_MAX = 4

export function openChannel(sink: SinkConfig, transports: Transports): Channel {
  switch (sink.type) {
    case 'webhook': {
      const { maxRps, ordering, retryWindowSec } = sink.config
      return {
        ...httpChannel(webhookSink, sink.config, transports),
        order: ordering === 'call' ? 'lane' : 'none',
        requestsMax: WEBHOOK_REQUESTS_MAX,
        perSecond: maxRps ?? null,
        policy: retryWindowSec == null ? RETRY_POLICY : { ...RETRY_POLICY, windowMs: retryWindowSec * 1000 },
      }
    }
    case 'segment':
      return {
        ...httpChannel(segmentSink, sink.config, transports),
        order: 'none',
        requestsMax: OTHER_REQUESTS_MAX,
        perSecond: null,
        policy: RETRY_POLICY,
      }
    case 'kinesis':
      return kinesisChannel(sink.config, transports)
    default:
      return never(sink)
  }
}

function httpChannel<Config>(
  sink: Sink<Config, HttpRequest, HttpResult>,
  config: Config,
  transports: Transports,
): Pick<Channel, 'limits' | 'plan' | 'request'> {
  return {
    limits: sink.limits(config),
    plan: (events) => planBatches(sink, config, events),
    request(batch, context) {
      const request = sink.toRequest(config, batch, context)
      return {
        url: maskUrl(request.url).slice(0, URL_CHARS_MAX),
        async send(stop) {
          const result = await transports.http({ ...request, stop })
          return {
            delivery: sink.judge(result, batch, context.now),
            stopped: !result.ok && result.kind === 'stopped',
            status: result.ok ? result.status : null,
            answer: result.ok ? Buffer.from(result.body).toString('utf8').slice(0, ANSWER_CHARS_MAX) : null,
          }
        },
      }
    },
  }
}

function kinesisChannel(config: (SinkConfig & { type: 'kinesis' })['config'], transports: Transports): Channel {
  return {
    limits: kinesisSink.limits(config),
    // A shard keeps the order of what it accepts: so a call's next record goes when the one before has been accepted.
    order: 'lane-alone',
    requestsMax: OTHER_REQUESTS_MAX,
    perSecond: null,
    policy: RETRY_POLICY,
    plan: (events) => planBatches(kinesisSink, config, events),
    request(batch, context) {
      const request = kinesisSink.toRequest(config, batch, context)
      return {
        url: config.arn,
        async send(stop) {
          const answer = await transports.kinesis(request, stop)
          return {
            delivery: kinesisSink.judge(answer, batch, context.now),
            stopped: !answer.ok && answer.error === 'stopped',
            status: answer.ok ? 200 : null,
            answer:
              answer.ok && answer.failedRecordCount === 0 ? null : JSON.stringify(answer).slice(0, ANSWER_CHARS_MAX),
          }
        },
      }
    },
  }
}
