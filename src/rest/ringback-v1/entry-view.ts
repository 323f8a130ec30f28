/** Journal entries as people see them in the live feed: exchanges with their bodies cut short, facts as flat objects. */
import type { Entry, Exchange, Fact, FactBody } from '../../journal/entry.ts'
import { formatIso } from '../../lib/dates.ts'

/** Of a response's body, this much is shown; `truncated` says that there is more in the Call Events. */
const BODY_CHARS_MAX = 4096

export type EntryView = ExchangeView | FactView

export interface ExchangeView {
  readonly kind: 'exchange'
  readonly sid: string
  readonly callSid: string | null
  readonly conferenceSid?: string
  readonly direction: Exchange['direction']
  readonly purpose: string
  readonly verb: string
  /** ISO 8601, on the platform's clock. */
  readonly at: string
  readonly request: Exchange['request']
  readonly response: {
    readonly code: number
    readonly contentType: string
    readonly body: string
    readonly bodyEncoding: 'utf8' | 'base64'
    readonly truncated: boolean
  } | null
  readonly error: Exchange['error']
  /** Real milliseconds. */
  readonly durationMs: number
  readonly asked: boolean
  readonly fallback: boolean
  readonly attempt: number
}

/** `fact` and what that kind of fact has to say: `status`, `span`, `digits`, `text`, `state`, `alert` … */
export interface FactView {
  readonly kind: 'fact'
  readonly fact: string
  readonly callSid: string | null
  readonly at: string
  readonly [detail: string]: unknown
}

export function toEntryView(entry: Entry): EntryView {
  return entry.kind === 'exchange' ? toExchangeView(entry) : toFactView(entry)
}

/** What the live feed calls it: `exchange`, or the kind of fact. */
export const eventOf = (entry: Entry): string => (entry.kind === 'exchange' ? 'exchange' : entry.body.fact)

function toExchangeView(exchange: Exchange): ExchangeView {
  const {
    sid,
    callSid,
    conferenceSid,
    direction,
    purpose,
    verb,
    at,
    request,
    response,
    error,
    durationMs,
    asked,
    fallback,
    attempt,
  } = exchange
  return {
    kind: 'exchange',
    sid,
    callSid,
    ...(conferenceSid && { conferenceSid }),
    direction,
    purpose,
    verb,
    at: formatIso(at),
    request,
    response: response && {
      code: response.code,
      contentType: response.contentType,
      body: response.body.slice(0, BODY_CHARS_MAX),
      bodyEncoding: response.bodyEncoding,
      truncated: response.truncated || response.body.length > BODY_CHARS_MAX,
    },
    error,
    durationMs,
    asked,
    fallback,
    attempt,
  }
}

function toFactView({ callSid, at, body }: Fact): FactView {
  return { ...(body.fact === 'wire' ? withoutBytes(body) : body), kind: 'fact', callSid, at: formatIso(at) }
}

/** Messages that are kept whole would be most of a feed. */
function withoutBytes({ fact, wire }: Extract<FactBody, { readonly fact: 'wire' }>): FactBody {
  return { fact, wire: { ...wire, messages: wire.messages.map(({ bytes: _, ...message }) => message) } }
}
