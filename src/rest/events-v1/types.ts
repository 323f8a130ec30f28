/** Event types as the API lists them. */
import type { EventType } from '../../readers/event-streams/catalogue.ts'
import { refuse } from '../errors.ts'
import { firstOf } from '../form.ts'
import type { EventsV1Deps } from './deps.ts'
import { pageAnswer } from './meta-page.ts'
import { type AddRoute, found, type StreamRequest } from './route.ts'

/** The reference's dates are unknown; this is when its documentation first had the voice types together. */
const DATE = '2025-10-08T00:00:00Z'

export function registerTypes(add: AddRoute, { catalogue }: EventsV1Deps): void {
  add('/Types', {
    GET: async (request) => {
      const schemaId = firstOf(request.query, 'SchemaId') || null
      return pageAnswer(request, {
        key: 'types',
        items: catalogue.types.filter((row) => schemaId === null || row.schemaId === schemaId),
        keyOf: ({ type }) => type,
        view: (row) => typeView(row, request),
      })
    },
  })
  add('/Types/:Type', {
    GET: async (request) => {
      const row = catalogue.find(request.params.Type ?? '')
      if (!row) throw refuse('notFound', { value: request.path })
      return found(typeView(row, request))
    },
  })
}

/** A type that is on its way out points to the one to use instead. */
function typeView(row: EventType, { baseUrl }: StreamRequest): object {
  return {
    date_created: DATE,
    date_updated: DATE,
    type: row.type,
    schema_id: row.schemaId,
    status: row.status,
    documentation_url: row.alternative === undefined ? null : `${baseUrl}/v1/Types/${row.alternative}`,
    description: `${row.group} ${row.title}`,
    url: `${baseUrl}/v1/Types/${row.type}`,
    links: { schema: `${baseUrl}/v1/Schemas/${row.schemaId}/Versions` },
  }
}
