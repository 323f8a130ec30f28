/**
 * The outward door: every HTTP request about a call leaves through here and is recorded twice. Its intent is committed,
 * together with the facts that caused it, before the first byte is sent; its outcome when it has one. What the world does
 * (silence, refusal, nonsense) is part of the answer, never an exception.
 */
import type { Clock } from '../lib/clock.ts'
import { type AccountSid, type CallSid, type ConferenceSid, newSid, newUuid } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import type { OverrideProblem, RetryReason } from '../wire/webhook/overrides.ts'
import { makeAttempt, type Outcome } from './courier-attempt.ts'
import { CallCookies } from './courier-cookies.ts'
import { type ReadUrl, toPlan, toRecordedRequest, toResend, UrlReader } from './courier-plan.ts'
import { BODY_BYTES_RECORDED_MAX, faultOf, TOTAL_MS_MAX, toRecordedResponse } from './courier-record.ts'
import type { Exchange, ExchangeError, ExchangeVerb, Intent, Parameters, Purpose } from './entry.ts'
import type { HttpTransport } from './http-transport.ts'
import type { When, Write } from './store.ts'

export { CallCookies }

export interface OutwardRequest {
  readonly accountSid: AccountSid
  readonly callSid: CallSid | null
  readonly conferenceSid?: ConferenceSid
  readonly purpose: Purpose
  readonly verb: ExchangeVerb
  readonly asked: boolean
  readonly fallback?: boolean
  readonly method: 'GET' | 'POST'
  /** Absolute; may have user info and a connection overrides fragment. */
  readonly url: string
  readonly parameters: Parameters
  /** Place in the call's order; asked once per attempt. */
  readonly nextPlace: () => number
  /** Facts and state committed together with the intent of the first attempt. */
  readonly because?: readonly Write[]
  readonly cookies?: CallCookies
  /** A longer body is cut. 64 KiB for documents and callbacks. */
  readonly bodyBytesMax: number
  /** False for media: the body is handed back but not recorded. */
  readonly keepBody: boolean
  /** False for media: neither signature nor idempotency token. */
  readonly signed: boolean
  readonly idempotencyToken?: string
  /** Gives the request up; it is recorded with an error. */
  readonly stop?: AbortSignal
}

export interface CourierAnswer {
  /** The last attempt. Its commit may still be under way. */
  readonly exchange: Exchange
  /** At most `bodyBytesMax` bytes; empty when there is no response. */
  readonly body: Uint8Array
  /** Where the answer came from, after redirects: the base of relative URLs in it. May have user info and fragment. */
  readonly finalUrl: string
  /** Connection overrides that were not understood. */
  readonly problems: readonly OverrideProblem[]
}

export interface CourierOptions {
  readonly journal: { append(group: readonly Write[], when?: When): Promise<unknown> }
  readonly transport: HttpTransport
  readonly clock: Clock
  /** The primary auth token, which signs. Asked once per request: keep it at hand. */
  readonly authTokenOf: (accountSid: AccountSid) => string | Promise<string>
  readonly logger: Logger
  /** Steady real milliseconds, for the limits of real sockets. */
  readonly realMs?: () => number
}

const EMPTY = new Uint8Array(0)

export class Courier {
  readonly #journal: CourierOptions['journal']
  readonly #transport: HttpTransport
  readonly #clock: Clock
  readonly #authTokenOf: CourierOptions['authTokenOf']
  readonly #logger: Logger
  readonly #realMs: () => number
  readonly #urls = new UrlReader()

  constructor({ journal, transport, clock, authTokenOf, logger, realMs = () => performance.now() }: CourierOptions) {
    this.#journal = journal
    this.#transport = transport
    this.#clock = clock
    this.#authTokenOf = authTokenOf
    this.#logger = logger
    this.#realMs = realMs
  }

  /** An empty jar, for the requests of one call. */
  newCookies(): CallCookies {
    return new CallCookies()
  }

  /**
   * Makes a request, with its retries. Takes its place and hands the intent to the journal before it returns, so that
   * the order of calls is the order of entries. A virtual clock stands still until the answer is handed back.
   * Rejects only when the journal does; then nothing more is sent.
   */
  async request(request: OutwardRequest): Promise<CourierAnswer> {
    const hold = this.#clock.hold('exchange')
    try {
      const read = this.#urls.read(request.url)
      const intent = this.#toIntent(request, read)
      const committed = this.#journal.append(request.because ? [...request.because, intent] : [intent])
      return await this.#run({ request, read, intent, committed, nextPlace: request.nextPlace })
    } finally {
      hold.release()
    }
  }

  /**
   * Makes a request again that a crash interrupted: same SID, token and parameters, since its outcome is what the open
   * intent waits for. Once: without the call there is nobody to give further attempts their place.
   */
  async resend(intent: Intent): Promise<CourierAnswer> {
    const hold = this.#clock.hold('exchange')
    try {
      const method = intent.request.method === 'GET' ? 'GET' : 'POST'
      const media = intent.purpose === 'media'
      const request: OutwardRequest = {
        ...intent,
        method,
        url: intent.resend.url,
        // The query of a GET is complete; the body of a POST is as recorded.
        parameters: method === 'GET' ? {} : intent.request.parameters,
        nextPlace: () => intent.place,
        bodyBytesMax: BODY_BYTES_RECORDED_MAX,
        keepBody: !media,
        signed: !media,
      }
      const read = this.#urls.read(request.url)
      return await this.#run({ request, read, intent, committed: Promise.resolve(), nextPlace: null })
    } finally {
      hold.release()
    }
  }

  async #run(job: {
    readonly request: OutwardRequest
    readonly read: ReadUrl
    readonly intent: Intent
    readonly committed: Promise<unknown>
    readonly nextPlace: (() => number) | null
  }): Promise<CourierAnswer> {
    const { request, read, committed, nextPlace } = job
    const { overrides, problems } = read
    let { intent } = job
    const token = request.signed ? this.#tokenOf(request.accountSid) : null
    const authToken = token instanceof Promise ? (await Promise.all([token, committed]))[0] : token
    const plan = toPlan(request, read, authToken, intent.resend.idempotencyToken)
    await committed

    const endsAtMs = this.#realMs() + Math.min(overrides.totalTimeoutMs, TOTAL_MS_MAX)
    const leftMs = () => endsAtMs - this.#realMs()
    for (;;) {
      const outcome = 'code' in plan ? notMade(request.url, plan) : await makeAttempt(this.#transport, plan, leftMs)
      const exchange = this.#toExchange(request, read, intent, outcome)
      this.#record(exchange)
      const reason = toRetryReason(outcome)
      const again = reason !== null && overrides.retryOn.includes(reason) && intent.attempt <= overrides.retries
      if (!again || !nextPlace || leftMs() <= 0 || request.stop?.aborted) {
        return { exchange, body: outcome.result.ok ? outcome.result.body : EMPTY, finalUrl: outcome.finalUrl, problems }
      }
      intent = { ...intent, sid: newSid('VW'), place: nextPlace(), at: this.#clock.now(), attempt: intent.attempt + 1 }
      await this.#journal.append([intent])
    }
  }

  /** '' when it cannot be had; the intent is open already and has to get an outcome. */
  #tokenOf(accountSid: AccountSid): string | Promise<string> {
    const missing = (error: unknown): string => {
      this.#logger.error({ err: error, accountSid }, 'no auth token to sign a request with')
      return ''
    }
    try {
      const token = this.#authTokenOf(accountSid)
      return token instanceof Promise ? token.catch(missing) : token
    } catch (error) {
      return missing(error)
    }
  }

  #toIntent(request: OutwardRequest, read: ReadUrl): Intent {
    return {
      kind: 'intent',
      sid: newSid('VW'),
      accountSid: request.accountSid,
      callSid: request.callSid,
      ...(request.conferenceSid && { conferenceSid: request.conferenceSid }),
      place: request.nextPlace(),
      at: this.#clock.now(),
      purpose: request.purpose,
      verb: request.verb,
      asked: request.asked,
      fallback: request.fallback ?? false,
      attempt: 1,
      request: toRecordedRequest(request, read),
      resend: toResend(request, request.idempotencyToken ?? newUuid()),
    }
  }

  #toExchange(request: OutwardRequest, read: ReadUrl, intent: Intent, outcome: Outcome): Exchange {
    const { kind: _kind, resend: _resend, ...about } = intent
    const { result } = outcome
    return {
      ...about,
      kind: 'exchange',
      direction: 'outward',
      hops: outcome.hops,
      response: result.ok ? toRecordedResponse(result, this.#clock.now(), request.keepBody) : null,
      error: faultOf(outcome, about.purpose, read.overrides.totalTimeoutMs),
      durationMs: Math.round(outcome.durationMs),
    }
  }

  /** Not waited for: the call goes on while its exchange is being written. Groups are written in the order given. */
  #record(exchange: Exchange): void {
    this.#journal.append([exchange], 'soon').catch((error: unknown) => {
      this.#logger.error(
        { err: error, exchange: exchange.sid, callSid: exchange.callSid },
        'an exchange could not be recorded',
      )
    })
  }
}

function toRetryReason({ result, error }: Outcome): RetryReason | null {
  if (!result.ok) return result.kind === 'connect' ? 'ct' : result.kind === 'no-response' ? 'rt' : null
  if (error || result.status < 400) return null
  return result.status < 500 ? '4xx' : '5xx'
}

/** The outcome of a request that may not even be tried, which no retry would change. */
function notMade(url: string, error: ExchangeError): Outcome {
  const result = { ok: false, kind: 'broken', ...error, durationMs: 0 } as const
  return { result, error: null, hops: [], finalUrl: url, durationMs: 0 }
}
