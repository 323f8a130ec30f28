/** What the resources of trunks and registrations need; main hands it in. */
import type { Vault } from '../../../lib/vault.ts'
import type { SipInquiries } from '../../../sip/ports.ts'
import { refuse } from '../../errors.ts'

export interface SipDeps {
  /** Seals passwords of trunks. */
  readonly vault: Vault
  /** Of digest authentication, as phones are asked. */
  readonly realm: string
  /** Called after each write: whoever remembers the trunks looks again. */
  changed(): void
  /** Null: SIP listens nowhere. */
  readonly network: SipInquiries | null
}

/** @throws Refusal 20503 where SIP listens nowhere */
export function networkOf({ network }: SipDeps): SipInquiries {
  if (network) return network
  throw refuse('unavailable', { why: 'SIP listens nowhere: start the server with --sip udp:127.0.0.1:5060' })
}
