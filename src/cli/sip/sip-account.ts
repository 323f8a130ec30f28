/** The SIP resources of an account, as commands use them: domains, their lists and the users in these. */
import { ask, type Client, CommandError, postForm } from '../client.ts'

export interface Domain {
  readonly sid: string
  readonly domain_name: string
  readonly sip_registration: boolean
}

export interface CredentialList {
  readonly sid: string
  readonly friendly_name: string
}

export interface Credential {
  readonly sid: string
  readonly username: string
}

/** Of the lists of one domain. */
export interface Mapped {
  readonly registrations: readonly CredentialList[]
  readonly calls: readonly CredentialList[]
  readonly addresses: readonly { readonly sid: string }[]
}

const PAGES_MAX = 20

/** All of a list. @param key of the array in each page */
async function all<T>(client: Client, path: string, key: string): Promise<readonly T[]> {
  const found: T[] = []
  let next: string | null = `/2010-04-01/Accounts/${client.accountSid}/SIP/${path}.json?PageSize=1000`
  for (let page = 0; next !== null && page < PAGES_MAX; page++) {
    const body: Record<string, unknown> = await ask(client, 'GET', next)
    found.push(...(body[key] as readonly T[]))
    next = body.next_page_uri as string | null
  }
  return found
}

const create = <T>(client: Client, path: string, form: Readonly<Record<string, string>>): Promise<T> =>
  postForm<T>(client, `SIP/${path}.json`, form)

export const domains = (client: Client) => all<Domain>(client, 'Domains', 'domains')

/** The one that is named, else the only one; null when there is none. @throws CommandError when there are several */
export async function findDomain(client: Client, name: string | undefined): Promise<Domain | null> {
  const there = await domains(client)
  if (name !== undefined) return there.find(({ domain_name }) => domain_name === name.toLowerCase()) ?? null
  if (there.length <= 1) return there[0] ?? null
  const names = there.map(({ domain_name }) => domain_name).join(', ')
  throw new CommandError(`There are several SIP domains: ${names}. Say which one with --domain.`)
}

export const createDomain = (client: Client, name: string) =>
  create<Domain>(client, 'Domains', { DomainName: name, SipRegistration: 'true' })

export const allowRegistration = ({ sid }: Domain, client: Client) =>
  create<Domain>(client, `Domains/${sid}`, { SipRegistration: 'true' })

export async function mappedLists(client: Client, { sid }: Domain): Promise<Mapped> {
  const mapped = (path: string) => all<CredentialList>(client, `Domains/${sid}/Auth/${path}`, 'contents')
  const [registrations, calls, addresses] = await Promise.all([
    mapped('Registrations/CredentialListMappings'),
    mapped('Calls/CredentialListMappings'),
    mapped('Calls/IpAccessControlListMappings'),
  ])
  return { registrations, calls, addresses }
}

export const mapList = (client: Client, { sid }: Domain, what: 'Registrations' | 'Calls', list: CredentialList) =>
  create(client, `Domains/${sid}/Auth/${what}/CredentialListMappings`, { CredentialListSid: list.sid })

/** One of that name is there from before, or made. */
export async function listNamed(client: Client, name: string): Promise<CredentialList> {
  const there = await all<CredentialList>(client, 'CredentialLists', 'credential_lists')
  const found = there.find(({ friendly_name }) => friendly_name === name)
  return found ?? create<CredentialList>(client, 'CredentialLists', { FriendlyName: name })
}

export const usersOf = (client: Client, { sid }: CredentialList) =>
  all<Credential>(client, `CredentialLists/${sid}/Credentials`, 'credentials')

export const createUser = (client: Client, { sid }: CredentialList, username: string, password: string) =>
  create<Credential>(client, `CredentialLists/${sid}/Credentials`, { Username: username, Password: password })

export const deleteUser = (client: Client, { sid }: CredentialList, user: Credential) =>
  ask<null>(
    client,
    'DELETE',
    `/2010-04-01/Accounts/${client.accountSid}/SIP/CredentialLists/${sid}/Credentials/${user.sid}.json`,
  )
