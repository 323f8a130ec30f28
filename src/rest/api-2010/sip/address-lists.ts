/** Lists of addresses that calls may come from, once they are mapped to a domain. */
import { newSid } from '../../../lib/ids.ts'
import type { RestDeps } from '../../deps.ts'
import type { SipBooks } from './books.ts'
import { listOperations } from './lists.ts'

export function addressListOperations(deps: Pick<RestDeps, 'clock'>, books: SipBooks) {
  return listOperations(deps, books, {
    lists: books.addressLists,
    newSid: () => newSid('AL'),
    nameCharsMax: 255,
    invalid: 'invalidAddressList',
    mapped: 'addressListMapped',
    path: 'IpAccessControlLists',
    plural: 'ip_access_control_lists',
    entries: { path: 'IpAddresses', plural: 'ip_addresses' },
    /** Several may have the same. */
    underName: (_list, save) => save(),

    async removeEntries({ accountSid, sid }) {
      const addresses = await books.addresses.all(accountSid)
      await books.addresses.removeAll(addresses.filter(({ row }) => row.addressListSid === sid))
    },
  })
}
