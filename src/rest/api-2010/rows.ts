/**
 * What the store keeps of accounts, keys, phone numbers and applications: the JSON values in `ResourceRow.row`, by our
 * own names. Whoever provisions (the first start) or reads them (inbound routing) uses these types.
 */

import type { Method } from '../../engine/call/call-record.ts'
import type { AccountSid, ApplicationSid, Instant, KeySid, NumberSid } from '../../lib/ids.ts'

/** A row and what stands beside it in the store. */
export interface Stored<Row, Id extends string = string> {
  readonly sid: Id
  readonly accountSid: AccountSid
  readonly createdAt: Instant
  readonly row: Row
}

export interface AccountRow {
  readonly friendlyName: string
  readonly status: 'active' | 'suspended' | 'closed'
  readonly type: 'Full' | 'Trial'
  /** Its own SID for a main account. */
  readonly ownerAccountSid: AccountSid
  /** In the clear: it is shown by the account resource and signs every webhook. */
  readonly authToken: string
  readonly updatedAt: Instant
}

export interface KeyRow {
  readonly friendlyName: string
  /** SHA-256 of the secret, lower-case hex. The secret itself is shown once and not kept. */
  readonly secretHash: string
  readonly updatedAt: Instant
}

/** What happens on a call, as numbers and applications configure it. */
export interface VoiceSettings {
  readonly voiceUrl: string | null
  readonly voiceMethod: Method
  readonly voiceFallbackUrl: string | null
  readonly voiceFallbackMethod: Method
  /** Requested once, when the call has ended. */
  readonly statusCallback: string | null
  readonly statusCallbackMethod: Method
  readonly voiceCallerIdLookup: boolean
}

/** Kept and shown so that configuration scripts work; this platform sends no messages. */
export interface SmsSettings {
  readonly smsUrl: string | null
  readonly smsMethod: Method
  readonly smsFallbackUrl: string | null
  readonly smsFallbackMethod: Method
}

export interface NumberRow extends VoiceSettings, SmsSettings {
  readonly phoneNumber: string
  readonly friendlyName: string
  readonly numberType: 'local' | 'mobile' | 'tollfree'
  readonly apiVersion: string
  readonly voiceApplicationSid: string | null
  readonly smsApplicationSid: string | null
  readonly trunkSid: string | null
  readonly voiceReceiveMode: 'voice' | 'fax'
  readonly identitySid: string | null
  readonly addressSid: string | null
  readonly bundleSid: string | null
  readonly emergencyStatus: 'Active' | 'Inactive'
  readonly emergencyAddressSid: string | null
  /** Ours: JSON text sent as `AddOns` with every request about an inbound call. */
  readonly addOns: string | null
  readonly updatedAt: Instant
}

export interface ApplicationRow extends VoiceSettings, SmsSettings {
  readonly friendlyName: string | null
  readonly apiVersion: string
  readonly smsStatusCallback: string | null
  readonly messageStatusCallback: string | null
  readonly publicApplicationConnectEnabled: boolean
  readonly updatedAt: Instant
}

/** A SIP domain: who may call it and register there is kept as mappings to its credential lists and address lists. */
export interface SipDomainRow extends VoiceSettings {
  readonly domainName: string
  readonly friendlyName: string
  readonly apiVersion: string
  /** Phones may register. */
  readonly sipRegistration: boolean
  /** Calls only over TLS, with encrypted sound. */
  readonly secure: boolean
  readonly emergencyCallingEnabled: boolean
  readonly byocTrunkSid: string | null
  readonly emergencyCallerSid: string | null
  readonly updatedAt: Instant
}

export type StoredAccount = Stored<AccountRow, AccountSid>
export type StoredKey = Stored<KeyRow, KeySid>
export type StoredNumber = Stored<NumberRow, NumberSid>
export type StoredApplication = Stored<ApplicationRow, ApplicationSid>
