/** Participants of a conference: who is in it now, by the SID of their call or by their label. */
import type {
  ConferenceService,
  ParticipantChange,
  ParticipantView,
} from '../../../engine/conference/conference-service.ts'
import type { CallSid } from '../../../lib/ids.ts'
import { refuse } from '../../errors.ts'
import { type Form, firstOf } from '../../form.ts'
import { type Answer, type ApiRequest, answer, NO_CONTENT } from '../answer.ts'
import { arraySource, listAnswer } from '../paging.ts'
import { flag, method, readParameters, sid, url } from '../parameters.ts'
import { participantView } from './conference-view.ts'
import { wantedConference } from './conferences.ts'
import { lenientFlag } from './participant-parameters.ts'

const FILTERS = { Muted: flag(null), Hold: flag(null), Coaching: flag(null) } as const

const UPDATE_PARAMETERS = {
  Muted: lenientFlag(null),
  Hold: flag(null),
  HoldUrl: url('invalidUrl'),
  HoldMethod: method('GET'),
  AnnounceUrl: url('invalidUrl'),
  AnnounceMethod: method('POST'),
  WaitUrl: url('invalidUrl'),
  WaitMethod: method('POST'),
  BeepOnExit: flag(null),
  EndConferenceOnExit: flag(null),
  Coaching: flag(null),
  CallSidToCoach: sid('CA'),
} as const

export function participantOperations(service: ConferenceService) {
  /** @throws Refusal 20404 */
  const wanted = async (request: ApiRequest): Promise<ParticipantView> => {
    const conference = await wantedConference(request, service)
    const participant = service.participant(conference.sid, request.params.Participant ?? '')
    if (!participant) throw refuse('notFound', { value: request.path })
    return participant
  }

  return {
    async list(request: ApiRequest): Promise<Answer> {
      const conference = await wantedConference(request, service)
      const { Muted, Hold, Coaching } = readParameters(FILTERS, request.query)
      const matching = service
        .participants(conference.sid)
        .filter(
          ({ participant: { muted, hold, coaching } }) =>
            (Muted ?? muted) === muted && (Hold ?? hold) === hold && (Coaching ?? coaching) === coaching,
        )
      const source = arraySource(matching.map((view) => ({ ...view, sid: view.participant.callSid })))
      return listAnswer(request, 'participants', source, participantView)
    },

    fetch: async (request: ApiRequest): Promise<Answer> => answer(200, participantView(await wanted(request))),

    async update(request: ApiRequest): Promise<Answer> {
      const { conference, participant } = await wanted(request)
      const changed = await service.change(conference.sid, participant.callSid, readChange(request.form))
      switch (changed) {
        case 'not-found':
          throw refuse('notFound', { value: request.path })
        case 'coach-missing':
          throw refuse('missingParameter', { name: 'CallSidToCoach' })
        case 'coach-absent':
          throw refuse('coachedAbsent')
        case 'coach-on-hold':
          throw refuse('coachedOnHold')
        case 'not-joined':
          throw refuse('participantNotConnected', { value: participant.callSid })
        case 'too-many':
          throw refuse('tooManyRequests', { why: 'too many announcements wait already' })
        default:
          return answer(200, participantView(changed))
      }
    },

    async delete(request: ApiRequest): Promise<Answer> {
      const { conference, participant } = await wanted(request)
      if (!(await service.kick(conference.sid, participant.callSid))) throw refuse('notFound', { value: request.path })
      return NO_CONTENT
    },
  }
}

/** @throws Refusal */
function readChange(form: Form): ParticipantChange {
  const p = readParameters(UPDATE_PARAMETERS, form)
  return {
    ...(p.Muted === null ? {} : { muted: p.Muted }),
    ...(p.Hold === null ? {} : { hold: p.Hold }),
    ...(p.HoldUrl === null ? {} : { holdUrl: { url: p.HoldUrl, method: p.HoldMethod } }),
    ...(p.AnnounceUrl === null ? {} : { announce: { url: p.AnnounceUrl, method: p.AnnounceMethod } }),
    ...readWait(form, p),
    ...(p.BeepOnExit === null ? {} : { beepOnExit: p.BeepOnExit }),
    ...(p.EndConferenceOnExit === null ? {} : { endOnExit: p.EndConferenceOnExit }),
    ...(p.Coaching === null ? {} : { coaching: p.Coaching }),
    ...(p.CallSidToCoach === null ? {} : { callSidToCoach: p.CallSidToCoach as CallSid }),
  }
}

/** An empty WaitUrl is silence, one that is not there changes nothing. */
function readWait(
  form: Form,
  { WaitUrl, WaitMethod }: { readonly WaitUrl: string | null; readonly WaitMethod: 'GET' | 'POST' },
): Pick<ParticipantChange, 'wait'> {
  if (WaitUrl !== null) return { wait: { url: WaitUrl, method: WaitMethod } }
  return firstOf(form, 'WaitUrl') === '' ? { wait: 'silence' } : {}
}
