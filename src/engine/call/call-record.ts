/**
 * What the platform knows of one call: the state behind the REST resource, written to the store with every change, and
 * enough to end the call honestly after a crash. A plain JSON value.
 */
import type { AccountSid, ApplicationSid, CallSid, Instant, NumberSid } from '../../lib/ids.ts'
import type { SipDetails } from '../ports/leg.ts'

export type CallStatus =
  | 'queued'
  | 'ringing'
  | 'in-progress'
  | 'completed'
  | 'busy'
  | 'no-answer'
  | 'failed'
  | 'canceled'
export type Direction = 'inbound' | 'outbound-api' | 'outbound-dial'
export type CallbackEvent = 'initiated' | 'ringing' | 'answered' | 'completed'
export type Method = 'GET' | 'POST'

export interface Fetchable {
  readonly url: string
  readonly method: Method
}

/** Where the call's first document comes from, and who is asked when a later one fails. */
export interface VoiceSource {
  readonly document: Fetchable | { readonly twiml: string } | null
  readonly fallback: Fetchable | null
}

export interface StatusCallback extends Fetchable {
  readonly events: readonly CallbackEvent[]
}

/** Parameters of Calls create that act during the call; defaults filled in. Times in the unit of their names. */
export interface CallOptions {
  readonly sendDigits: string | null
  /** Ring time before `no-answer`. */
  readonly timeoutSec: number
  readonly timeLimitSec: number
  readonly callerId: string | null
  readonly record: {
    readonly channels: 'mono' | 'dual'
    readonly track: 'inbound' | 'outbound' | 'both'
    readonly trim: 'trim-silence' | 'do-not-trim'
    readonly callback: (Fetchable & { readonly events: readonly ('in-progress' | 'completed' | 'absent')[] }) | null
  } | null
  readonly machineDetection: {
    readonly mode: 'Enable' | 'DetectMessageEnd'
    readonly timeoutSec: number
    readonly speechThresholdMs: number
    readonly speechEndThresholdMs: number
    readonly silenceTimeoutMs: number
    readonly async: boolean
    readonly callback: Fetchable | null
  } | null
  readonly sipAuth: { readonly username: string; readonly password: string } | null
  /** Header fields for a SIP party, besides those of its address. */
  readonly sipHeaders?: readonly { readonly name: string; readonly value: string }[]
  readonly byoc: string | null
  readonly callReason: string | null
  readonly callToken: string | null
  readonly clientNotificationUrl: string | null
}

export interface CallRecord {
  readonly sid: CallSid
  readonly accountSid: AccountSid
  readonly parentCallSid: CallSid | null
  readonly to: string
  readonly from: string
  readonly phoneNumberSid: NumberSid | null
  readonly applicationSid: ApplicationSid | null
  readonly direction: Direction
  readonly status: CallStatus
  readonly callerName: string | null
  readonly forwardedFrom: string | null
  readonly answeredBy: string | null
  /** Estimate made at creation of the wait for a turn, when calls per second are limited. */
  readonly queueTimeMs: number
  readonly createdAt: Instant
  readonly updatedAt: Instant
  /** When dialling began, or the inbound call arrived. */
  readonly startedAt: Instant | null
  readonly answeredAt: Instant | null
  readonly endedAt: Instant | null
  readonly sipResponseCode: number | null
  /** What the SIP party that we dialled told with its answer, or with its refusal. */
  readonly sip?: SipDetails
  readonly voice: VoiceSource
  readonly statusCallback: StatusCallback | null
  /** SequenceNumber of the next status callback. */
  readonly callbackSequence: number
  readonly options: CallOptions
  /** Further standard parameters of every request about this call: CallToken, CallerName, AddOns … by wire name. */
  readonly extraParameters: Readonly<Record<string, string>>
}

export const isFinal = (status: CallStatus): boolean =>
  status !== 'queued' && status !== 'ringing' && status !== 'in-progress'

/** Whole seconds the call was up, 0 if never answered, null while it lives. */
export function durationSec(call: Pick<CallRecord, 'answeredAt' | 'endedAt'>): number | null {
  if (call.endedAt === null) return null
  return call.answeredAt === null ? 0 : Math.round((call.endedAt - call.answeredAt) / 1000)
}
