/** Recordings as a subresource of their conference: list, fetch, pause and stop, delete. None is created here. */
import type { ConferenceService } from '../../../engine/conference/conference-service.ts'
import type { RecordingRecord } from '../../../engine/recording/recording-record.ts'
import { CURRENT } from '../../../engine/recording/recording-service.ts'
import { isSid } from '../../../lib/ids.ts'
import type { RestDeps } from '../../deps.ts'
import { refuse } from '../../errors.ts'
import { type Answer, type ApiRequest, answer, NO_CONTENT } from '../answer.ts'
import { listRecordings, readCreated } from '../recordings/list.ts'
import { conferenceRecordingView } from '../recordings/recording-view.ts'
import { changedRecording, readChange } from '../recordings/update.ts'
import { wantedConference } from './conferences.ts'

export function conferenceRecordingOperations(
  deps: RestDeps,
  conferences: ConferenceService,
  { service }: NonNullable<RestDeps['recordings']>,
) {
  /** @throws Refusal 20404 */
  const wanted = async (request: ApiRequest): Promise<RecordingRecord> => {
    const conference = await wantedConference(request, conferences)
    const sid = request.params.Sid ?? ''
    const found =
      sid === CURRENT
        ? service.currentOfConference(conference.sid)
        : isSid('RE', sid)
          ? await service.find(request.accountSid, sid)
          : null
    if (found?.conferenceSid !== conference.sid || found.deletedAt !== null)
      throw refuse('notFound', { value: request.path })
    return found
  }

  return {
    async list(request: ApiRequest): Promise<Answer> {
      const { sid: conferenceSid } = await wantedConference(request, conferences)
      const filter = { accountSid: request.accountSid, conferenceSid, ...readCreated(request.query), deleted: false }
      return listRecordings(request, filter, { store: deps.journal.store, view: conferenceRecordingView })
    },

    fetch: async (request: ApiRequest): Promise<Answer> => answer(200, conferenceRecordingView(await wanted(request))),

    async update(request: ApiRequest): Promise<Answer> {
      const { sid } = await wanted(request)
      const change = readChange(request.form)
      const result = await service.changeOfConference(sid, change)
      return answer(200, conferenceRecordingView(changedRecording(result, { request, sid, change })))
    },

    async delete(request: ApiRequest): Promise<Answer> {
      const recording = await wanted(request)
      if ((await service.delete(recording)) === 'live') throw refuse('recordingNotFinished', { value: recording.sid })
      return NO_CONTENT
    },
  }
}
