/** `Registrations`: which phones of the account's domains are registered. `Sip`: where phones find us. */
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { formatIso } from '../../../lib/dates.ts'
import type { Binding } from '../../../sip/registrar.ts'
import type { SipDomainRow } from '../../api-2010/rows.ts'
import { accountOf, type RingbackV1Deps } from '../deps.ts'
import { PAGE_QUERY, toPage } from '../page.ts'
import { networkOf, type SipDeps } from './sip-deps.ts'

export function addRegistrations(app: FastifyInstance, { journal }: RingbackV1Deps, sip: SipDeps): void {
  app.get<{ Querystring: { pageSize: number; pageToken: string } }>(
    '/Registrations',
    { schema: { querystring: Type.Object(PAGE_QUERY) } },
    async (request) => {
      const { pageSize, pageToken } = request.query
      const domains = await journal.store.resources('sip-domain', accountOf(request))
      const names = new Set(domains.map(({ row }) => (row as SipDomainRow).domainName))
      const found = [...networkOf(sip).registrar.addresses()]
        .filter(([address]) => address > pageToken && names.has(domainOf(address)))
        .sort(([a], [b]) => (a < b ? -1 : 1))
      const { page, nextPageToken } = toPage(found, pageSize, ([address]) => address)
      return {
        registrations: page.map(([address, bindings]) => ({ address, contacts: bindings.map(toView) })),
        nextPageToken,
      }
    },
  )

  app.get('/Sip', async () => ({
    realm: sip.realm,
    listeners: (sip.network?.listeners ?? []).map(({ transport, host, port }) => ({ transport, host, port })),
  }))
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()

function toView({ contact, hop, userAgent, expiresAt }: Binding) {
  const { transport, address, port } = hop
  return { contact, transport, address, port, userAgent, expiresAt: formatIso(expiresAt) }
}
