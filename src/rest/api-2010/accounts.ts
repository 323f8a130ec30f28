/** Accounts: fetch only. Accounts are made by provisioning, not through this API. */
import { formatRfc2822 } from '../../lib/dates.ts'
import { type Answer, type ApiRequest, answer } from './answer.ts'
import type { StoredAccount } from './rows.ts'

/** Account-level lists by the names the reference gives them; only those that exist here. */
const SUBRESOURCES = {
  applications: 'Applications',
  calls: 'Calls',
  incoming_phone_numbers: 'IncomingPhoneNumbers',
  keys: 'Keys',
  notifications: 'Notifications',
  recordings: 'Recordings',
} as const

export const accountOperations = {
  fetch: async (request: ApiRequest): Promise<Answer> => answer(200, accountView(request.account)),
}

function accountView(account: StoredAccount): object {
  const { sid, createdAt, row } = account
  const base = `/2010-04-01/Accounts/${sid}`
  return {
    auth_token: row.authToken,
    date_created: formatRfc2822(createdAt),
    date_updated: formatRfc2822(row.updatedAt),
    friendly_name: row.friendlyName,
    owner_account_sid: row.ownerAccountSid,
    sid,
    status: row.status,
    subresource_uris: Object.fromEntries(
      Object.entries(SUBRESOURCES).map(([name, path]) => [name, `${base}/${path}.json`]),
    ),
    type: row.type,
    uri: `${base}.json`,
  }
}
