/**
 * SIP domains: host names under which phones register and call, and what happens then. A name is had by asking for it, once on
 * the platform. Who may come in is kept as mappings (`mappings.ts`).
 */
import { formatRfc2822 } from '../../../lib/dates.ts'
import { newSid } from '../../../lib/ids.ts'
import { nameClaims } from '../../claims.ts'
import type { RestDeps } from '../../deps.ts'
import { refuse } from '../../errors.ts'
import { type Answer, type ApiRequest, answer, NO_CONTENT } from '../answer.ts'
import { arraySource, listAnswer } from '../paging.ts'
import { flag, given, method, readPresent, sid, text, toRowNames, url } from '../parameters.ts'
import type { SipDomainRow } from '../rows.ts'
import type { SipBooks } from './books.ts'
import type { MappingKind, StoredMapping, StoredSipDomain } from './rows.ts'

const INVALID = 'invalidSipDomain'

const PARAMETERS = {
  FriendlyName: text(64, INVALID),
  VoiceUrl: url(INVALID),
  VoiceMethod: method('POST', INVALID),
  VoiceFallbackUrl: url(INVALID),
  VoiceFallbackMethod: method('POST', INVALID),
  VoiceStatusCallbackUrl: url(INVALID),
  VoiceStatusCallbackMethod: method('POST', INVALID),
  SipRegistration: flag(false, INVALID),
  EmergencyCallingEnabled: flag(false, INVALID),
  Secure: flag(false, INVALID),
  ByocTrunkSid: sid('BY', INVALID),
  EmergencyCallerSid: sid('PN', INVALID),
} as const

/** Labels of letters, digits and inner dashes; the last begins with a letter, so that no address passes for a name. */
const HOST_NAME = /^(?=.{1,253}$)(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)*[a-z](?:[a-z\d-]{0,61}[a-z\d])?$/

export function domainOperations(deps: Pick<RestDeps, 'clock'>, books: SipBooks) {
  const claim = nameClaims()

  const wanted = async (request: ApiRequest): Promise<StoredSipDomain> => {
    const domain = await books.domains.find(request.accountSid, request.params.Sid ?? '')
    if (!domain) throw refuse('notFound', { value: request.path })
    return domain
  }

  const shown = async (domain: StoredSipDomain) => domainView(domain, await books.mappings.all(domain.accountSid))

  /** Saves under a name that nobody else has. @throws Refusal 21231 */
  const underName = (name: string, save: () => Promise<void>): Promise<void> => {
    const taken = () => refuse('sipDomainNameTaken', { value: name })
    return claim(name, taken, async () => {
      if ((await books.domains.keysTaken()).has(name)) throw taken()
      await save()
    })
  }

  return {
    async list(request: ApiRequest): Promise<Answer> {
      const domains = await books.domains.all(request.accountSid)
      const mappings = await books.mappings.all(request.accountSid)
      return listAnswer(request, 'domains', arraySource(domains), (domain) => domainView(domain, mappings))
    },

    async create(request: ApiRequest): Promise<Answer> {
      const { accountSid, form } = request
      const domainName = readName(given(form, 'DomainName') ?? '')
      const now = deps.clock.now()
      const row: SipDomainRow = { ...newRow(domainName), ...readRow(form, domainName), updatedAt: now }
      const domain: StoredSipDomain = { sid: newSid('SD'), accountSid, createdAt: now, row }
      await underName(domainName, () => books.domains.add(domain))
      return answer(201, await shown(domain))
    },

    fetch: async (request: ApiRequest): Promise<Answer> => answer(200, await shown(await wanted(request))),

    async update(request: ApiRequest): Promise<Answer> {
      const domain = await wanted(request)
      const asked = given(request.form, 'DomainName')
      const domainName = asked === null ? domain.row.domainName : readName(asked)
      const sent = readRow(request.form, domainName)
      const row = { ...domain.row, ...sent, domainName, updatedAt: deps.clock.now() }
      const changed = { ...domain, row }
      const save = () => books.domains.save(changed)
      await (domainName === domain.row.domainName ? save() : underName(domainName, save))
      return answer(200, await shown(changed))
    },

    /** Its mappings go first: one of a domain that is gone would keep its list from ever being deleted. The lists stay. */
    async delete(request: ApiRequest): Promise<Answer> {
      const domain = await wanted(request)
      const mappings = await books.mappings.all(domain.accountSid)
      await books.mappings.removeAll(mappings.filter(({ row }) => row.domainSid === domain.sid))
      await books.domains.remove(domain)
      return NO_CONTENT
    },
  }
}

/** @returns in lower case. @throws Refusal 21232 */
function readName(text: string): string {
  const name = text.trim().toLowerCase()
  if (!HOST_NAME.test(name)) throw refuse('invalidSipDomainName', { value: text })
  return name
}

/** What a form says of a row. @throws Refusal 21231 */
function readRow(form: ApiRequest['form'], domainName: string): Partial<SipDomainRow> {
  const { voiceStatusCallbackUrl, voiceStatusCallbackMethod, friendlyName, ...sent } = toRowNames(
    readPresent(PARAMETERS, form),
  )
  return {
    ...sent,
    ...(friendlyName !== undefined && { friendlyName: friendlyName ?? domainName }),
    ...(voiceStatusCallbackUrl !== undefined && { statusCallback: voiceStatusCallbackUrl }),
    ...(voiceStatusCallbackMethod !== undefined && { statusCallbackMethod: voiceStatusCallbackMethod }),
  }
}

const newRow = (domainName: string): Omit<SipDomainRow, 'updatedAt'> => ({
  domainName,
  friendlyName: domainName,
  apiVersion: '2010-04-01',
  voiceUrl: null,
  voiceMethod: 'POST',
  voiceFallbackUrl: null,
  voiceFallbackMethod: 'POST',
  statusCallback: null,
  statusCallbackMethod: 'POST',
  voiceCallerIdLookup: false,
  sipRegistration: false,
  secure: false,
  emergencyCallingEnabled: false,
  byocTrunkSid: null,
  emergencyCallerSid: null,
})

/** How calls are let in, as the API names it. */
const AUTH_TYPES: readonly (readonly [kind: MappingKind, name: string])[] = [
  ['call-addresses', 'IP_ACL'],
  ['call-credentials', 'CREDENTIAL_LIST'],
]

/** @param mappings of the account */
function domainView(domain: StoredSipDomain, mappings: readonly StoredMapping[]): object {
  const { sid: domainSid, accountSid, createdAt, row } = domain
  const uri = `/2010-04-01/Accounts/${accountSid}/SIP/Domains/${domainSid}`
  const kinds = new Set(mappings.filter((mapping) => mapping.row.domainSid === domainSid).map(({ row }) => row.kind))
  return {
    account_sid: accountSid,
    api_version: row.apiVersion,
    auth_type: AUTH_TYPES.filter(([kind]) => kinds.has(kind))
      .map(([, name]) => name)
      .join(','),
    byoc_trunk_sid: row.byocTrunkSid,
    date_created: formatRfc2822(createdAt),
    date_updated: formatRfc2822(row.updatedAt),
    domain_name: row.domainName,
    emergency_caller_sid: row.emergencyCallerSid,
    emergency_calling_enabled: row.emergencyCallingEnabled,
    friendly_name: row.friendlyName,
    secure: row.secure,
    sid: domainSid,
    sip_registration: row.sipRegistration,
    subresource_uris: {
      credential_list_mappings: `${uri}/CredentialListMappings.json`,
      ip_access_control_list_mappings: `${uri}/IpAccessControlListMappings.json`,
    },
    uri: `${uri}.json`,
    voice_fallback_method: row.voiceFallbackMethod,
    voice_fallback_url: row.voiceFallbackUrl,
    voice_method: row.voiceMethod,
    voice_status_callback_method: row.statusCallbackMethod,
    voice_status_callback_url: row.statusCallback,
    voice_url: row.voiceUrl,
  }
}
