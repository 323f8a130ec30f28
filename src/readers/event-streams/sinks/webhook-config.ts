/** The configuration of a webhook sink: the reference's three members and ours. */
import { parseHttpUrl } from '../../../wire/webhook/http-url.ts'
import { RETRY_WINDOW_MS_MAX } from '../retry.ts'
import {
  booleanField,
  type ConfigField,
  type ConfigOf,
  numberField,
  optional,
  withDefault,
  wordField,
} from './config-field.ts'

const URL_CHARS_MAX = 2048
const HEADERS_MAX = 20
const HEADER_CHARS_MAX = 1024
const HIDDEN = '***'

// RFC 9110 §5.1 and §5.5: a token, and printable ASCII without blanks around it.
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/
const HEADER_VALUE = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/
/** Ours to set, or of the connection. */
const RESERVED =
  /^(host|content-(length|type|encoding)|transfer-encoding|connection|upgrade|te|trailer|expect|keep-alive|user-agent|x-twilio-signature|i-twilio-.*|webhook-.*|ce-.*|proxy-.*)$/

const destination: ConfigField<string> = {
  name: 'destination',
  expected: `an absolute http or https URL of at most ${URL_CHARS_MAX} characters`,
  absent: undefined,
  read: (value) => (typeof value === 'string' && value.length <= URL_CHARS_MAX && isHttpUrl(value) ? value : undefined),
  echo: withoutPassword,
}

const headers: ConfigField<Readonly<Record<string, string>>> = {
  name: 'headers',
  expected: `an object of at most ${HEADERS_MAX} header names and values of printable ASCII, none that the platform sets`,
  absent: undefined,
  read(value) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    const entries = Object.entries(value).map(([name, text]): [string, unknown] => [name.toLowerCase(), text])
    if (entries.length > HEADERS_MAX || new Set(entries.map(([name]) => name)).size < entries.length) return undefined
    const checked: Record<string, string> = {}
    for (const [name, text] of entries) {
      if (!isHeader(name, text)) return undefined
      checked[name] = text
    }
    return checked
  },
  // Values are often tokens.
  echo: (value) => Object.fromEntries(Object.keys(value).map((name) => [name, HIDDEN])),
}

export const WEBHOOK_TABLE = {
  destination,
  method: wordField('method', ['POST', 'GET']),
  /** False: one bare event a request. */
  batchEvents: withDefault(booleanField('batch_events'), true),
  signing: optional(wordField('signing', ['twilio', 'standard', 'both'])),
  contentMode: optional(wordField('content_mode', ['twilio', 'structured', 'binary', 'batched'])),
  maxRps: optional(numberField('max_rps', { min: 0.01, max: 1000 })),
  headers: optional(headers),
  timeoutSec: optional(numberField('timeout_sec', { min: 1, max: 30 })),
  /** `call`: an event of a call waits for the outcome of the one before. */
  ordering: optional(wordField('ordering', ['none', 'call'])),
  /** For how long a failed delivery is tried; four hours by default, three days at most. */
  retryWindowSec: optional(numberField('retry_window_sec', { min: 1, max: RETRY_WINDOW_MS_MAX / 1000 })),
}

export type WebhookConfig = ConfigOf<typeof WEBHOOK_TABLE>

function isHttpUrl(text: string): boolean {
  try {
    parseHttpUrl(text)
    return true
  } catch {
    return false
  }
}

function isHeader(name: string, value: unknown): value is string {
  if (!HEADER_NAME.test(name) || RESERVED.test(name)) return false
  return typeof value === 'string' && value.length <= HEADER_CHARS_MAX && HEADER_VALUE.test(value)
}

/** As configured, with the password of its user info replaced. */
function withoutPassword(text: string): string {
  const { userInfo } = parseHttpUrl(text)
  if (userInfo === null) return text
  const start = text.indexOf('//') + 2
  const colon = userInfo.indexOf(':')
  return colon < 0 ? text : `${text.slice(0, start + colon + 1)}${HIDDEN}${text.slice(start + userInfo.length)}`
}
