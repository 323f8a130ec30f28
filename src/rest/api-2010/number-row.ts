/** A phone number as the store keeps it when nothing was said about it; for the API's create and for provisioning. */
import { type AccountSid, type Instant, newSid } from '../../lib/ids.ts'
import { formatNational, isTollFree } from './phone-number.ts'
import type { StoredNumber } from './rows.ts'
import { UNSET } from './voice-settings.ts'

/** @param phoneNumber in E.164. */
export function newNumber(about: {
  readonly accountSid: AccountSid
  readonly phoneNumber: string
  readonly now: Instant
}): StoredNumber {
  const { accountSid, phoneNumber, now } = about
  return {
    sid: newSid('PN'),
    accountSid,
    createdAt: now,
    row: {
      ...UNSET,
      phoneNumber,
      friendlyName: formatNational(phoneNumber),
      numberType: isTollFree(phoneNumber) ? 'tollfree' : 'local',
      apiVersion: '2010-04-01',
      voiceApplicationSid: null,
      smsApplicationSid: null,
      trunkSid: null,
      voiceReceiveMode: 'voice',
      identitySid: null,
      addressSid: null,
      bundleSid: null,
      emergencyStatus: 'Inactive',
      emergencyAddressSid: null,
      addOns: null,
      updatedAt: now,
    },
  }
}
