/** A trunk as the store keeps it, with its password sealed, and as the network is handed it. */
import type { Instant, Sid } from '../../../lib/ids.ts'
import type { Vault } from '../../../lib/vault.ts'
import type { SipTrunk } from '../../../sip/ports.ts'
import type { Stored } from '../../api-2010/rows.ts'

export interface TrunkRow extends Omit<SipTrunk, 'sid' | 'accountSid' | 'auth'> {
  /** The password is sealed for the trunk's SID. */
  readonly auth: { readonly username: string; readonly sealedPassword: string } | null
  readonly updatedAt: Instant
}

export type StoredTrunk = Stored<TrunkRow, Sid<'TK'>>

/** @throws Error when the password was sealed with another key */
export function toTrunk({ sid, accountSid, row }: Omit<StoredTrunk, 'createdAt'>, vault: Vault): SipTrunk {
  const { auth, updatedAt: _, ...trunk } = row
  const opened = auth && { username: auth.username, password: vault.open(auth.sealedPassword, sid) }
  return { sid, accountSid, ...trunk, auth: opened }
}
