/** The call resource: what may be done with calls, and where each is. */
import type { CallRecord } from '../../../engine/call/call-record.ts'
import { isSid } from '../../../lib/ids.ts'
import type { RestDeps } from '../../deps.ts'
import { refuse } from '../../errors.ts'
import { type Answer, type ApiRequest, answer, NO_CONTENT } from '../answer.ts'
import type { Books } from '../api-2010.ts'
import { callView } from './call-view.ts'
import { createCall } from './create.ts'
import { listCalls } from './list.ts'
import { updateCall } from './update.ts'

export function callOperations(deps: RestDeps, books: Books) {
  return {
    create: createCall(deps, books),
    list: (request: ApiRequest): Promise<Answer> => listCalls(request, deps.journal.store),
    fetch: async (request: ApiRequest): Promise<Answer> => answer(200, callView(await wantedCall(request, deps))),
    update: async (request: ApiRequest): Promise<Answer> => updateCall(request, await wantedCall(request, deps), deps),

    async delete(request: ApiRequest): Promise<Answer> {
      const call = await wantedCall(request, deps)
      if (!(await deps.calls.delete(request.accountSid, call.sid))) throw refuse('callNotFinished', { value: call.sid })
      return NO_CONTENT
    },
  }
}

/** The call a path names. @throws Refusal 20404 */
export async function wantedCall(request: ApiRequest, deps: Pick<RestDeps, 'calls'>): Promise<CallRecord> {
  const sid = request.params.CallSid ?? ''
  const call = isSid('CA', sid) ? await deps.calls.find(request.accountSid, sid) : null
  if (!call) throw refuse('notFound', { value: request.path })
  return call
}
