/** Lists of addresses that calls may come from, once they are mapped to a domain. */
import { formatRfc2822 } from '../../../lib/dates.ts'
import { newSid } from '../../../lib/ids.ts'
import type { RestDeps } from '../../deps.ts'
import { refuse } from '../../errors.ts'
import { type Answer, type ApiRequest, answer, NO_CONTENT } from '../answer.ts'
import { arraySource, listAnswer } from '../paging.ts'
import { readParameters, text } from '../parameters.ts'
import type { SipBooks } from './books.ts'
import { refuseWhileMapped } from './mappings.ts'
import type { StoredAddressList } from './rows.ts'

const NAME_CHARS_MAX = 255
const INVALID = 'invalidAddressList'
const PARAMETERS = { FriendlyName: text(NAME_CHARS_MAX, INVALID) } as const

export function addressListOperations(deps: Pick<RestDeps, 'clock'>, books: SipBooks) {
  const wanted = async (request: ApiRequest): Promise<StoredAddressList> => {
    const list = await books.addressLists.find(request.accountSid, request.params.Sid ?? '')
    if (!list) throw refuse('notFound', { value: request.path })
    return list
  }

  return {
    async list(request: ApiRequest): Promise<Answer> {
      const lists = await books.addressLists.all(request.accountSid)
      return listAnswer(request, 'ip_access_control_lists', arraySource(lists), view)
    },

    async create(request: ApiRequest): Promise<Answer> {
      const now = deps.clock.now()
      const row = { friendlyName: readName(request), updatedAt: now }
      const list: StoredAddressList = { sid: newSid('AL'), accountSid: request.accountSid, createdAt: now, row }
      await books.addressLists.add(list)
      return answer(201, view(list))
    },

    fetch: async (request: ApiRequest): Promise<Answer> => answer(200, view(await wanted(request))),

    async update(request: ApiRequest): Promise<Answer> {
      const list = await wanted(request)
      const changed = { ...list, row: { friendlyName: readName(request), updatedAt: deps.clock.now() } }
      await books.addressLists.save(changed)
      return answer(200, view(changed))
    },

    /** With its addresses, which go first, as in a credential list. */
    async delete(request: ApiRequest): Promise<Answer> {
      const list = await wanted(request)
      await refuseWhileMapped(books, list, 'addressListMapped')
      const addresses = await books.addresses.all(list.accountSid)
      await books.addresses.removeAll(addresses.filter(({ row }) => row.addressListSid === list.sid))
      await books.addressLists.remove(list)
      return NO_CONTENT
    },
  }
}

function readName(request: ApiRequest): string {
  const { FriendlyName } = readParameters(PARAMETERS, request.form)
  if (FriendlyName !== null) return FriendlyName
  throw refuse(INVALID, { name: 'FriendlyName', value: '', why: `1 to ${NAME_CHARS_MAX} characters` })
}

function view({ sid, accountSid, createdAt, row }: StoredAddressList): object {
  const uri = `/2010-04-01/Accounts/${accountSid}/SIP/IpAccessControlLists/${sid}`
  return {
    account_sid: accountSid,
    date_created: formatRfc2822(createdAt),
    date_updated: formatRfc2822(row.updatedAt),
    friendly_name: row.friendlyName,
    sid,
    subresource_uris: { ip_addresses: `${uri}/IpAddresses.json` },
    uri: `${uri}.json`,
  }
}
