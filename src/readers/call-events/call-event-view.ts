/**
 * An exchange as the Call Event resource shows it: request and response, parameter names in lower snake case, a JSON
 * body parsed. Nothing else: the reference's item has no SID, type or address of its own.
 */
import type { Exchange, RecordedResponse } from '../../journal/entry.ts'
import { formatRfc2822 } from '../../lib/dates.ts'
import { toSnakeCaseParameters } from '../../wire/webhook/parameter-names.ts'

export interface CallEventView {
  readonly request: { readonly method: string; readonly url: string; readonly parameters: object }
  /** Null when no answer came. */
  readonly response: {
    readonly response_code: number
    /** Milliseconds. */
    readonly request_duration: number
    readonly content_type: string
    readonly response_body: unknown
    readonly date_created: string
  } | null
}

export interface CallEventOptions {
  /** The reference's page shows a JSON body as an object, its machine-readable description as text: either can be had. */
  readonly jsonBody: 'object' | 'string'
}

export function callEventView(exchange: Exchange, options: CallEventOptions): CallEventView {
  const { request, response } = exchange
  return {
    request: { method: request.method, url: request.url, parameters: toSnakeCaseParameters(request.parameters) },
    response: response && {
      response_code: response.code,
      request_duration: Math.round(exchange.durationMs),
      content_type: response.contentType,
      response_body: bodyOf(response, options),
      date_created: formatRfc2822(response.at),
    },
  }
}

/** Never base64: bytes that are not UTF-8 are shown as well as text can. */
function bodyOf(response: RecordedResponse, options: CallEventOptions): unknown {
  const text = response.bodyEncoding === 'utf8' ? response.body : Buffer.from(response.body, 'base64').toString('utf8')
  if (text === '' || options.jsonBody === 'string' || !isJson(response.contentType)) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const isJson = (contentType: string): boolean => /^\s*application\/([\w.+-]+\+)?json\s*(;|$)/i.test(contentType)
