/** Participants create: a call is dialled that joins the conference, which is made if there is none of the name. */
import { CONFERENCE_TOPICS, type ConferenceRecord } from '../../../engine/conference/conference-record.ts'
import type { ConferenceService, NewParticipant } from '../../../engine/conference/conference-service.ts'
import type { ConferenceRecordingWish, Music, Ticket } from '../../../engine/conference/ticket.ts'
import type { RecordingEvent } from '../../../engine/recording/recording-record.ts'
import { type CallSid, isSid } from '../../../lib/ids.ts'
import type { RestDeps } from '../../deps.ts'
import { refuse } from '../../errors.ts'
import { type Form, firstOf, valuesOf } from '../../form.ts'
import { type Answer, type ApiRequest, answer } from '../answer.ts'
import type { Books } from '../api-2010.ts'
import { readEvents } from '../calls/callback-events.ts'
import { readNewCall } from '../calls/new-call.ts'
import { readParameters, type Values } from '../parameters.ts'
import { freshParticipantView } from './conference-view.ts'
import { participantDocument } from './participant-document.ts'
import { CALL_NAMES, isXmlText, PARTICIPANT_PARAMETERS } from './participant-parameters.ts'

/** The reference lets it ring a little longer than it was asked to. */
const RING_GRACE_SEC = 5
const NAME_CHARS_MAX = 128
const RECORDING_EVENTS: readonly RecordingEvent[] = ['in-progress', 'completed', 'absent']

type Parameters = Values<typeof PARTICIPANT_PARAMETERS>

export function createParticipant(
  deps: Pick<RestDeps, 'config'>,
  books: Books,
  service: ConferenceService,
): (request: ApiRequest) => Promise<Answer> {
  return async (request) => {
    const { conference, friendlyName } = await roomOf(request, service)
    const participant = await readParticipant(request, friendlyName, { books, config: deps.config })
    const documentFor = (name: string) => participantDocument(participant.ticket, name)
    const added = await service.add(conference, participant, documentFor)
    switch (added) {
      case 'full':
        throw refuse('conferenceFull', { value: friendlyName })
      case 'label-taken':
        throw refuse('labelTaken', { value: participant.ticket.label ?? '' })
      case 'coach-absent':
        throw refuse('coachedAbsent')
      case 'coach-on-hold':
        throw refuse('coachedOnHold')
      case 'over':
        throw refuse('conferenceOver', { value: friendlyName })
      default:
        return answer(201, freshParticipantView(added))
    }
  }
}

/** @throws Refusal 20404 for a SID that is none of the account's, 16022 for a conference that is over */
async function roomOf(
  request: ApiRequest,
  service: ConferenceService,
): Promise<{ readonly conference: ConferenceRecord | null; readonly friendlyName: string }> {
  const named = (request.params.ConferenceSid ?? '').trim()
  const conference = await service.find(request.accountSid, named)
  if (conference) {
    if (conference.status === 'completed') throw refuse('conferenceOver', { value: named })
    return { conference, friendlyName: conference.friendlyName }
  }
  if (isSid('CF', named)) throw refuse('notFound', { value: request.path })
  if (named === '' || named.length > NAME_CHARS_MAX || !isXmlText(named)) {
    const why = `a SID, or a name of 1 to ${NAME_CHARS_MAX} characters`
    throw refuse('invalidParameter', { name: 'ConferenceSid', value: named, why })
  }
  return { conference: null, friendlyName: named }
}

/** Checked as a call first, then as a participant. @throws Refusal */
async function readParticipant(
  { accountSid, form }: ApiRequest,
  friendlyName: string,
  { books, config }: { readonly books: Books; readonly config: RestDeps['config'] },
): Promise<NewParticipant> {
  const { call } = await readNewCall({ accountSid, form: callForm(form) }, books, config)
  const parameters = readParameters(PARTICIPANT_PARAMETERS, form)
  const { voice: _, ...rest } = call
  const options = { ...rest.options, timeoutSec: parameters.Timeout + RING_GRACE_SEC }
  return { call: { ...rest, options }, ticket: ticketOf(form, parameters, friendlyName) }
}

/** What of the request is the call's. Its document comes later; machine detection never makes the call wait. */
function callForm(form: Form): Form {
  const own: Record<string, string | readonly string[]> = { Twiml: '<Response/>', AsyncAmd: 'true' }
  for (const name of CALL_NAMES) {
    const values = valuesOf(form, name)
    if (values.length > 0) own[name] = values
  }
  for (const suffix of ['', 'Method']) {
    const value = firstOf(form, `AmdStatusCallback${suffix}`)
    if (value !== undefined) own[`AsyncAmdStatusCallback${suffix}`] = value
  }
  return own
}

function ticketOf(form: Form, p: Parameters, friendlyName: string): Ticket {
  if (p.Coaching && p.CallSidToCoach === null) throw refuse('missingParameter', { name: 'CallSidToCoach' })
  const { events } = readEvents(form, 'ConferenceStatusCallbackEvent', CONFERENCE_TOPICS, ['start', 'end'])
  const { ConferenceStatusCallback: url, ConferenceStatusCallbackMethod: method } = p
  return {
    friendlyName,
    label: p.Label,
    muted: p.Muted,
    beep: p.Beep,
    startOnEnter: p.StartConferenceOnEnter,
    endOnExit: p.EndConferenceOnExit,
    wait: waitOf(form, p),
    participantsMax: p.MaxParticipants,
    coach: p.Coaching ? (p.CallSidToCoach as CallSid | null) : null,
    region: p.Region,
    callback: url === null ? null : { url, method, events },
    recording: recordingOf(form, p),
  }
}

/** An empty WaitUrl is silence, one that is not there music. */
function waitOf(form: Form, { WaitUrl: url, WaitMethod: method }: Parameters): Music {
  if (url !== null) return { url, method }
  return firstOf(form, 'WaitUrl') === '' ? 'silence' : 'music'
}

function recordingOf(form: Form, p: Parameters): ConferenceRecordingWish | null {
  if (p.ConferenceRecord !== 'true' && p.ConferenceRecord !== 'record-from-start') return null
  const { events } = readEvents(form, 'ConferenceRecordingStatusCallbackEvent', RECORDING_EVENTS, ['completed'])
  const { ConferenceRecordingStatusCallback: url, ConferenceRecordingStatusCallbackMethod: method } = p
  return { trim: p.ConferenceTrim, callback: url === null ? null : { url, method, events } }
}
