/**
 * `ringback sip user …`: the short way to a phone that may register and call. What is missing is made: a domain, a list of users, and
 * their mappings; what is there is used.
 */
import type { Config } from '../../main/config.ts'
import { type Client, CommandError, needServer } from '../client.ts'
import { madeUpPassword } from './made-up-password.ts'
import { contactLine, listeners, registrations } from './registrations.ts'
import {
  allowRegistration,
  type Credential,
  type CredentialList,
  createDomain,
  createUser,
  type Domain,
  deleteUser,
  domains,
  findDomain,
  listNamed,
  type Mapped,
  mapList,
  mappedLists,
  usersOf,
} from './sip-account.ts'
import { userLines } from './user-text.ts'

/** Of those who have no name for one: never a name of the internet's. */
const FIRST_DOMAIN = 'ringback.internal'
const LIST_NAME_CHARS_MAX = 64

export async function addUser(
  name: string,
  { domain: wanted, password = madeUpPassword() }: { readonly domain?: string; readonly password?: string },
  config: Config,
): Promise<void> {
  const client = await needServer(config)
  const notes: string[] = []
  const domain = await openDomain(client, wanted, notes)
  const mapped = await mappedLists(client, domain)
  for (const { user } of await usersIn(client, mapped))
    if (user.username === name)
      throw new CommandError(
        `${name} is in ${domain.domain_name} already. For a new password: \`ringback sip user remove ${name}\`, then add it again.`,
      )
  const list =
    mapped.registrations[0] ??
    (await listNamed(client, `Phones of ${domain.domain_name}`.slice(0, LIST_NAME_CHARS_MAX)))
  await createUser(client, list, name, password)
  await mapFor(client, domain, list, mapped, notes)
  const at = await listeners(client)
  print(userLines({ name, password, domain: domain.domain_name, listeners: at, notes }))
}

/** The domain, made if need be, that takes registrations. */
async function openDomain(client: Client, wanted: string | undefined, notes: string[]): Promise<Domain> {
  const found = await findDomain(client, wanted)
  const name = found?.domain_name ?? wanted ?? FIRST_DOMAIN
  if (!found) notes.push(`The domain ${name} was made: what its calls run is its VoiceUrl (docs/sip.md).`)
  if (!found) return createDomain(client, name)
  if (found.sip_registration) return found
  notes.push(`The domain ${name} takes registrations now.`)
  return allowRegistration(found, client)
}

/** Lets the users of a list register, and call where that does not ask more of others than before. */
async function mapFor(
  client: Client,
  domain: Domain,
  list: CredentialList,
  mapped: Mapped,
  notes: string[],
): Promise<void> {
  const isIn = (lists: readonly CredentialList[]) => lists.some(({ sid }) => sid === list.sid)
  if (!isIn(mapped.registrations)) await mapList(client, domain, 'Registrations', list)
  if (isIn(mapped.calls)) return
  if (mapped.addresses.length > 0 && mapped.calls.length === 0)
    notes.push(`Calls to ${domain.domain_name} are let in by their addresses, without a password: that stays so.`)
  else await mapList(client, domain, 'Calls', list)
}

export async function listUsers({ domain: wanted }: { readonly domain?: string }, config: Config): Promise<void> {
  const client = await needServer(config)
  const shown = wanted === undefined ? await domains(client) : [await needDomain(client, wanted)]
  // Without SIP nobody can be registered.
  const registered = (await listeners(client)).length > 0 ? await registrations(client) : new Map<string, never>()
  if (shown.length === 0) print(['There are no SIP domains. Begin with a user:  ringback sip user add alice'])
  for (const domain of shown) {
    const { domain_name } = domain
    const users = await usersIn(client, await mappedLists(client, domain))
    const names = [...new Set(users.map(({ user }) => user.username))].sort()
    const width = Math.max(...names.map(({ length }) => length))
    const rows = names.map((name) => {
      const contacts = registered.get(`sip:${name}@${domain_name}`) ?? []
      return `  ${name.padEnd(width)}  ${contacts.map(contactLine).join('; ') || 'not registered'}`
    })
    print([domain_name, ...(rows.length > 0 ? rows : ['  nobody'])])
  }
}

export async function removeUser(
  name: string,
  { domain: wanted }: { readonly domain?: string },
  config: Config,
): Promise<void> {
  const client = await needServer(config)
  const domain = await needDomain(client, wanted)
  const users = await usersIn(client, await mappedLists(client, domain))
  const theirs = users.filter(({ user }) => user.username === name)
  if (theirs.length === 0) throw new CommandError(`There is no user ${name} in ${domain.domain_name}.`)
  for (const { list, user } of theirs) await deleteUser(client, list, user)
  print([`${name} may register no more in ${domain.domain_name}.`])
}

async function needDomain(client: Client, wanted: string | undefined): Promise<Domain> {
  const domain = await findDomain(client, wanted)
  if (domain) return domain
  throw new CommandError(wanted === undefined ? 'There are no SIP domains.' : `There is no SIP domain ${wanted}.`)
}

/** Of all lists that are mapped to a domain, each list once. */
async function usersIn(
  client: Client,
  { registrations, calls }: Mapped,
): Promise<readonly { readonly list: CredentialList; readonly user: Credential }[]> {
  const lists = new Map([...registrations, ...calls].map((list) => [list.sid, list]))
  const found: { list: CredentialList; user: Credential }[] = []
  for (const list of lists.values()) for (const user of await usersOf(client, list)) found.push({ list, user })
  return found
}

function print(lines: readonly string[]): void {
  process.stdout.write(`\n${lines.map((line) => (line === '' ? '\n' : `  ${line}\n`)).join('')}`)
}
