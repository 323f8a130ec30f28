/** Addresses of an address list: one, or the range that its first bits are the same in. IPv6 besides what the reference takes. */
import { formatRfc2822 } from '../../../lib/dates.ts'
import { newSid } from '../../../lib/ids.ts'
import type { RestDeps } from '../../deps.ts'
import { refuse } from '../../errors.ts'
import { ADDRESS_BITS, addressKind } from '../../ip-range.ts'
import { type Answer, type ApiRequest, answer, NO_CONTENT } from '../answer.ts'
import { arraySource, listAnswer } from '../paging.ts'
import { type Field, integer, readPresent, text } from '../parameters.ts'
import type { SipBooks } from './books.ts'
import type { AddressRow, StoredAddress, StoredAddressList } from './rows.ts'

const ADDRESSES_MAX = 100
const NAME_CHARS_MAX = 255
const INVALID = 'invalidAddress'

const address: Field<string | null> = {
  absent: null,
  read([value = ''], name) {
    if (value === '' || addressKind(value)) return value || null
    throw refuse(INVALID, { name, value, why: 'an IPv4 or IPv6 address' })
  },
}

const PARAMETERS = {
  FriendlyName: text(NAME_CHARS_MAX, INVALID),
  IpAddress: address,
  // 0 would be everybody, and is how some write "not set".
  CidrPrefixLength: integer({ min: 1, max: ADDRESS_BITS.ipv6 }, null, INVALID),
} as const

export function addressOperations(deps: Pick<RestDeps, 'clock'>, books: SipBooks) {
  const wantedList = async (request: ApiRequest): Promise<StoredAddressList> => {
    const list = await books.addressLists.find(request.accountSid, request.params.ListSid ?? '')
    if (!list) throw refuse('notFound', { value: request.path })
    return list
  }

  const ofList = async (list: StoredAddressList): Promise<readonly StoredAddress[]> =>
    (await books.addresses.all(list.accountSid)).filter(({ row }) => row.addressListSid === list.sid)

  const wanted = async (request: ApiRequest): Promise<StoredAddress> => {
    const list = await wantedList(request)
    const found = await books.addresses.find(list.accountSid, request.params.Sid ?? '')
    if (found?.row.addressListSid !== list.sid) throw refuse('notFound', { value: request.path })
    return found
  }

  return {
    list: async (request: ApiRequest): Promise<Answer> =>
      listAnswer(request, 'ip_addresses', arraySource(await ofList(await wantedList(request))), view),

    async create(request: ApiRequest): Promise<Answer> {
      const list = await wantedList(request)
      const { accountSid } = list
      const now = deps.clock.now()
      const row: AddressRow = { addressListSid: list.sid, ...readAddress(request, null), updatedAt: now }
      const { length } = await ofList(list)
      if (length >= ADDRESSES_MAX) throw refuse('tooManyAddresses', { value: String(length) })
      const stored: StoredAddress = { sid: newSid('IP'), accountSid, createdAt: now, row }
      await books.addresses.add(stored)
      return answer(201, view(stored))
    },

    fetch: async (request: ApiRequest): Promise<Answer> => answer(200, view(await wanted(request))),

    async update(request: ApiRequest): Promise<Answer> {
      const stored = await wanted(request)
      const row = { ...stored.row, ...readAddress(request, stored.row), updatedAt: deps.clock.now() }
      const changed = { ...stored, row }
      await books.addresses.save(changed)
      return answer(200, view(changed))
    },

    async delete(request: ApiRequest): Promise<Answer> {
      await books.addresses.remove(await wanted(request))
      return NO_CONTENT
    },
  }
}

/** What a form says, over what was there. @throws Refusal 21238 */
function readAddress(
  { form }: ApiRequest,
  before: AddressRow | null,
): Pick<AddressRow, 'friendlyName' | 'ipAddress' | 'cidrPrefixLength'> {
  const sent = readPresent(PARAMETERS, form)
  const friendlyName = sent.FriendlyName ?? before?.friendlyName
  if (friendlyName === undefined)
    throw refuse(INVALID, { name: 'FriendlyName', value: '', why: `1 to ${NAME_CHARS_MAX} characters` })
  const ipAddress = sent.IpAddress ?? before?.ipAddress
  const kind = ipAddress === undefined ? null : addressKind(ipAddress)
  if (ipAddress === undefined || kind === null)
    throw refuse(INVALID, { name: 'IpAddress', value: ipAddress ?? '', why: 'an IPv4 or IPv6 address' })
  const bitsMax = ADDRESS_BITS[kind]
  // Another address is a whole one again, unless its range is given with it.
  const kept = sent.IpAddress === undefined ? before?.cidrPrefixLength : undefined
  const cidrPrefixLength = sent.CidrPrefixLength ?? kept ?? bitsMax
  if (cidrPrefixLength > bitsMax) {
    const why = `a whole number from 1 to ${bitsMax}`
    throw refuse(INVALID, { name: 'CidrPrefixLength', value: String(cidrPrefixLength), why })
  }
  return { friendlyName, ipAddress, cidrPrefixLength }
}

function view({ sid, accountSid, createdAt, row }: StoredAddress): object {
  const list = `/2010-04-01/Accounts/${accountSid}/SIP/IpAccessControlLists/${row.addressListSid}`
  return {
    account_sid: accountSid,
    cidr_prefix_length: row.cidrPrefixLength,
    date_created: formatRfc2822(createdAt),
    date_updated: formatRfc2822(row.updatedAt),
    friendly_name: row.friendlyName,
    ip_access_control_list_sid: row.addressListSid,
    ip_address: row.ipAddress,
    sid,
    uri: `${list}/IpAddresses/${sid}.json`,
  }
}
