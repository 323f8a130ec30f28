/**
 * What a fresh data folder gets: an account with its token, kept in `credentials.json` beside the journal, and one
 * number to call from. Later starts find them; settings override the credentials.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Store, Write } from '../journal/store.ts'
import { type AccountSid, type Instant, isSid, newSid, randomHex32 } from '../lib/ids.ts'
import { newNumber } from '../rest/api-2010/number-row.ts'
import type { AccountRow } from '../rest/api-2010/rows.ts'
import { type Config, ConfigError } from './config.ts'

export interface Credentials {
  readonly accountSid: AccountSid
  readonly authToken: string
}

/** Provisioned at first start: a number every fresh installation owns. */
export const FIRST_NUMBER = '+15005550006'

/**
 * Settings first, then the data folder's file, else new ones, which are written there for the owner alone to read.
 * @throws ConfigError when the file is broken: an account with an empty token would be open to everybody.
 */
export function readCredentials(config: Pick<Config, 'data' | 'accountSid' | 'authToken'>): Credentials {
  mkdirSync(config.data, { recursive: true })
  const path = join(config.data, 'credentials.json')
  const kept = existsSync(path) ? parseKept(path) : null
  const made = kept ?? { accountSid: newSid('AC'), authToken: randomHex32() }
  if (!kept && (config.accountSid === null || config.authToken === null))
    writeFileSync(path, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 })
  const accountSid = config.accountSid ?? made.accountSid
  const authToken = config.authToken ?? made.authToken
  if (typeof accountSid !== 'string' || !isSid('AC', accountSid))
    throw new ConfigError(`${path}: accountSid ${JSON.stringify(accountSid)} is not an account SID`)
  if (typeof authToken !== 'string' || authToken === '')
    throw new ConfigError(`${path}: there is no authToken. Put it back, or delete the file to get a new account.`)
  return { accountSid, authToken }
}

function parseKept(path: string): Partial<Credentials> {
  const text = readFileSync(path, 'utf8')
  try {
    return JSON.parse(text) as Partial<Credentials>
  } catch {
    throw new ConfigError(`${path} is not JSON. Mend it, or delete it to get a new account.`)
  }
}

/** The key that seals secrets in the store: the setting, else the data folder's file, made for its owner alone to read. */
export function readSecretsKey({ data, secretsKey }: Pick<Config, 'data' | 'secretsKey'>): string {
  if (secretsKey !== null) return secretsKey
  const path = join(data, 'secrets.key')
  if (existsSync(path)) return readFileSync(path, 'utf8').trim()
  const key = randomHex32() + randomHex32()
  writeFileSync(path, `${key}\n`, { mode: 0o600, flag: 'wx' })
  return key
}

/** Brings the store in line with the credentials, and gives a fresh account its number. */
export async function provision(store: Store, { accountSid, authToken }: Credentials, now: Instant): Promise<void> {
  const kept = await store.resource('account', accountSid)
  const row = kept?.row as AccountRow | undefined
  if (row?.authToken === authToken) return
  const account: AccountRow = {
    friendlyName: row?.friendlyName ?? 'Ringback',
    status: row?.status ?? 'active',
    type: 'Full',
    ownerAccountSid: accountSid,
    authToken,
    updatedAt: now,
  }
  const writes: Write[] = [
    {
      kind: 'resource',
      resource: { type: 'account', sid: accountSid, accountSid, createdAt: kept?.createdAt ?? now, row: account },
    },
  ]
  if (!kept)
    writes.push({
      kind: 'resource',
      resource: { type: 'number', ...newNumber({ accountSid, phoneNumber: FIRST_NUMBER, now }) },
    })
  await store.append(writes)
}
