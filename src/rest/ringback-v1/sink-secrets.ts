/** `POST Sinks/{DG}/Secret`: a new signing secret for a webhook sink; the old one signs too for a while. */
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { formatIso } from '../../lib/dates.ts'
import { randomHex32 } from '../../lib/ids.ts'
import type { SinkSid } from '../../readers/event-streams/ports.ts'
import { formatSigningSecret, OVERLAP_MS_DEFAULT } from '../../readers/event-streams/sinks/standard-webhooks.ts'
import { refuse } from '../errors.ts'
import type { DeliveryDeps } from './delivery-deps.ts'
import { accountOf } from './deps.ts'

const OVERLAP_SEC_MAX = 30 * 86_400

const params = Type.Object({ sid: Type.String({ maxLength: 100 }) })
const properties = { overlapSec: Type.Optional(Type.Integer({ minimum: 0, maximum: OVERLAP_SEC_MAX })) }
const body = Type.Union([Type.Object(properties, { propertyNames: { enum: Object.keys(properties) } }), Type.Null()])

export function addSinkSecrets(app: FastifyInstance, { store, streams }: DeliveryDeps): void {
  app.post<{ Params: { sid: SinkSid }; Body: { overlapSec?: number } | null }>(
    '/Sinks/:sid/Secret',
    { schema: { params, body } },
    async (request, reply) => {
      const accountSid = accountOf(request)
      const { sid } = request.params
      const sink = await store.sink(accountSid, sid)
      if (!sink) throw refuse('notFound', { value: request.url })
      const { overlapSec = OVERLAP_MS_DEFAULT / 1000 } = request.body ?? {}
      const secret = formatSigningSecret(randomHex32() + randomHex32())
      const rotated = await streams.rotateSecret(accountSid, sid, secret, overlapSec * 1000)
      if (!rotated)
        throw refuse('invalidParameter', {
          name: 'Sink',
          value: sid,
          why: 'a webhook sink whose signing is standard or both: this one has no secret',
        })
      const until = rotated.sink.secrets?.previous?.until
      const previousValidUntil = until === undefined ? null : formatIso(until)
      return reply.code(201).send({ sinkSid: sid, signingSecret: secret, previousValidUntil })
    },
  )
}
