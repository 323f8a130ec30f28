/** Parameters and fields that phone numbers and applications share: what happens on a call, and the SMS settings. */

import { flag, method, url } from './parameters.ts'
import type { SmsSettings, VoiceSettings } from './rows.ts'

const settingUrl = url('invalidResourceUrl')
const settingMethod = method('POST', 'invalidResourceMethod')

export const SETTINGS_PARAMETERS = {
  VoiceUrl: settingUrl,
  VoiceMethod: settingMethod,
  VoiceFallbackUrl: settingUrl,
  VoiceFallbackMethod: settingMethod,
  StatusCallback: settingUrl,
  StatusCallbackMethod: settingMethod,
  VoiceCallerIdLookup: flag(false),
  SmsUrl: settingUrl,
  SmsMethod: settingMethod,
  SmsFallbackUrl: settingUrl,
  SmsFallbackMethod: settingMethod,
} as const

export const UNSET: VoiceSettings & SmsSettings = {
  voiceUrl: null,
  voiceMethod: 'POST',
  voiceFallbackUrl: null,
  voiceFallbackMethod: 'POST',
  statusCallback: null,
  statusCallbackMethod: 'POST',
  voiceCallerIdLookup: false,
  smsUrl: null,
  smsMethod: 'POST',
  smsFallbackUrl: null,
  smsFallbackMethod: 'POST',
}

/** @param unsetText how this resource shows an unset SMS or status callback URL: numbers `""`, applications null. */
export function settingsView(row: VoiceSettings & SmsSettings, unsetText: '' | null): object {
  return {
    sms_fallback_method: row.smsFallbackMethod,
    sms_fallback_url: row.smsFallbackUrl ?? unsetText,
    sms_method: row.smsMethod,
    sms_url: row.smsUrl ?? unsetText,
    status_callback: row.statusCallback ?? unsetText,
    status_callback_method: row.statusCallbackMethod,
    voice_caller_id_lookup: row.voiceCallerIdLookup,
    voice_fallback_method: row.voiceFallbackMethod,
    voice_fallback_url: row.voiceFallbackUrl,
    voice_method: row.voiceMethod,
    voice_url: row.voiceUrl,
  }
}
