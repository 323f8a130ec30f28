/** Schemas and their versions as the API lists them, and the schema documents themselves, which need no credentials. */
import type { FastifyInstance } from 'fastify'
import { findSchema, SCHEMAS, type Schema, type SchemaVersion } from '../../readers/event-streams/schemas.ts'
import { refuse } from '../errors.ts'
import type { EventsV1Config } from './deps.ts'
import { pageAnswer } from './meta-page.ts'
import { type AddRoute, found, type StreamRequest } from './route.ts'

export function registerSchemas(add: AddRoute): void {
  add('/Schemas/:Id', { GET: async (request) => found(schemaView(schemaOf(request), request)) })
  add('/Schemas/:Id/Versions', {
    GET: async (request) => {
      const schema = schemaOf(request)
      return pageAnswer(request, {
        key: 'schema_versions',
        items: schema.versions,
        keyOf: ({ version }) => String(version).padStart(4, '0'),
        view: (version) => versionView(schema, version, request),
      })
    },
  })
  add('/Schemas/:Id/Versions/:SchemaVersion', {
    GET: async (request) => {
      const schema = schemaOf(request)
      const version = schema.versions.find((one) => String(one.version) === request.params.SchemaVersion)
      if (!version) throw refuse('notFound', { value: request.path })
      return found(versionView(schema, version, request))
    },
  })
}

/** `GET /schemas/{id}/{file}`: never changes once it is there. */
export function registerSchemaDocuments(
  app: FastifyInstance,
  { schemaBase }: Pick<EventsV1Config, 'schemaBase'>,
): void {
  for (const schema of SCHEMAS) {
    for (const { version } of schema.versions) {
      const text = Buffer.from(`${JSON.stringify(schema.document(version, schemaBase), null, 2)}\n`)
      app.get(`/schemas/${schema.id}/${schema.file(version)}`, async (_request, reply) => {
        reply.header('cache-control', 'public, max-age=31536000, immutable').header('access-control-allow-origin', '*')
        return reply.header('content-type', 'application/json').send(text)
      })
    }
  }
}

function schemaOf({ params, path }: StreamRequest): Schema {
  const schema = findSchema(params.Id ?? '')
  if (!schema) throw refuse('notFound', { value: path })
  return schema
}

function schemaView({ id, versions }: Schema, { baseUrl }: StreamRequest): object {
  const latest = versions.at(-1)
  const url = `${baseUrl}/v1/Schemas/${id}`
  return {
    id,
    url,
    latest_version_date_created: latest?.dateCreated,
    latest_version: latest?.version,
    links: { versions: `${url}/Versions` },
  }
}

function versionView(schema: Schema, { version, dateCreated }: SchemaVersion, { baseUrl }: StreamRequest): object {
  return {
    id: schema.id,
    schema_version: version,
    date_created: dateCreated,
    url: `${baseUrl}/v1/Schemas/${schema.id}/Versions/${version}`,
    raw: `${baseUrl}/schemas/${schema.id}/${schema.file(version)}`,
  }
}
