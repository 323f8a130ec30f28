/**
 * HTTP Basic authentication: an account's SID and token, or an API key's SID and secret. What is compared is SHA-256
 * digests, in constant time; secrets are 32 random characters, so a slow password hash would buy nothing and cost
 * every request. Accounts and keys are remembered for a while, so the usual request asks the store nothing.
 */
import { hash, timingSafeEqual } from 'node:crypto'
import type { Store } from '../journal/store.ts'
import type { Clock } from '../lib/clock.ts'
import { type AccountSid, isSid, type KeySid } from '../lib/ids.ts'
import type { AccountRow, KeyRow, StoredAccount } from './api-2010/rows.ts'
import { refuse } from './errors.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the `onRequest` hook of every authenticated route, before its handler runs. */
    principal: Principal | null
  }
}

/** Who is asking. */
export interface Principal {
  readonly accountSid: AccountSid
  /** The key that was used; null for the account's own token. */
  readonly keySid: KeySid | null
}

interface Known {
  readonly principal: Principal
  readonly secretHash: Buffer
  readonly account: StoredAccount
  readonly until: number
}

/** Another node's change to a key or account is seen this much later; our own at once. */
const REMEMBERED_MS = 10_000
const REMEMBERED_MAX = 1000

export const hashSecret = (secret: string): string => hash('sha256', secret, 'hex')

export class Authenticator {
  readonly #store: Pick<Store, 'resource'>
  readonly #clock: Pick<Clock, 'now'>
  readonly #known = new Map<string, Known>()

  constructor(deps: { readonly store: Pick<Store, 'resource'>; readonly clock: Pick<Clock, 'now'> }) {
    this.#store = deps.store
    this.#clock = deps.clock
  }

  /** @throws Refusal (401, 403) unless the `Authorization` header names an active account or one of its keys. */
  async authenticate(header: string | undefined): Promise<Principal> {
    const credentials = readBasic(header)
    if (!credentials) throw refuse('noCredentials')
    const known = this.#remembered(credentials.user) ?? (await this.#load(credentials.user))
    if (!known) throw refuse('invalidUsername')
    if (!timingSafeEqual(known.secretHash, hash('sha256', credentials.password, 'buffer')))
      throw refuse('wrongCredentials')
    if (known.account.row.status !== 'active') throw refuse('accountNotActive', { value: known.account.sid })
    return known.principal
  }

  /** The account a path names, if this principal may speak for it: its own, or a subaccount. Null otherwise. */
  async account(principal: Principal, sid: string): Promise<StoredAccount | null> {
    if (!isSid('AC', sid)) return null
    const account = (this.#remembered(sid) ?? (await this.#load(sid)))?.account
    if (!account) return null
    return sid === principal.accountSid || account.row.ownerAccountSid === principal.accountSid ? account : null
  }

  /** For whoever changes or deletes an account or a key. */
  forget(sid: string): void {
    this.#known.delete(sid)
  }

  #remembered(sid: string): Known | undefined {
    const known = this.#known.get(sid)
    return known && known.until > this.#clock.now() ? known : undefined
  }

  async #load(sid: string): Promise<Known | null> {
    const known = isSid('AC', sid) ? await this.#loadAccount(sid) : isSid('SK', sid) ? await this.#loadKey(sid) : null
    if (!known) return null
    if (this.#known.size >= REMEMBERED_MAX) this.#known.clear()
    this.#known.set(sid, known)
    return known
  }

  async #loadAccount(sid: AccountSid): Promise<Known | null> {
    const stored = await this.#store.resource('account', sid)
    if (!stored) return null
    const account: StoredAccount = { ...stored, sid, row: stored.row as AccountRow }
    return this.#fresh({ accountSid: sid, keySid: null }, hashSecret(account.row.authToken), account)
  }

  async #loadKey(sid: KeySid): Promise<Known | null> {
    const stored = await this.#store.resource('key', sid)
    const owner = stored && (await this.#loadAccount(stored.accountSid))
    if (!stored || !owner) return null
    return this.#fresh({ accountSid: stored.accountSid, keySid: sid }, (stored.row as KeyRow).secretHash, owner.account)
  }

  #fresh(principal: Principal, secretHash: string, account: StoredAccount): Known {
    const until = this.#clock.now() + REMEMBERED_MS
    return { principal, secretHash: Buffer.from(secretHash, 'hex'), account, until }
  }
}

/** RFC 7617: `Basic` and base64 of `user:password`; the user has no colon. */
function readBasic(header: string | undefined): { user: string; password: string } | null {
  if (header === undefined || !/^basic /i.test(header)) return null
  const text = Buffer.from(header.slice(6), 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 1) return null
  return { user: text.slice(0, colon), password: text.slice(colon + 1) }
}
