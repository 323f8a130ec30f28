/** Lists of users who may call or register, once they are mapped to a domain. Their names are unique within an account. */
import { formatRfc2822 } from '../../../lib/dates.ts'
import { newSid } from '../../../lib/ids.ts'
import { nameClaims } from '../../claims.ts'
import type { RestDeps } from '../../deps.ts'
import { refuse } from '../../errors.ts'
import { type Answer, type ApiRequest, answer, NO_CONTENT } from '../answer.ts'
import { arraySource, listAnswer } from '../paging.ts'
import { readParameters, text } from '../parameters.ts'
import type { SipBooks } from './books.ts'
import { refuseWhileMapped } from './mappings.ts'
import type { StoredCredentialList } from './rows.ts'

const NAME_CHARS_MAX = 64
const INVALID = 'invalidCredentialList'
const PARAMETERS = { FriendlyName: text(NAME_CHARS_MAX, INVALID) } as const

export function credentialListOperations(deps: Pick<RestDeps, 'clock'>, books: SipBooks) {
  const claim = nameClaims()

  const wanted = async (request: ApiRequest): Promise<StoredCredentialList> => {
    const list = await books.credentialLists.find(request.accountSid, request.params.Sid ?? '')
    if (!list) throw refuse('notFound', { value: request.path })
    return list
  }

  /** Saves under a name that no other list of the account has. @throws Refusal 21240 */
  const underName = (list: StoredCredentialList, save: () => Promise<void>): Promise<void> => {
    const { sid, accountSid, row } = list
    const taken = () => refuse('credentialListNameTaken', { value: row.friendlyName })
    return claim(`${accountSid}/${row.friendlyName}`, taken, async () => {
      const others = await books.credentialLists.all(accountSid)
      if (others.some((other) => other.sid !== sid && other.row.friendlyName === row.friendlyName)) throw taken()
      await save()
    })
  }

  return {
    list: async (request: ApiRequest): Promise<Answer> =>
      listAnswer(request, 'credential_lists', arraySource(await books.credentialLists.all(request.accountSid)), view),

    async create(request: ApiRequest): Promise<Answer> {
      const friendlyName = readName(request)
      const now = deps.clock.now()
      const row = { friendlyName, updatedAt: now }
      const list: StoredCredentialList = { sid: newSid('CL'), accountSid: request.accountSid, createdAt: now, row }
      await underName(list, () => books.credentialLists.add(list))
      return answer(201, view(list))
    },

    fetch: async (request: ApiRequest): Promise<Answer> => answer(200, view(await wanted(request))),

    async update(request: ApiRequest): Promise<Answer> {
      const list = await wanted(request)
      const changed = { ...list, row: { friendlyName: readName(request), updatedAt: deps.clock.now() } }
      await underName(changed, () => books.credentialLists.save(changed))
      return answer(200, view(changed))
    },

    /** With its credentials, which go first: a crash in between leaves an empty list, not credentials of none. */
    async delete(request: ApiRequest): Promise<Answer> {
      const list = await wanted(request)
      await refuseWhileMapped(books, list, 'credentialListMapped')
      const credentials = await books.credentials.all(list.accountSid)
      await books.credentials.removeAll(credentials.filter(({ row }) => row.credentialListSid === list.sid))
      await books.credentialLists.remove(list)
      return NO_CONTENT
    },
  }
}

function readName(request: ApiRequest): string {
  const { FriendlyName } = readParameters(PARAMETERS, request.form)
  if (FriendlyName !== null) return FriendlyName
  throw refuse(INVALID, { name: 'FriendlyName', value: '', why: `1 to ${NAME_CHARS_MAX} characters` })
}

function view({ sid, accountSid, createdAt, row }: StoredCredentialList): object {
  const uri = `/2010-04-01/Accounts/${accountSid}/SIP/CredentialLists/${sid}`
  return {
    account_sid: accountSid,
    date_created: formatRfc2822(createdAt),
    date_updated: formatRfc2822(row.updatedAt),
    friendly_name: row.friendlyName,
    sid,
    subresource_uris: { credentials: `${uri}/Credentials.json` },
    uri: `${uri}.json`,
  }
}
