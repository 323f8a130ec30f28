/**
 * The `data` member of a voice event: the recorded exchange in the fields of the schema `Voice.WebhookEvent`. Bodies and
 * parameters are cut so that an event stays under the 64 KiB that every CloudEvents intermediary must forward.
 */
import type { Exchange, Parameters, RecordedResponse } from '../../journal/entry.ts'
import { formatIso, formatRfc2822 } from '../../lib/dates.ts'

export const BODY_BYTES_MAX = 32 * 1024
export const PARAMETERS_BYTES_MAX = 16 * 1024
/** A longer parameter value is cut to this when the parameters as a whole are too large. */
const VALUE_CHARS_MAX = 1024

export interface VoiceEventData {
  /** The call's SID; a conference's when the exchange belongs to no call. */
  readonly sid: string
  readonly requestDateCreated: string
  readonly timestamp: string
  readonly eventSid: string
  readonly request: { readonly method: string; readonly url: string; readonly parameters: Parameters }
  /** Absent when no answer came. */
  readonly response?: {
    readonly responseCode: number
    /** Milliseconds. */
    readonly requestDuration: number
    readonly contentType: string
    /** Base64 of the body's bytes. */
    readonly responseBody: string
    readonly dateCreated: string
  }
}

/** @param sid what the event is about, see `VoiceEventData.sid` */
export function eventData(
  exchange: Exchange,
  sid: string,
): { readonly data: VoiceEventData; readonly truncated: boolean } {
  const { request, response } = exchange
  const parameters = cutParameters(request.parameters)
  const body = response && cutBody(response)
  const data: VoiceEventData = {
    sid,
    requestDateCreated: formatRfc2822(exchange.at),
    timestamp: formatIso(exchange.at),
    eventSid: exchange.sid,
    request: { method: request.method, url: request.url, parameters: parameters.value },
    ...(response &&
      body && {
        response: {
          responseCode: response.code,
          requestDuration: Math.round(exchange.durationMs),
          contentType: response.contentType,
          responseBody: body.value,
          dateCreated: formatRfc2822(response.at),
        },
      }),
  }
  return { data, truncated: parameters.cut || (body?.cut ?? false) }
}

interface Cut<Value> {
  readonly value: Value
  readonly cut: boolean
}

function cutBody({ body, bodyEncoding, truncated }: RecordedResponse): Cut<string> {
  const bytes = Buffer.from(body, bodyEncoding)
  const cut = truncated || bytes.length > BODY_BYTES_MAX
  return { value: bytes.toString('base64', 0, Math.min(bytes.length, BODY_BYTES_MAX)), cut }
}

/** Long values are cut first, in the order sent; what still does not fit is left out. */
function cutParameters(parameters: Parameters): Cut<Parameters> {
  if (Buffer.byteLength(JSON.stringify(parameters)) <= PARAMETERS_BYTES_MAX) return { value: parameters, cut: false }
  const kept: [string, string | readonly string[]][] = []
  let bytes = '{}'.length
  for (const [name, value] of Object.entries(parameters)) {
    const short = typeof value === 'string' ? cutText(value) : value.map(cutText)
    bytes += Buffer.byteLength(`${JSON.stringify(name)}:${JSON.stringify(short)},`)
    if (bytes <= PARAMETERS_BYTES_MAX) kept.push([name, short])
  }
  return { value: Object.fromEntries(kept), cut: true }
}

/** Never through the middle of a character. */
function cutText(text: string): string {
  if (text.length <= VALUE_CHARS_MAX) return text
  const cut = text.slice(0, VALUE_CHARS_MAX)
  return cut.isWellFormed() ? cut : cut.slice(0, -1)
}
