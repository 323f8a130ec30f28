/** What the store keeps of SIP lists, and of what is mapped to a domain. Domains themselves are in `../rows.ts`. */
import type { Instant } from '../../../lib/ids.ts'
import type { SipDomainRow, Stored } from '../rows.ts'

export interface CredentialListRow {
  readonly friendlyName: string
  readonly updatedAt: Instant
}

export interface CredentialRow {
  readonly credentialListSid: string
  readonly username: string
  /** Of user, realm and password, as digest authentication compares them. The password itself is not kept. */
  readonly hashes: { readonly md5: string; readonly sha256: string }
  readonly updatedAt: Instant
}

export interface AddressListRow {
  readonly friendlyName: string
  readonly updatedAt: Instant
}

export interface AddressRow {
  readonly addressListSid: string
  readonly friendlyName: string
  readonly ipAddress: string
  readonly cidrPrefixLength: number
  readonly updatedAt: Instant
}

/** What a list is mapped to a domain for. */
export type MappingKind = 'call-credentials' | 'call-addresses' | 'registration-credentials'

export interface MappingRow {
  readonly kind: MappingKind
  readonly domainSid: string
  /** Of credentials or of addresses, as the kind says. */
  readonly listSid: string
}

export type StoredSipDomain = Stored<SipDomainRow>
export type StoredCredentialList = Stored<CredentialListRow>
export type StoredCredential = Stored<CredentialRow>
export type StoredAddressList = Stored<AddressListRow>
export type StoredAddress = Stored<AddressRow>
/** Its SID is ours alone: the API names a mapping by its list. */
export type StoredMapping = Stored<MappingRow>

export const mappingSid = ({ kind, domainSid, listSid }: MappingRow): string => `${domainSid}/${kind}/${listSid}`
