/** Who owns a number, and what an inbound call to it runs. Answered by the store of numbers and applications. */
import type { AccountSid, ApplicationSid, NumberSid } from '../../lib/ids.ts'
import type { Fetchable, VoiceSource } from '../call/call-record.ts'

export interface InboundRoute {
  readonly accountSid: AccountSid
  /** Null when no number was dialled, but an application. */
  readonly numberSid: NumberSid | null
  readonly applicationSid: ApplicationSid | null
  readonly voice: VoiceSource
  /** Told once, at the end. */
  readonly statusCallback: Fetchable | null
  /** CallerName is looked up and sent. */
  readonly callerIdLookup: boolean
  /** Static add-on results as JSON text, sent as `AddOns`. */
  readonly addOns: string | null
}

export interface NumberDirectory {
  /** The number's route, null when it is not one of ours. `to` in E.164. */
  route(to: string): Promise<InboundRoute | null>
  /** What an application of the account runs, null when it has none of this SID. */
  application(accountSid: AccountSid, sid: string): Promise<InboundRoute | null>
  /** What calls to a SIP domain of the account run, null when it has none of this SID. */
  sipDomain(accountSid: AccountSid, sid: string): Promise<InboundRoute | null>
}
