/**
 * The customer's own requests as the journal keeps them: one exchange for each POST on Calls or on a call, accepted or
 * refused, with the answer exactly as it went out. Secrets are removed here, before anything is written.
 */
import type { Exchange, Parameters } from '../../../journal/entry.ts'
import { type AccountSid, type CallSid, type Instant, newSid } from '../../../lib/ids.ts'
import type { Form } from '../../form.ts'
import type { Answer, ApiRequest } from '../answer.ts'

const BODY_BYTES_MAX = 64 * 1024
/** Above every limit that an accepted parameter has. */
const VALUE_CHARS_MAX = 8192
const HIDDEN = '***'
const SECRET_NAME = /token|secret|password/i

export interface ApiExchange {
  readonly request: ApiRequest
  /** Null for a refused create. */
  readonly callSid: CallSid | null
  readonly place: number
  readonly now: Instant
  readonly verb: 'created' | 'modified'
  /** The call gives a status callback URL. */
  readonly asked: boolean
  /** Path of what was asked for: a new call's own. */
  readonly uri: string
  /** By wire name, secrets removed; see `recordedParameters`. */
  readonly parameters: Parameters
  readonly answer: Answer
}

export function apiExchange(about: ApiExchange): Exchange {
  const { request, answer, now } = about
  return {
    kind: 'exchange',
    direction: 'inward',
    sid: newSid('VW'),
    accountSid: request.accountSid,
    callSid: about.callSid,
    place: about.place,
    at: now,
    purpose: 'api-request',
    verb: about.verb,
    asked: about.asked,
    fallback: false,
    attempt: 1,
    request: { method: 'POST', url: request.baseUrl + about.uri, parameters: about.parameters },
    hops: [],
    response: {
      code: answer.status,
      contentType: 'application/json',
      ...recordedBody(answer.body),
      at: now,
    },
    error: null,
    durationMs: Math.round(request.elapsedMs()),
  }
}

/** Whole in practice; a body over 64 KiB is cut between characters. */
function recordedBody(body: string): { body: string; bodyEncoding: 'utf8'; truncated: boolean } {
  if (Buffer.byteLength(body) <= BODY_BYTES_MAX) return { body, bodyEncoding: 'utf8', truncated: false }
  const cut = Buffer.from(body).subarray(0, BODY_BYTES_MAX)
  return { body: new TextDecoder().decode(cut, { stream: true }), bodyEncoding: 'utf8', truncated: true }
}

/** What was sent, without secrets. */
export function recordedParameters(form: Form): Record<string, string | readonly string[]> {
  const recorded: Record<string, string | readonly string[]> = {}
  for (const name in form) {
    const value = form[name]
    if (value === undefined || name === '__proto__') continue
    recorded[name] =
      typeof value === 'string' ? withoutSecrets(name, value) : value.map((one) => withoutSecrets(name, one))
  }
  return recorded
}

/** What a create is recorded with besides what was sent: the defaults that were filled in. */
export function createDefaults(about: {
  readonly accountSid: AccountSid
  readonly timeoutSec: number
  readonly machineDetectionTimeoutSec: number
}): Record<string, string> {
  return {
    Timeout: String(about.timeoutSec),
    Trim: 'trim-silence',
    Method: 'POST',
    StatusCallbackMethod: 'POST',
    MachineDetectionTimeout: String(about.machineDetectionTimeoutSec),
    AccountSid: about.accountSid,
  }
}

function withoutSecrets(name: string, value: string): string {
  if (name === 'SipAuthPassword') return HIDDEN
  const kept = value.length > VALUE_CHARS_MAX ? `${value.slice(0, VALUE_CHARS_MAX)}…` : value
  return /^https?:\/\//i.test(kept) && /[@?]/.test(kept) ? withoutUrlSecrets(kept) : kept
}

/** The URL without user info, secret query parameters hidden. Left as it is when it has neither. */
function withoutUrlSecrets(text: string): string {
  const url = URL.parse(text)
  if (url === null) return text
  const secrets = [...url.searchParams.keys()].filter((name) => SECRET_NAME.test(name))
  if (secrets.length === 0 && url.username === '' && url.password === '') return text
  url.username = ''
  url.password = ''
  for (const name of secrets) url.searchParams.set(name, HIDDEN)
  return url.href
}
