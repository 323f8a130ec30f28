/**
 * Users of a credential list. A password is taken, hashed with the platform's realm and forgotten: no answer, error, record or row
 * has it.
 */
import { formatRfc2822 } from '../../../lib/dates.ts'
import { newSid } from '../../../lib/ids.ts'
import { userHash } from '../../../wire/sip/digest.ts'
import { nameClaims } from '../../claims.ts'
import type { RestDeps, SipRestDeps } from '../../deps.ts'
import { refuse } from '../../errors.ts'
import { type Answer, type ApiRequest, answer, NO_CONTENT } from '../answer.ts'
import { arraySource, listAnswer } from '../paging.ts'
import { given } from '../parameters.ts'
import type { SipBooks } from './books.ts'
import type { CredentialRow, StoredCredential, StoredCredentialList } from './rows.ts'

const CREDENTIALS_MAX = 1000
/** Printable, without what ends a user's name in a digest or its header field. */
const USERNAME = /^[!#-9;-[\]-~]{1,32}$/
const PASSWORD_CHARS = { min: 12, max: 128 } as const

export function credentialOperations(
  deps: Pick<RestDeps, 'clock'>,
  { realm }: Pick<SipRestDeps, 'realm'>,
  books: SipBooks,
) {
  const claim = nameClaims()

  const wantedList = async (request: ApiRequest): Promise<StoredCredentialList> => {
    const list = await books.credentialLists.find(request.accountSid, request.params.ListSid ?? '')
    if (!list) throw refuse('notFound', { value: request.path })
    return list
  }

  const ofList = async (list: StoredCredentialList): Promise<readonly StoredCredential[]> =>
    (await books.credentials.all(list.accountSid)).filter(({ row }) => row.credentialListSid === list.sid)

  const wanted = async (request: ApiRequest): Promise<StoredCredential> => {
    const list = await wantedList(request)
    const credential = await books.credentials.find(list.accountSid, request.params.Sid ?? '')
    if (credential?.row.credentialListSid !== list.sid) throw refuse('notFound', { value: request.path })
    return credential
  }

  const hashesOf = (username: string, password: string): CredentialRow['hashes'] => ({
    md5: userHash('MD5', username, realm, password),
    sha256: userHash('SHA-256', username, realm, password),
  })

  return {
    list: async (request: ApiRequest): Promise<Answer> =>
      listAnswer(request, 'credentials', arraySource(await ofList(await wantedList(request))), view),

    async create(request: ApiRequest): Promise<Answer> {
      const list = await wantedList(request)
      const { accountSid } = list
      const username = readUsername(given(request.form, 'Username'))
      const hashes = hashesOf(username, readPassword(given(request.form, 'Password') ?? ''))
      const now = deps.clock.now()
      const row: CredentialRow = { credentialListSid: list.sid, username, hashes, updatedAt: now }
      const credential: StoredCredential = { sid: newSid('CR'), accountSid, createdAt: now, row }
      const taken = () => refuse('sipUsernameTaken', { value: username })
      await claim(`${list.sid}/${username}`, taken, async () => {
        const others = await ofList(list)
        if (others.some((other) => other.row.username === username)) throw taken()
        if (others.length >= CREDENTIALS_MAX) throw refuse('tooManyCredentials', { value: String(others.length) })
        await books.credentials.add(credential)
      })
      return answer(201, view(credential))
    },

    fetch: async (request: ApiRequest): Promise<Answer> => answer(200, view(await wanted(request))),

    /** A new password; a user's name does not change. */
    async update(request: ApiRequest): Promise<Answer> {
      const credential = await wanted(request)
      const password = given(request.form, 'Password')
      if (password === null) return answer(200, view(credential))
      const hashes = hashesOf(credential.row.username, readPassword(password))
      const changed = { ...credential, row: { ...credential.row, hashes, updatedAt: deps.clock.now() } }
      await books.credentials.save(changed)
      return answer(200, view(changed))
    },

    async delete(request: ApiRequest): Promise<Answer> {
      await books.credentials.remove(await wanted(request))
      return NO_CONTENT
    },
  }
}

function readUsername(username: string | null): string {
  if (username !== null && USERNAME.test(username)) return username
  const why = '1 to 32 printable characters, without space, colon, quote and backslash'
  throw refuse('invalidCredential', { name: 'Username', why })
}

function readPassword(password: string): string {
  const { min, max } = PASSWORD_CHARS
  const isLong = password.length >= min && password.length <= max
  const isMixed = /\d/.test(password) && /\p{Ll}/u.test(password) && /\p{Lu}/u.test(password)
  if (isLong && isMixed && !/\p{Cc}/u.test(password)) return password
  const why = `${min} to ${max} characters, with a digit, a lower-case and an upper-case letter`
  throw refuse('invalidCredential', { name: 'Password', why })
}

function view({ sid, accountSid, createdAt, row }: StoredCredential): object {
  const list = `/2010-04-01/Accounts/${accountSid}/SIP/CredentialLists/${row.credentialListSid}`
  return {
    account_sid: accountSid,
    credential_list_sid: row.credentialListSid,
    date_created: formatRfc2822(createdAt),
    date_updated: formatRfc2822(row.updatedAt),
    sid,
    uri: `${list}/Credentials/${sid}.json`,
    username: row.username,
  }
}
