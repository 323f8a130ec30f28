/**
 * Which lists say who may call a domain, and who may register there. A mapping is named by the SID of its list. The paths without
 * `Auth` are older names of those for calls, and show a little more.
 */
import { formatRfc2822 } from '../../../lib/dates.ts'
import type { RestDeps } from '../../deps.ts'
import { refuse } from '../../errors.ts'
import { type Answer, type ApiRequest, answer, NO_CONTENT } from '../answer.ts'
import { arraySource, listAnswer } from '../paging.ts'
import { given } from '../parameters.ts'
import type { SipBooks } from './books.ts'
import { type MappingKind, mappingSid, type StoredMapping, type StoredSipDomain } from './rows.ts'

/** Of one kind, to one domain. */
const MAPPINGS_MAX = 100

interface Kind {
  readonly books: 'credentialLists' | 'addressLists'
  readonly parameter: string
  /** Where the older paths list them, and what they call them. */
  readonly path: string
  readonly plural: string
}

const CREDENTIALS: Kind = {
  books: 'credentialLists',
  parameter: 'CredentialListSid',
  path: 'CredentialListMappings',
  plural: 'credential_list_mappings',
}

const KINDS: Readonly<Record<MappingKind, Kind>> = {
  'call-credentials': CREDENTIALS,
  'registration-credentials': CREDENTIALS,
  'call-addresses': {
    books: 'addressLists',
    parameter: 'IpAccessControlListSid',
    path: 'IpAccessControlListMappings',
    plural: 'ip_access_control_list_mappings',
  },
}

/** A mapping as it is shown: by the SID and the name of its list. */
interface Shown {
  readonly sid: string
  readonly friendlyName: string
  readonly mapping: StoredMapping
}

/** @param older of the paths without `Auth` */
export function mappingOperations(deps: Pick<RestDeps, 'clock'>, books: SipBooks, kind: MappingKind, older: boolean) {
  const { parameter, path, plural, books: listBooks } = KINDS[kind]
  const lists = books[listBooks]

  const wantedDomain = async (request: ApiRequest): Promise<StoredSipDomain> => {
    const domain = await books.domains.find(request.accountSid, request.params.DomainSid ?? '')
    if (!domain) throw refuse('notFound', { value: request.path })
    return domain
  }

  const mappingsOf = async (domain: StoredSipDomain): Promise<readonly StoredMapping[]> =>
    (await books.mappings.all(domain.accountSid)).filter(({ row }) => row.domainSid === domain.sid && row.kind === kind)

  /** Null for a mapping whose list was deleted at the same moment. */
  const toShown = async (mapping: StoredMapping): Promise<Shown | null> => {
    const list = await lists.find(mapping.accountSid, mapping.row.listSid)
    return list && { sid: list.sid, friendlyName: list.row.friendlyName, mapping }
  }

  const wanted = async (request: ApiRequest): Promise<Shown> => {
    const domain = await wantedDomain(request)
    const row = { kind, domainSid: domain.sid, listSid: request.params.Sid ?? '' }
    const mapping = await books.mappings.find(domain.accountSid, mappingSid(row))
    const found = mapping && (await toShown(mapping))
    if (!found) throw refuse('notFound', { value: request.path })
    return found
  }

  const view = ({ sid, friendlyName, mapping: { accountSid, createdAt, row } }: Shown): object => ({
    account_sid: accountSid,
    date_created: formatRfc2822(createdAt),
    date_updated: formatRfc2822(createdAt),
    ...(older && { domain_sid: row.domainSid }),
    friendly_name: friendlyName,
    sid,
    ...(older && { uri: `/2010-04-01/Accounts/${accountSid}/SIP/Domains/${row.domainSid}/${path}/${sid}.json` }),
  })

  return {
    async list(request: ApiRequest): Promise<Answer> {
      const mappings = await mappingsOf(await wantedDomain(request))
      const found = (await Promise.all(mappings.map(toShown))).filter((one) => one !== null)
      return listAnswer(request, older ? plural : 'contents', arraySource(found), view)
    },

    async create(request: ApiRequest): Promise<Answer> {
      const domain = await wantedDomain(request)
      const { accountSid } = domain
      const listSid = given(request.form, parameter) ?? ''
      const list = await lists.find(accountSid, listSid)
      if (!list)
        throw refuse('invalidSipDomain', { name: parameter, value: listSid, why: 'the SID of a list of the account' })
      const there = await mappingsOf(domain)
      if (there.some(({ row }) => row.listSid === listSid)) throw refuse('sipListAlreadyMapped', { value: listSid })
      if (there.length >= MAPPINGS_MAX)
        throw refuse('conflict', { why: `The domain already has ${MAPPINGS_MAX} lists of this kind` })
      const row = { kind, domainSid: domain.sid, listSid }
      const mapping: StoredMapping = { sid: mappingSid(row), accountSid, createdAt: deps.clock.now(), row }
      await books.mappings.add(mapping)
      return answer(201, view({ sid: listSid, friendlyName: list.row.friendlyName, mapping }))
    },

    fetch: async (request: ApiRequest): Promise<Answer> => answer(200, view(await wanted(request))),

    async delete(request: ApiRequest): Promise<Answer> {
      await books.mappings.remove((await wanted(request)).mapping)
      return NO_CONTENT
    },
  }
}

/** @throws Refusal `error` while a list is mapped to some domain: it would be open, or closed, to others than was meant */
export async function refuseWhileMapped(
  books: SipBooks,
  list: Pick<StoredMapping, 'accountSid' | 'sid'>,
  error: 'credentialListMapped' | 'addressListMapped',
): Promise<void> {
  const mappings = await books.mappings.all(list.accountSid)
  if (mappings.some(({ row }) => row.listSid === list.sid)) throw refuse(error, { value: list.sid })
}
