/** What the platform knows of one live transcription. Kept in memory as long as its call is up; its callbacks are in the journal. */
import type { AccountSid, CallSid, Instant, LiveTranscriptionSid } from '../../lib/ids.ts'
import type { Transcription } from '../../wire/twiml/index.ts'
import type { Fetchable } from '../call/call-record.ts'

/** What TwiML or REST asks for. */
export interface NewLiveTranscription {
  /** Unique among the running ones of the call; null: its SID. */
  readonly name: string | null
  readonly track: Transcription['track']
  readonly inboundLabel: string | null
  readonly outboundLabel: string | null
  readonly language: string
  readonly engine: string
  readonly speechModel: string
  readonly partialResults: boolean
  readonly profanityFilter: boolean
  readonly automaticPunctuation: boolean
  /** As written: phrases with commas between them. */
  readonly hints: string | null
  /** For the engine, beside those above. */
  readonly settings: readonly { readonly name: string; readonly value: string }[]
  /** Null: nobody is told, and nothing is listened to. */
  readonly callback: Fetchable | null
}

export interface LiveTranscriptionRecord {
  readonly sid: LiveTranscriptionSid
  readonly accountSid: AccountSid
  readonly callSid: CallSid
  /** The SID when it was given none. */
  readonly name: string
  readonly status: 'in-progress' | 'stopped'
  readonly updatedAt: Instant
}
