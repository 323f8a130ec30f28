/** Recordings as resources, of a call and of the account: what may be done with them, and where each is. */
import type { RecordingRecord } from '../../../engine/recording/recording-record.ts'
import { CURRENT } from '../../../engine/recording/recording-service.ts'
import { isSid } from '../../../lib/ids.ts'
import type { RestDeps } from '../../deps.ts'
import { refuse } from '../../errors.ts'
import { type Answer, type ApiRequest, answer, NO_CONTENT } from '../answer.ts'
import { wantedCall } from '../calls/calls.ts'
import { createRecording } from './create.ts'
import { listRecordings, readCreated, readFilter, wantsDeleted } from './list.ts'
import { callRecordingView, recordingView } from './recording-view.ts'
import { updateRecording } from './update.ts'

export function recordingOperations(deps: RestDeps, { service }: NonNullable<RestDeps['recordings']>) {
  const { calls, logger } = deps
  const { store } = deps.journal

  /** The recording a path names. @throws Refusal 20404 for one that was deleted too, unless asked for */
  const wanted = async (request: ApiRequest, deleted = false): Promise<RecordingRecord> => {
    const sid = request.params.Sid ?? ''
    const found = isSid('RE', sid) ? await service.find(request.accountSid, sid) : null
    if (!found || (found.deletedAt !== null && !deleted)) throw refuse('notFound', { value: request.path })
    return found
  }

  const wantedOfCall = async (request: ApiRequest): Promise<RecordingRecord> => {
    const call = await wantedCall(request, deps)
    const recording = request.params.Sid === CURRENT ? service.current(call.sid) : await wanted(request)
    if (recording?.callSid !== call.sid) throw refuse('notFound', { value: request.path })
    return recording
  }

  const remove = async (recording: RecordingRecord): Promise<Answer> => {
    const outcome = await service.delete(recording)
    if (outcome === 'live') throw refuse('recordingNotFinished', { value: recording.sid })
    return NO_CONTENT
  }

  return {
    ofCall: {
      create: async (request: ApiRequest): Promise<Answer> =>
        createRecording(request, await wantedCall(request, deps), { calls, logger, service }),

      async list(request: ApiRequest): Promise<Answer> {
        const { sid: callSid } = await wantedCall(request, deps)
        const filter = { accountSid: request.accountSid, callSid, ...readCreated(request.query), deleted: false }
        return listRecordings(request, filter, { store, view: callRecordingView })
      },

      fetch: async (request: ApiRequest): Promise<Answer> =>
        answer(200, callRecordingView(await wantedOfCall(request))),

      async update(request: ApiRequest): Promise<Answer> {
        const call = await wantedCall(request, deps)
        const sid = request.params.Sid === CURRENT ? CURRENT : (await wantedOfCall(request)).sid
        return updateRecording(request, { call, sid }, service)
      },

      delete: async (request: ApiRequest): Promise<Answer> => remove(await wantedOfCall(request)),
    },

    list: (request: ApiRequest): Promise<Answer> =>
      listRecordings(request, readFilter(request.query, request.accountSid), {
        store,
        view: (recording) => recordingView(recording, request.baseUrl),
      }),

    async fetch(request: ApiRequest): Promise<Answer> {
      const recording = await wanted(request, wantsDeleted(request.query))
      return answer(200, recordingView(recording, request.baseUrl))
    },

    delete: async (request: ApiRequest): Promise<Answer> => remove(await wanted(request)),
  }
}
