/** Queues and who waits in them: what may be done with each. `<Enqueue>` makes queues too. */
import { QUEUE_SIZE_DEFAULT, QUEUE_SIZE_MAX, QUEUES_MAX, type QueueView } from '../../../engine/queue/queue-record.ts'
import { isSid } from '../../../lib/ids.ts'
import type { RestDeps } from '../../deps.ts'
import { refuse } from '../../errors.ts'
import { type Answer, type ApiRequest, answer, NO_CONTENT } from '../answer.ts'
import { arraySource, type ListSource, listAnswer } from '../paging.ts'
import { integer, method, readParameters, text, url } from '../parameters.ts'
import { memberView, queueView } from './queue-view.ts'

const NAME_CHARS_MAX = 64

const PARAMETERS = {
  FriendlyName: text(NAME_CHARS_MAX),
  MaxSize: integer({ min: 1, max: QUEUE_SIZE_MAX }, null),
} as const

const DEQUEUE_PARAMETERS = { Url: url('invalidUrl'), Method: method('POST') } as const

export function queueOperations({ queues }: Pick<RestDeps, 'queues'>) {
  /** @param sid of the queue that a path names. @throws Refusal 20404 */
  const wanted = async (request: ApiRequest, sid = request.params.Sid ?? ''): Promise<QueueView> => {
    const queue = isSid('QU', sid) ? await queues.find(request.accountSid, sid) : null
    if (!queue) throw refuse('notFound', { value: request.path })
    return queue
  }
  const wantedQueue = (request: ApiRequest) => wanted(request, request.params.QueueSid)

  return {
    list: async (request: ApiRequest): Promise<Answer> =>
      listAnswer(request, 'queues', arraySource(await queues.list(request.accountSid)), queueView),

    async create(request: ApiRequest): Promise<Answer> {
      const { FriendlyName: friendlyName, MaxSize } = readParameters(PARAMETERS, request.form)
      if (friendlyName === null) throw refuse('missingParameter', { name: 'FriendlyName' })
      const queue = await queues.create(request.accountSid, { friendlyName, maxSize: MaxSize ?? QUEUE_SIZE_DEFAULT })
      if (queue === 'name-taken') throw refuse('queueNameTaken', { value: friendlyName })
      if (queue === 'too-many')
        throw refuse('conflict', { why: `The account already has ${QUEUES_MAX} of this resource` })
      return answer(201, queueView(queue))
    },

    fetch: async (request: ApiRequest): Promise<Answer> => answer(200, queueView(await wanted(request))),

    async update(request: ApiRequest): Promise<Answer> {
      const { sid } = await wanted(request)
      const { FriendlyName, MaxSize } = readParameters(PARAMETERS, request.form)
      const queue = await queues.update(request.accountSid, sid, {
        ...(FriendlyName !== null && { friendlyName: FriendlyName }),
        ...(MaxSize !== null && { maxSize: MaxSize }),
      })
      if (queue === 'name-taken') throw refuse('queueNameTaken', { value: FriendlyName ?? '' })
      if (queue === null) throw refuse('notFound', { value: request.path })
      return answer(200, queueView(queue))
    },

    async delete(request: ApiRequest): Promise<Answer> {
      const { sid } = await wanted(request)
      if ((await queues.delete(request.accountSid, sid)) === 'not-empty') throw refuse('queueNotEmpty', { value: sid })
      return NO_CONTENT
    },

    members: {
      async list(request: ApiRequest): Promise<Answer> {
        const { sid } = await wantedQueue(request)
        const waiting = queues.members(sid).map((member) => ({ ...member, sid: member.callSid }))
        const source: ListSource<(typeof waiting)[number]> = arraySource(waiting)
        return listAnswer(request, 'queue_members', source, (member) => memberView(request.accountSid, member))
      },

      async fetch(request: ApiRequest): Promise<Answer> {
        const { sid } = await wantedQueue(request)
        const member = queues.member(sid, request.params.CallSid ?? '')
        if (!member) throw refuse('notFound', { value: request.path })
        return answer(200, memberView(request.accountSid, member))
      },

      /** The call leaves the queue and goes on with another document. Shown as it stood. */
      async dequeue(request: ApiRequest): Promise<Answer> {
        const { sid } = await wantedQueue(request)
        const { Url, Method } = readParameters(DEQUEUE_PARAMETERS, request.form)
        if (Url === null) throw refuse('missingParameter', { name: 'Url' })
        const member = queues.takeOut(sid, request.params.CallSid ?? '', { url: Url, method: Method })
        if (!member) throw refuse('notFound', { value: request.path })
        return answer(200, memberView(request.accountSid, member))
      },
    },
  }
}
