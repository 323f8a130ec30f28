/** What the platform knows of one Media Stream. Kept in memory as long as its call is up; its callbacks are in the journal. */
import type { AccountSid, CallSid, Instant, StreamSid } from '../../lib/ids.ts'
import type { Stream } from '../../wire/twiml/stream.ts'
import type { Fetchable } from '../call/call-record.ts'

/** What TwiML or REST asks for. */
export interface NewStream {
  /** What TwiML says, which may be none; from REST one that is. */
  readonly url: string
  /** Unique among the running streams of the call; null: its SID. */
  readonly name: string | null
  readonly track: Stream['track']
  readonly parameters: readonly { readonly name: string; readonly value: string }[]
  readonly callback: Fetchable | null
}

export interface StreamRecord {
  readonly sid: StreamSid
  readonly accountSid: AccountSid
  readonly callSid: CallSid
  /** The SID when it was given none. */
  readonly name: string
  readonly track: Stream['track']
  /** `<Connect><Stream>`: the app speaks, too. */
  readonly bothWays: boolean
  readonly status: 'in-progress' | 'stopped'
  readonly updatedAt: Instant
}
