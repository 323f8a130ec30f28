/**
 * The audio of a recording. Its address is that of the resource without `.json`: `RE…` and `RE….wav` are WAV, `RE….mp3`
 * is MP3. `.json` is taken off before routing, so both arrive at the same route; here they are told apart by the path as
 * it was asked for. Range requests, ETag and conditions (RFC 9110) are @fastify/send's; errors have our own shape.
 */
import { basename, dirname } from 'node:path'
import { send } from '@fastify/send'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { assert } from '../../../lib/assert.ts'
import type { RecordingSid } from '../../../lib/ids.ts'
import type { Authenticator } from '../../auth.ts'
import type { RestDeps } from '../../deps.ts'
import { refuse } from '../../errors.ts'
import type { Form } from '../../form.ts'
import { integer, readParameters } from '../parameters.ts'

interface AudioName {
  readonly sid: RecordingSid
  readonly format: 'wav' | 'mp3'
}

const PARAMETERS = { RequestedChannels: integer({ min: 1, max: 2 }, null) } as const

/** A hook for the route of the resource: it answers requests for the audio and lets all others pass. */
export function recordingMedia({ service, media }: NonNullable<RestDeps['recordings']>, authenticator: Authenticator) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const path = request.originalUrl.split('?', 1)[0] ?? ''
    const asked = audioAsked(request, path)
    if (asked === null) return undefined
    const { sid, format } = asked
    const notFound = () => refuse('notFound', { value: path })

    assert(request.principal, 'a route without authentication')
    const { AccountSid: accountSid = '' } = request.params as Record<string, string>
    const account = await authenticator.account(request.principal, accountSid)
    const recording = account && (await service.find(account.sid, sid))
    if (!recording || recording.deletedAt !== null || recording.status !== 'completed') throw notFound()
    const channels = channelsAsked(request.query as Form, recording.channels)
    const file = await media.media(sid, { format, channels })
    if (file === 'missing') throw notFound()
    if (file === 'busy') throw refuse('unavailable', { why: 'too many recordings are being converted' })
    return sendFile(request, reply, file)
  }
}

function audioAsked(request: FastifyRequest, path: string): AudioName | null {
  if ((request.method !== 'GET' && request.method !== 'HEAD') || path.endsWith('.json')) return null
  const { Sid: name = '' } = request.params as Record<string, string>
  const [, sid, ending] = /^(RE[0-9a-fA-F]{32})(\.wav|\.mp3)?$/.exec(name) ?? []
  return sid === undefined ? null : { sid: sid as RecordingSid, format: ending === '.mp3' ? 'mp3' : 'wav' }
}

/** Null is as recorded. @throws Refusal 16113 */
function channelsAsked(query: Form, recorded: 1 | 2): 1 | 2 | null {
  const { RequestedChannels: wanted } = readParameters(PARAMETERS, query)
  if (wanted === 2 && recorded === 1) throw refuse('recordingIsMono')
  return wanted as 1 | 2 | null
}

async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { path, contentType }: { readonly path: string; readonly contentType: string },
): Promise<FastifyReply> {
  // With a root, since only what is below it must not begin with a dot. What is cached where is said for the whole API.
  const options = { root: dirname(path), index: false, cacheControl: false, contentType: false }
  const { statusCode, headers, stream, type } = await send(request.raw, basename(path), options)
  if (type !== 'file') {
    stream.destroy()
    throw refusalOf(statusCode, headers, request, reply)
  }
  if (statusCode !== 304) reply.type(contentType)
  return reply.code(statusCode).headers(headers).send(stream)
}

function refusalOf(
  status: number,
  headers: Readonly<Record<string, string>>,
  request: FastifyRequest,
  reply: FastifyReply,
): Error {
  switch (status) {
    case 404: // deleted a moment ago
      return refuse('notFound', { value: request.originalUrl.split('?', 1)[0] ?? '' })
    case 412:
      return refuse('preconditionFailed')
    case 416:
      // How long it is: RFC 9110 §15.5.17.
      reply.header('content-range', headers['Content-Range'] ?? '')
      return refuse('rangeNotSatisfiable', { value: request.headers.range ?? '' })
    default:
      return new Error(`the file could not be sent: ${status}`)
  }
}
