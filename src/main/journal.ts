/** The journal and the courier: whatever is asked of an app goes out by the courier alone, and is recorded. */
import { Courier } from '../journal/courier.ts'
import type { HttpTransport } from '../journal/http-transport.ts'
import { Journal } from '../journal/journal.ts'
import type { Store } from '../journal/store.ts'
import { assert } from '../lib/assert.ts'
import type { Clock } from '../lib/clock.ts'
import type { AccountSid } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import type { AccountRow } from '../rest/api-2010/rows.ts'

export interface JournalParts {
  readonly journal: Journal
  readonly courier: Courier
  /** The token that signs an account's requests. */
  readonly authTokenOf: (accountSid: AccountSid) => string | Promise<string>
}

export function createJournal(deps: {
  readonly store: Store
  readonly transport: HttpTransport
  readonly clock: Clock
  readonly logger: Logger
  /** Called when nothing can be recorded any more; without it the process ends. */
  readonly onFatal: ((error: Error) => void) | undefined
}): JournalParts {
  const { store, transport, clock, logger, onFatal = endProcess(logger) } = deps
  const journal = new Journal({ store, clock, logger, onFatal })
  const authTokenOf = accountTokens(store)
  return { journal, courier: new Courier({ journal, transport, clock, authTokenOf, logger }), authTokenOf }
}

/** Nothing changes a token while the platform runs, so each is read once. */
function accountTokens(store: Store): JournalParts['authTokenOf'] {
  const tokens = new Map<AccountSid, string>()
  const read = async (accountSid: AccountSid) => {
    const account = await store.resource('account', accountSid)
    assert(account, `no account ${accountSid}`)
    const { authToken } = account.row as AccountRow
    tokens.set(accountSid, authToken)
    return authToken
  }
  return (accountSid) => tokens.get(accountSid) ?? read(accountSid)
}

/** Going on without the journal would make requests that nobody recorded. */
function endProcess(logger: Logger): (error: Error) => void {
  return (error) => {
    logger.error({ err: error }, 'the journal cannot be written; the platform ends')
    process.exit(1)
  }
}
