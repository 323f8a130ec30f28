/** What a resource is handed and what it gives back. The body is text: exactly these bytes go out and are recorded. */
import type { AccountSid } from '../../lib/ids.ts'
import type { Form } from '../form.ts'
import type { StoredAccount } from './rows.ts'

export interface ApiRequest {
  /** The account of the path; the principal may speak for it. */
  readonly account: StoredAccount
  readonly accountSid: AccountSid
  /** The further SIDs of the path, by the route's names. */
  readonly params: Readonly<Record<string, string>>
  readonly query: Form
  readonly form: Form
  /** Path as requested, `.json` included, without the query. */
  readonly path: string
  /** Scheme and host under which the customer reaches us. */
  readonly baseUrl: string
  /** Real milliseconds since the request arrived. */
  elapsedMs(): number
}

export interface Answer {
  readonly status: number
  /** JSON text; empty for 204. */
  readonly body: string
}

export const answer = (status: number, view: object): Answer => ({ status, body: JSON.stringify(view) })
export const NO_CONTENT: Answer = { status: 204, body: '' }
