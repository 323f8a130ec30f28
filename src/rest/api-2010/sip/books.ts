/** The SIP resources of each account, and how many there may be. */
import type { SipRestDeps } from '../../deps.ts'
import { type BookDeps, ResourceBook } from '../resource-book.ts'
import type { SipDomainRow } from '../rows.ts'
import type {
  AddressListRow,
  AddressRow,
  CredentialListRow,
  CredentialRow,
  MappingRow,
  StoredAddress,
  StoredAddressList,
  StoredCredential,
  StoredCredentialList,
  StoredMapping,
  StoredSipDomain,
} from './rows.ts'

const DOMAINS_MAX = 100
const CREDENTIAL_LISTS_MAX = 100
const ADDRESS_LISTS_MAX = 1000
/** Of all lists of an account: as many as the store keeps of a type. */
const ENTRIES_MAX = 10_000

export interface SipBooks {
  readonly domains: ResourceBook<SipDomainRow, StoredSipDomain>
  readonly credentialLists: ResourceBook<CredentialListRow, StoredCredentialList>
  readonly credentials: ResourceBook<CredentialRow, StoredCredential>
  readonly addressLists: ResourceBook<AddressListRow, StoredAddressList>
  readonly addresses: ResourceBook<AddressRow, StoredAddress>
  readonly mappings: ResourceBook<MappingRow, StoredMapping>
}

export function sipBooks(deps: BookDeps, { changed: onWrite }: Pick<SipRestDeps, 'changed'>): SipBooks {
  return {
    domains: new ResourceBook(deps, {
      type: 'sip-domain',
      max: DOMAINS_MAX,
      full: 'tooManySipDomains',
      keyOf: (row) => row.domainName,
      onWrite,
    }),
    credentialLists: new ResourceBook(deps, {
      type: 'sip-credential-list',
      max: CREDENTIAL_LISTS_MAX,
      full: 'tooManyCredentialLists',
      onWrite,
    }),
    credentials: new ResourceBook(deps, { type: 'sip-credential', max: ENTRIES_MAX, onWrite }),
    addressLists: new ResourceBook(deps, { type: 'sip-ip-list', max: ADDRESS_LISTS_MAX, onWrite }),
    addresses: new ResourceBook(deps, { type: 'sip-ip-address', max: ENTRIES_MAX, onWrite }),
    mappings: new ResourceBook(deps, { type: 'sip-mapping', max: ENTRIES_MAX, onWrite }),
  }
}
