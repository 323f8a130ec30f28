/**
 * Which phone rings at an address: the account's own configuration, else a magic number's, else an ordinary phone. An
 * account's phones are its own; the same number may be another phone in another account.
 */
import type { ResourceRow } from '../journal/store.ts'
import type { AccountSid, Instant } from '../lib/ids.ts'
import { ORDINARY_PHONE, type Phone } from './phone.ts'

export interface StoredPhone {
  readonly accountSid: AccountSid
  /** E.164, or a `sip:` or `client:` address. */
  readonly address: string
  readonly phone: Phone
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

/** As many as the store keeps of one type. */
export const PHONES_MAX = 10_000

/** Numbers that behave the same in every account that has not configured them. */
export const MAGIC_PHONES: Readonly<Record<string, Phone>> = {
  '+15005550101': { ...ORDINARY_PHONE, answer: 'busy' },
  '+15005550102': { ...ORDINARY_PHONE, answer: 'no-answer' },
  '+15005550103': { ...ORDINARY_PHONE, answer: 'unreachable' },
  '+15005550104': { ...ORDINARY_PHONE, answer: 'reject' },
  '+15005550105': {
    ...ORDINARY_PHONE,
    machine: { greeting: 'Nobody is here. Please leave a message after the tone.', beep: true },
  },
  '+15005550106': { ...ORDINARY_PHONE, fax: true },
}

export class PhoneBook {
  readonly #accounts = new Map<AccountSid, Map<string, StoredPhone>>()

  /** Takes what the store kept; called once at start. */
  load(rows: readonly ResourceRow[]): void {
    for (const { row } of rows) {
      const stored = row as StoredPhone
      // It may have been kept before phones had all of what they have now.
      this.set({ ...stored, phone: { ...ORDINARY_PHONE, ...stored.phone } })
    }
  }

  get(accountSid: AccountSid, address: string): StoredPhone | null {
    return this.#accounts.get(accountSid)?.get(address) ?? null
  }

  /** Whether there is a phone of its own at the address, not just the ordinary one. */
  has(accountSid: AccountSid, to: string): boolean {
    const address = addressOf(to)
    return this.get(accountSid, address) !== null || Object.hasOwn(MAGIC_PHONES, address)
  }

  set(stored: StoredPhone): void {
    const phones = this.#accounts.get(stored.accountSid) ?? new Map<string, StoredPhone>()
    phones.set(stored.address, stored)
    this.#accounts.set(stored.accountSid, phones)
  }

  delete(accountSid: AccountSid, address: string): void {
    this.#accounts.get(accountSid)?.delete(address)
  }

  count(accountSid: AccountSid): number {
    return this.#accounts.get(accountSid)?.size ?? 0
  }

  /** In the order of their addresses, after one of them. */
  page(accountSid: AccountSid, after: string, max: number): readonly StoredPhone[] {
    const phones = [...(this.#accounts.get(accountSid)?.values() ?? [])].filter(({ address }) => address > after)
    return phones.sort((a, b) => (a.address < b.address ? -1 : 1)).slice(0, max)
  }

  /** The phone that rings when `to` is dialled: parameters behind a `sip:` or `client:` address do not matter. */
  phoneAt(accountSid: AccountSid, to: string): Phone {
    const address = addressOf(to)
    return this.get(accountSid, address)?.phone ?? MAGIC_PHONES[address] ?? ORDINARY_PHONE
  }
}

const addressOf = (to: string): string => (to.startsWith('+') ? to : (to.split(/[;?]/, 1)[0] ?? to))

/** The phone as a row of the store; `sid` is unique on the platform. */
export function toResource(stored: StoredPhone): ResourceRow {
  const { accountSid, createdAt } = stored
  return { type: 'phone', sid: phoneKey(stored), accountSid, createdAt, row: stored }
}

export const phoneKey = ({ accountSid, address }: Pick<StoredPhone, 'accountSid' | 'address'>): string =>
  `${accountSid}/${address}`
