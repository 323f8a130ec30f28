/** What HTTP answers mean for a delivery where all HTTP sinks agree: no answer, and when to come back. */
import type { HttpResult } from '../../../journal/http-transport.ts'
import type { Instant } from '../../../lib/ids.ts'
import type { Delivery, DeliveryCode } from '../delivery.ts'
import { parseRetryAfter } from '../retry.ts'

export type HttpAnswer = HttpResult & { readonly ok: true }

const FAILURE_CODES: Readonly<Record<(HttpResult & { readonly ok: false })['kind'], DeliveryCode>> = {
  connect: 91307,
  'no-response': 91308,
  broken: 91300,
  stopped: 91304,
}

/** Nothing usable came back: always worth another try. */
export function judgeNoAnswer(result: HttpResult & { readonly ok: false }): Delivery {
  return { outcome: 'try-again', code: FAILURE_CODES[result.kind], why: result.message }
}

/** A later moment named by an answer that is 429 or 503; other answers are not asked (RFC 9110 §10.2.3). */
export function retryAfterOf(answer: HttpAnswer, now: Instant): { readonly afterMs?: number } {
  if (answer.status !== 429 && answer.status !== 503) return {}
  const header = answer.headers['retry-after']
  const text = typeof header === 'string' ? header : header?.[0]
  const afterMs = text === undefined ? null : parseRetryAfter(text, now)
  return afterMs === null ? {} : { afterMs }
}
