/** Lists of users who may call or register, once they are mapped to a domain. Their names are unique within an account. */
import { newSid } from '../../../lib/ids.ts'
import { nameClaims } from '../../claims.ts'
import type { RestDeps } from '../../deps.ts'
import { refuse } from '../../errors.ts'
import type { SipBooks } from './books.ts'
import { listOperations } from './lists.ts'

export function credentialListOperations(deps: Pick<RestDeps, 'clock'>, books: SipBooks) {
  const claim = nameClaims()
  return listOperations(deps, books, {
    lists: books.credentialLists,
    newSid: () => newSid('CL'),
    nameCharsMax: 64,
    invalid: 'invalidCredentialList',
    mapped: 'credentialListMapped',
    path: 'CredentialLists',
    plural: 'credential_lists',
    entries: { path: 'Credentials', plural: 'credentials' },

    /** @throws Refusal 21240 when another list of the account has it */
    underName({ sid, accountSid, row: { friendlyName } }, save) {
      const taken = () => refuse('credentialListNameTaken', { value: friendlyName })
      return claim(`${accountSid}/${friendlyName}`, taken, async () => {
        const others = await books.credentialLists.all(accountSid)
        if (others.some((other) => other.sid !== sid && other.row.friendlyName === friendlyName)) throw taken()
        await save()
      })
    },

    async removeEntries({ accountSid, sid }) {
      const credentials = await books.credentials.all(accountSid)
      await books.credentials.removeAll(credentials.filter(({ row }) => row.credentialListSid === sid))
    },
  })
}
