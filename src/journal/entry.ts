/**
 * What the journal holds. An *exchange* is one HTTP request about a call and what became of it; a *fact* is something
 * that happened without one (a leg rang, a prompt was cut). Both are *entries*: appended once, never changed. Readers
 * live on entries alone, so whatever a reader may ask stands here: purpose, verb, whether the call asked for events.
 */
import type {
  AccountSid,
  CallSid,
  ConferenceSid,
  ExchangeSid,
  Instant,
  NotificationSid,
  UserMessageSid,
} from '../lib/ids.ts'
import type { TransportName } from '../wire/sip/transport.ts'

/** Why the request was made. `twiml` is any fetch of a document that drives the call. */
export type Purpose =
  | 'api-request'
  | 'twiml'
  | 'status-callback'
  | 'amd'
  | 'recording'
  | 'transcription'
  | 'conference'
  | 'stream'
  | 'partial-result'
  | 'user-defined-message'
  | 'wait'
  | 'hold'
  | 'announce'
  | 'media'

/**
 * What caused it, in the purpose's own terms.
 * `api-request`: created, modified. `twiml`: Voice (a call's first document), Whisper (that of a leg that was dialled),
 * Redirect, Update (REST), or the verb whose `action` it is. `status-callback`: initiated, ringing, answered, completed. `amd`:
 * who has answered. `media`: Play. A request to the fallback URL keeps the verb of the request that failed.
 */
export type ExchangeVerb =
  | 'created'
  | 'modified'
  | 'Voice'
  | 'Whisper'
  | 'Redirect'
  | 'Update'
  | 'Gather'
  | 'Record'
  | 'Dial'
  | 'DialRefer'
  | 'Enqueue'
  | 'Refer'
  | 'Connect'
  | 'Pay'
  | 'Play'
  | 'initiated'
  | 'ringing'
  | 'answered'
  | 'completed'
  | (string & { readonly other?: never })

/** Parameters by wire name (`CallSid`); a repeated name has an array. */
export type Parameters = Readonly<Record<string, string | readonly string[]>>

/** The request as made, secrets already removed: no user info, no fragment, `***` for secret query parameters. */
export interface RecordedRequest {
  readonly method: string
  readonly url: string
  readonly parameters: Parameters
}

export interface RecordedResponse {
  readonly code: number
  /** `Content-Type` verbatim, "" if there was none. */
  readonly contentType: string
  /** At most 64 KiB of the body, as text when it is UTF-8, else base64. */
  readonly body: string
  readonly bodyEncoding: 'utf8' | 'base64'
  /** The body was longer than what is kept here. */
  readonly truncated: boolean
  readonly at: Instant
}

/** Why no usable answer came. `code` is a debugger code such as 11200. */
export interface ExchangeError {
  readonly code: number
  readonly message: string
}

interface AboutExchange {
  readonly sid: ExchangeSid
  readonly accountSid: AccountSid
  /** Null for a refused request that created no call, and for conference requests that no call caused. */
  readonly callSid: CallSid | null
  readonly conferenceSid?: ConferenceSid
  /** Place in the call's order, fixed when the request was decided on; unique among one call's entries. */
  readonly place: number
  readonly at: Instant
  readonly purpose: Purpose
  readonly verb: ExchangeVerb
  /** The gate's answer: the call asked for events about exchanges like this one. */
  readonly asked: boolean
  /** True on the request to a fallback URL. */
  readonly fallback: boolean
  /** 1 for the first try; each retry is an exchange of its own. */
  readonly attempt: number
  readonly request: RecordedRequest
}

/**
 * An outward request about to be made: written before it is sent, in the same commit as the facts that caused it, and
 * kept until its exchange is written. `resend` is what a restart needs to make it again.
 */
export interface Intent extends AboutExchange {
  readonly kind: 'intent'
  readonly resend: { readonly url: string; readonly idempotencyToken: string }
}

/** One request and what became of it. */
export interface Exchange extends AboutExchange {
  readonly kind: 'exchange'
  readonly direction: 'inward' | 'outward'
  /** URLs that redirects led to, in order; the response is the last one's. */
  readonly hops: readonly string[]
  /** Null when none arrived; then `error` says why. */
  readonly response: RecordedResponse | null
  /** Also set beside a response that cannot be used (a 500, a body over the limit). */
  readonly error: ExchangeError | null
  /** Real milliseconds from first byte sent to the end of the response. */
  readonly durationMs: number
}

/** One stretch of sound a leg heard, from start to its end or cut. */
export interface HeardSpan {
  readonly verb: string
  readonly kind: 'say' | 'play' | 'stream' | 'tone' | 'music' | 'party'
  readonly text?: string
  readonly url?: string
  /** Id of the sound that was played; absent when there was only a length. */
  readonly sound?: string
  readonly playedMs: number
  readonly lengthMs: number
  readonly cut: boolean
}

export interface Alert {
  readonly sid: NotificationSid
  readonly code: number
  readonly level: 'warning' | 'error'
  readonly message: string
  /** The request that failed, or the document the warning is about. */
  readonly request?: { readonly method: string; readonly url: string; readonly parameters: Parameters }
  readonly response?: { readonly code: number; readonly body: string }
  /** Position in the document, from 1. */
  readonly line?: number
  readonly column?: number
}

/** A stretch that SIP messages of a call went over. Both ends are `address:port`, IPv6 in brackets; ours may be a name. */
export interface WireHop {
  readonly transport: TransportName
  readonly us: string
  readonly peer: string
}

/** One SIP message, as a line of the call's ladder. */
export interface WireMessage {
  /** Since the first message. */
  readonly atMs: number
  readonly direction: 'sent' | 'received'
  /** Index in the story's hops. */
  readonly hop: number
  /** The first line, at most 300 characters. */
  readonly line: string
  /** `1 INVITE`; "" when it has none. */
  readonly cseq: string
  /** Media type of the body; absent when it has none. */
  readonly body?: string
  /** The same bytes went the same way before. */
  readonly repeats?: true
  /** So many messages between this one and the one before were counted only. */
  readonly omittedBefore?: number
  /** Why it did not go out. */
  readonly notSent?: string
  /** All of it in base64, secrets masked; absent when messages are not kept. */
  readonly bytes?: string
}

/** The SIP of one leg, from its first message to its last. */
export interface WireStory {
  readonly beganAt: Instant
  /** Several when it was tried at several places. */
  readonly callIds: readonly string[]
  readonly hops: readonly WireHop[]
  readonly messages: readonly WireMessage[]
}

/** What went over a leg's line of RTP, from the agreement to the end. */
export interface LineStatistics {
  readonly sentPackets: number
  readonly receivedPackets: number
  readonly lostPackets: number
  /** Came too late to be heard, or more than fitted. */
  readonly discardedPackets: number
  /** RFC 3550 section 6.4.1, in milliseconds. */
  readonly jitterMs: number
  /** To the party and back, by its reports; null when it made none. */
  readonly roundTripMs: number | null
}

/** Without an HTTP request. Times in `atMs` count from the moment the call was answered. */
export type FactBody =
  | { readonly fact: 'call-status'; readonly status: string; readonly sipResponseCode?: number }
  | { readonly fact: 'heard'; readonly atMs: number; readonly span: HeardSpan }
  /** `inBand`: as tones in the party's sound. */
  | { readonly fact: 'pressed'; readonly atMs: number; readonly digits: string; readonly inBand?: true }
  | {
      readonly fact: 'said'
      readonly atMs: number
      readonly text: string
      /** Id of the sound of it, its length, and how much of it was said before something ended it. */
      readonly sound?: string
      readonly lengthMs?: number
      readonly playedMs?: number
    }
  | {
      readonly fact: 'script'
      readonly state: 'running' | 'done' | 'failed'
      readonly step: number
      readonly wanted?: string
    }
  /** A user-defined message: `content` is JSON text. */
  | {
      readonly fact: 'message'
      readonly atMs: number
      readonly sid: UserMessageSid
      readonly from: 'app' | 'phone'
      readonly content: string
    }
  /** Both at the end of a leg over SIP. */
  | { readonly fact: 'wire'; readonly wire: WireStory }
  | { readonly fact: 'line'; readonly statistics: LineStatistics }
  | { readonly fact: 'alert'; readonly alert: Alert }

export interface Fact {
  readonly kind: 'fact'
  readonly accountSid: AccountSid
  readonly callSid: CallSid | null
  readonly place: number
  readonly at: Instant
  readonly body: FactBody
}

export type Entry = Exchange | Fact

/** An entry and its place in the journal. Sequence numbers grow, with gaps. */
export interface Sequenced {
  readonly seq: number
  readonly entry: Entry
}
