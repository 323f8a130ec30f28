/** Answers the engine's question "who owns this number and what does it run" from the store's numbers and applications. */
import type { Fetchable, VoiceSource } from '../engine/call/call-record.ts'
import type { InboundRoute, NumberDirectory } from '../engine/ports/number-directory.ts'
import type { Store } from '../journal/store.ts'
import type { ApplicationSid, NumberSid } from '../lib/ids.ts'
import type { ApplicationRow, NumberRow, SipDomainRow, VoiceSettings } from '../rest/api-2010/rows.ts'

export function numberDirectory(store: Pick<Store, 'resource' | 'resources'>): NumberDirectory {
  return {
    async route(to): Promise<InboundRoute | null> {
      const found = (await store.resources('number')).find(({ row }) => (row as NumberRow).phoneNumber === to)
      if (!found) return null
      const number = found.row as NumberRow
      const application =
        number.voiceApplicationSid === null ? null : await store.resource('application', number.voiceApplicationSid)
      // With an application set, only its URLs are used; one that is gone leaves the number without any.
      const settings =
        number.voiceApplicationSid === null ? number : ((application?.row as ApplicationRow | undefined) ?? null)
      return {
        accountSid: found.accountSid,
        numberSid: found.sid as NumberSid,
        applicationSid: number.voiceApplicationSid as ApplicationSid | null,
        voice: settings ? toVoice(settings) : { document: null, fallback: null },
        statusCallback: settings ? fetchable(settings.statusCallback, settings.statusCallbackMethod) : null,
        callerIdLookup: settings?.voiceCallerIdLookup ?? false,
        addOns: number.addOns,
      }
    },

    async application(accountSid, sid): Promise<InboundRoute | null> {
      const found = await store.resource('application', sid)
      if (found?.accountSid !== accountSid) return null
      const application = found.row as ApplicationRow
      return {
        accountSid,
        numberSid: null,
        applicationSid: sid as ApplicationSid,
        voice: toVoice(application),
        statusCallback: fetchable(application.statusCallback, application.statusCallbackMethod),
        callerIdLookup: application.voiceCallerIdLookup,
        addOns: null,
      }
    },

    async sipDomain(accountSid, sid): Promise<InboundRoute | null> {
      const found = await store.resource('sip-domain', sid)
      if (found?.accountSid !== accountSid) return null
      const domain = found.row as SipDomainRow
      return {
        accountSid,
        numberSid: null,
        applicationSid: null,
        voice: toVoice(domain),
        statusCallback: fetchable(domain.statusCallback, domain.statusCallbackMethod),
        callerIdLookup: domain.voiceCallerIdLookup,
        addOns: null,
      }
    },
  }
}

const toVoice = (settings: VoiceSettings): VoiceSource => ({
  document: fetchable(settings.voiceUrl, settings.voiceMethod),
  fallback: fetchable(settings.voiceFallbackUrl, settings.voiceFallbackMethod),
})

const fetchable = (url: string | null, method: Fetchable['method']): Fetchable | null =>
  url === null || url === '' ? null : { url, method }
