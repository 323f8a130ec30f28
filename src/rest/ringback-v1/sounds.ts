/** `Sounds`: audio files under a name of the customer's, for simulated phones to play. */
import type { FastifyError, FastifyInstance } from 'fastify'
import Type from 'typebox'
import { NAMED_SOUNDS_MAX, NAMED_SOUNDS_MS_MAX, type NamedSound } from '../../engine/sounds/named-sounds.ts'
import { formatIso } from '../../lib/dates.ts'
import { refuse } from '../errors.ts'
import type { AudioDeps } from './audio-deps.ts'
import { accountOf } from './deps.ts'
import type { Pattern } from './invalid-input.ts'
import { PAGE_QUERY, toPage } from './page.ts'

const FILE_MIB_MAX = 20
/** Each holds a file in memory. */
const UPLOADS_AT_A_TIME = 8

const NAME = '^[A-Za-z0-9._-]{1,64}$' satisfies Pattern
const soundPath = Type.Object({ name: Type.String({ pattern: NAME }) })

interface AtName {
  Params: { name: string }
}

export function addSounds(app: FastifyInstance, { named }: AudioDeps): void {
  app.get<{ Querystring: { pageSize: number; pageToken: string } }>(
    '/Sounds',
    { schema: { querystring: Type.Object(PAGE_QUERY) } },
    async (request) => {
      const { pageSize, pageToken } = request.query
      const found = await named.list(accountOf(request), pageToken, pageSize + 1)
      const { page, nextPageToken } = toPage(found, pageSize, ({ name }) => name)
      return { sounds: page.map(toView), nextPageToken }
    },
  )

  app.get<AtName>('/Sounds/:name', { schema: { params: soundPath } }, async (request) => {
    const found = await named.get(accountOf(request), request.params.name)
    if (!found) throw refuse('notFound', { value: request.url })
    return toView(found)
  })

  app.delete<AtName>('/Sounds/:name', { schema: { params: soundPath } }, async (request, reply) => {
    if (!(await named.delete(accountOf(request), request.params.name))) throw refuse('notFound', { value: request.url })
    return reply.code(204).send()
  })

  // In a scope of its own: here a body is a file, whatever its type says.
  app.register(async (scope) => addUpload(scope, named))
}

function addUpload(scope: FastifyInstance, named: AudioDeps['named']): void {
  let uploads = 0
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  scope.setErrorHandler((error: FastifyError) => {
    throw error.code === 'FST_ERR_CTP_BODY_TOO_LARGE' ? refuse('bodyTooLarge', { why: `${FILE_MIB_MAX} MiB` }) : error
  })
  scope.addHook('preParsing', async (_request, reply) => {
    if (uploads >= UPLOADS_AT_A_TIME) throw refuse('tooManyRequests', { why: `${uploads} files are being uploaded` })
    uploads += 1
    reply.raw.once('close', () => {
      uploads -= 1
    })
  })

  scope.put<AtName & { Body: Buffer | undefined }>(
    '/Sounds/:name',
    { schema: { params: soundPath }, bodyLimit: FILE_MIB_MAX * 1024 * 1024 },
    async (request) => {
      const bytes = request.body ?? Buffer.alloc(0)
      if (bytes.length === 0) throw refuse('malformedRequest', { why: 'the body is empty, expected an audio file' })
      const mediaType = (request.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase()
      const put = await named.put(accountOf(request), request.params.name, { bytes, mediaType })
      if (put === 'too-many') throw refuse('conflict', { why: `The account already has ${NAMED_SOUNDS_MAX} sounds` })
      if (put === 'too-long') {
        const hours = NAMED_SOUNDS_MS_MAX / 3_600_000
        throw refuse('conflict', { why: `The account's sounds would be longer than ${hours} hours in all` })
      }
      if ('unplayable' in put) throw refuse('malformedRequest', { why: put.unplayable })
      return toView(put)
    },
  )
}

function toView({ name, lengthMs, soundId, createdAt, updatedAt }: NamedSound) {
  return { name, lengthMs, soundId, dateCreated: formatIso(createdAt), dateUpdated: formatIso(updatedAt) }
}
