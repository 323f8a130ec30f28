/**
 * The Segment sink: one `track` call an event, sent in batches to Segment's HTTP API. How the reference maps events to
 * track calls is not published; docs/compat/event-streams.md has our mapping. Segment answers 200 to nearly everything,
 * so a delivery means no more than that.
 */
import type { HttpRequest, HttpResult } from '../../../journal/http-transport.ts'
import { formatIso } from '../../../lib/dates.ts'
import type { Instant } from '../../../lib/ids.ts'
import type { WrittenEvent } from '../../../wire/cloudevents/index.ts'
import { formatBasic } from '../../../wire/webhook/basic.ts'
import { DELIVERED, type Delivery } from '../delivery.ts'
import { type ConfigOf, optional, patternField, textField, wordField } from './config-field.ts'
import { judgeNoAnswer, retryAfterOf } from './http-judge.ts'
import { toTrack } from './segment-track.ts'
import type { Item, RequestContext, Sink, Unsendable } from './sink.ts'

export const SEGMENT_TABLE = {
  writeKey: textField('write_key', 256),
  /** The whole URL; default is the one of the US. */
  endpoint: optional(patternField('endpoint', /^https?:\/\/[^\s@#]{1,1000}$/i, 'an absolute http or https URL')),
  userId: optional(wordField('user_id', ['from', 'to', 'customer'])),
}

export type SegmentConfig = ConfigOf<typeof SEGMENT_TABLE>

const ENDPOINT_DEFAULT = 'https://api.segment.io/v1/batch'
const EVENTS_MAX = 100
const REQUEST_BYTES_MAX = 400 * 1000
const TRACK_BYTES_MAX = 32 * 1000
const WAIT_MS = 2000
const TIMEOUT_MS = 10_000
const ANSWER_BYTES_MAX = 4096

export const segmentSink: Sink<SegmentConfig, HttpRequest, HttpResult> = {
  type: 'segment',
  limits: () => ({ eventsMax: EVENTS_MAX, bytesMax: REQUEST_BYTES_MAX, waitMs: WAIT_MS }),
  prepare,
  toRequest,
  judge,
}

function prepare(config: SegmentConfig, written: WrittenEvent): Item | Unsendable {
  const text = toTrack(written.event, config)
  const bytes = Buffer.byteLength(text)
  if (bytes <= TRACK_BYTES_MAX) return { written, text, bytes: bytes + 1 }
  const why = `the event has ${bytes} bytes, more than Segment's ${TRACK_BYTES_MAX}, even without its body and parameters`
  return { written, refusal: { outcome: 'give-up', code: 91300, why, halve: false } }
}

function toRequest(config: SegmentConfig, batch: readonly Item[], context: RequestContext): HttpRequest {
  const library = JSON.stringify({
    library: { name: 'ringback-event-streams', version: context.version },
    channel: 'server',
  })
  const tracks = batch.map(({ text }) => text).join(',')
  return {
    method: 'POST',
    url: config.endpoint ?? ENDPOINT_DEFAULT,
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      'user-agent': `ringback-event-streams/${context.version}`,
      // The key is the user name; there is no password.
      authorization: formatBasic({ username: config.writeKey, password: '' }),
      ...(context.attempt > 1 && { 'x-retry-count': String(context.attempt - 1) }),
    },
    body: `{"batch":[${tracks}],"context":${library},"sentAt":"${formatIso(context.now)}"}`,
    connectTimeoutMs: TIMEOUT_MS,
    readTimeoutMs: TIMEOUT_MS,
    totalTimeoutMs: TIMEOUT_MS,
    bodyBytesMax: ANSWER_BYTES_MAX,
  }
}

// As Segment's own client does.
const RETRIED: ReadonlySet<number> = new Set([408, 410, 429, 460])
const FINAL_5XX: ReadonlySet<number> = new Set([501, 505, 511])

function judge(answer: HttpResult, batch: readonly Item[], now: Instant): Delivery {
  if (!answer.ok) return judgeNoAnswer(answer)
  const { status } = answer
  const why = `Segment answered ${status}`
  if (status >= 200 && status < 300) return DELIVERED
  if (status >= 500 && !FINAL_5XX.has(status)) return { outcome: 'try-again', code: 91306, why, ...waitOf(answer, now) }
  if (status >= 500) return { outcome: 'give-up', code: 91306, why, halve: false }
  if (status < 400) return { outcome: 'try-again', code: 91300, why: `${why}; redirects are not followed` }
  if (RETRIED.has(status)) return { outcome: 'try-again', code: 91305, why, ...waitOf(answer, now) }
  if (status === 401)
    return {
      outcome: 'broken-sink',
      code: 91305,
      why: `${why}: the write key is not accepted`,
      keep: true,
      failAfterMs: 0,
    }
  return { outcome: 'give-up', code: 91305, why, halve: status === 400 && batch.length > 1 }
}

/** Retry-After, else X-RateLimit-Reset: seconds since the epoch. */
function waitOf(answer: HttpResult & { readonly ok: true }, now: Instant): { readonly afterMs?: number } {
  const named = retryAfterOf(answer, now)
  const reset = answer.headers['x-ratelimit-reset']
  if (named.afterMs !== undefined || answer.status !== 429 || typeof reset !== 'string' || !/^\d{9,11}$/.test(reset))
    return named
  return { afterMs: Math.max(0, Number(reset) * 1000 - now) }
}
