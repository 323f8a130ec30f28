/** Conferences as resources: what may be done with them, and where each is. */
import type { ConferenceRecord } from '../../../engine/conference/conference-record.ts'
import type { ConferenceService } from '../../../engine/conference/conference-service.ts'
import type { RestDeps } from '../../deps.ts'
import { refuse } from '../../errors.ts'
import { type Answer, type ApiRequest, answer } from '../answer.ts'
import { choice, method, readParameters, url } from '../parameters.ts'
import { conferenceView } from './conference-view.ts'
import { listConferences } from './list.ts'

const UPDATE_PARAMETERS = {
  Status: choice(['completed'], null),
  AnnounceUrl: url('invalidUrl'),
  AnnounceMethod: method('POST'),
} as const

export function conferenceOperations(deps: RestDeps, service: ConferenceService) {
  return {
    list: (request: ApiRequest): Promise<Answer> => listConferences(request, deps.journal.store),

    fetch: async (request: ApiRequest): Promise<Answer> =>
      answer(200, conferenceView(await wantedConference(request, service))),

    async update(request: ApiRequest): Promise<Answer> {
      const conference = await wantedConference(request, service)
      const { Status, AnnounceUrl, AnnounceMethod } = readParameters(UPDATE_PARAMETERS, request.form)
      if (Status !== null) return answer(200, conferenceView(await service.end(conference)))
      if (AnnounceUrl === null) return answer(200, conferenceView(conference))
      const announced = await service.announce(conference, { url: AnnounceUrl, method: AnnounceMethod })
      if (announced === 'too-many') throw refuse('tooManyRequests', { why: 'too many announcements wait already' })
      if (typeof announced === 'string') throw refuse('conferenceNotActive', { value: conference.sid })
      return answer(200, conferenceView(announced))
    },
  }
}

/** The conference a path names, by SID or, while it lives, by its name. @throws Refusal 20404 */
export async function wantedConference(request: ApiRequest, service: ConferenceService): Promise<ConferenceRecord> {
  const conference = await service.find(request.accountSid, request.params.ConferenceSid ?? '')
  if (!conference) throw refuse('notFound', { value: request.path })
  return conference
}
