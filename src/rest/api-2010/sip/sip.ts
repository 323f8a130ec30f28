/** The paths under `SIP`: who may call and register, and where. */
import type { RestDeps, SipRestDeps } from '../../deps.ts'
import type { AddRoute } from '../resource-route.ts'
import { addressListOperations } from './address-lists.ts'
import { addressOperations } from './addresses.ts'
import { sipBooks } from './books.ts'
import { credentialListOperations } from './credential-lists.ts'
import { credentialOperations } from './credentials.ts'
import { domainOperations } from './domains.ts'
import { mappingOperations } from './mappings.ts'
import type { MappingKind } from './rows.ts'

const MAPPINGS: readonly (readonly [path: string, kind: MappingKind, older: boolean])[] = [
  ['Auth/Calls/CredentialListMappings', 'call-credentials', false],
  ['Auth/Calls/IpAccessControlListMappings', 'call-addresses', false],
  ['Auth/Registrations/CredentialListMappings', 'registration-credentials', false],
  ['CredentialListMappings', 'call-credentials', true],
  ['IpAccessControlListMappings', 'call-addresses', true],
]

export function addSip(add: AddRoute, deps: RestDeps, sip: SipRestDeps): void {
  const books = sipBooks(deps, sip)
  const resource = (
    path: string,
    { list, create, fetch, update, delete: remove }: ReturnType<typeof domainOperations>,
  ) => {
    add(`/:AccountSid/SIP/${path}`, { GET: list, POST: create })
    add(`/:AccountSid/SIP/${path}/:Sid`, { GET: fetch, POST: update, DELETE: remove })
  }
  resource('Domains', domainOperations(deps, books))
  resource('CredentialLists', credentialListOperations(deps, books))
  resource('CredentialLists/:ListSid/Credentials', credentialOperations(deps, sip, books))
  resource('IpAccessControlLists', addressListOperations(deps, books))
  resource('IpAccessControlLists/:ListSid/IpAddresses', addressOperations(deps, books))
  for (const [path, kind, older] of MAPPINGS) {
    const mappings = mappingOperations(deps, books, kind, older)
    const at = `/:AccountSid/SIP/Domains/:DomainSid/${path}`
    add(at, { GET: mappings.list, POST: mappings.create })
    add(`${at}/:Sid`, { GET: mappings.fetch, DELETE: mappings.delete })
  }
}
