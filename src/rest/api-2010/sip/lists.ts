/** What lists of addresses and lists of users have in common: a name, entries that go with them, and mappings to domains. */
import { formatRfc2822 } from '../../../lib/dates.ts'
import type { RestDeps } from '../../deps.ts'
import { type ErrorName, refuse } from '../../errors.ts'
import { type Answer, type ApiRequest, answer, NO_CONTENT } from '../answer.ts'
import { arraySource, listAnswer } from '../paging.ts'
import { readParameters, text } from '../parameters.ts'
import type { SipBooks } from './books.ts'
import { refuseWhileMapped } from './mappings.ts'
import type { StoredAddressList, StoredCredentialList } from './rows.ts'

/** Of either kind: what is kept of them is the same. */
export type StoredList = StoredAddressList | StoredCredentialList

export interface ListKind {
  readonly lists: SipBooks['addressLists' | 'credentialLists']
  newSid(): string
  readonly nameCharsMax: number
  readonly invalid: ErrorName
  readonly mapped: 'addressListMapped' | 'credentialListMapped'
  /** As its path names the kind, and as an answer names several. */
  readonly path: string
  readonly plural: string
  /** The same of its entries. */
  readonly entries: { readonly path: string; readonly plural: string }
  /** Runs `save` if the list may have its name. @throws Refusal */
  underName(list: StoredList, save: () => Promise<void>): Promise<void>
  removeEntries(list: StoredList): Promise<void>
}

export function listOperations(deps: Pick<RestDeps, 'clock'>, books: SipBooks, kind: ListKind) {
  const { lists, nameCharsMax, invalid } = kind
  const parameters = { FriendlyName: text(nameCharsMax, invalid) } as const

  const wanted = async (request: ApiRequest): Promise<StoredList> => {
    const list = await lists.find(request.accountSid, request.params.Sid ?? '')
    if (!list) throw refuse('notFound', { value: request.path })
    return list
  }

  const readRow = (request: ApiRequest): StoredList['row'] => {
    const { FriendlyName } = readParameters(parameters, request.form)
    if (FriendlyName !== null) return { friendlyName: FriendlyName, updatedAt: deps.clock.now() }
    throw refuse(invalid, { name: 'FriendlyName', value: '', why: `1 to ${nameCharsMax} characters` })
  }

  const view = ({ sid, accountSid, createdAt, row }: StoredList): object => {
    const uri = `/2010-04-01/Accounts/${accountSid}/SIP/${kind.path}/${sid}`
    return {
      account_sid: accountSid,
      date_created: formatRfc2822(createdAt),
      date_updated: formatRfc2822(row.updatedAt),
      friendly_name: row.friendlyName,
      sid,
      subresource_uris: { [kind.entries.plural]: `${uri}/${kind.entries.path}.json` },
      uri: `${uri}.json`,
    }
  }

  return {
    list: async (request: ApiRequest): Promise<Answer> =>
      listAnswer(request, kind.plural, arraySource(await lists.all(request.accountSid)), view),

    async create(request: ApiRequest): Promise<Answer> {
      const row = readRow(request)
      const list: StoredList = { sid: kind.newSid(), accountSid: request.accountSid, createdAt: row.updatedAt, row }
      await kind.underName(list, () => lists.add(list))
      return answer(201, view(list))
    },

    fetch: async (request: ApiRequest): Promise<Answer> => answer(200, view(await wanted(request))),

    async update(request: ApiRequest): Promise<Answer> {
      const list = await wanted(request)
      const changed = { ...list, row: readRow(request) }
      await kind.underName(changed, () => lists.save(changed))
      return answer(200, view(changed))
    },

    /** With its entries, which go first: a crash in between leaves an empty list, not entries of none. */
    async delete(request: ApiRequest): Promise<Answer> {
      const list = await wanted(request)
      await refuseWhileMapped(books, list, kind.mapped)
      await kind.removeEntries(list)
      await lists.remove(list)
      return NO_CONTENT
    },
  }
}
