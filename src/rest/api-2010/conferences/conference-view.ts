/** A conference and its participants as the REST resources show them: the reference's field names, formats and nulls. */
import type { ConferenceRecord } from '../../../engine/conference/conference-record.ts'
import type { ParticipantView } from '../../../engine/conference/conference-service.ts'
import { formatRfc2822 } from '../../../lib/dates.ts'

const pathOf = ({ accountSid, sid }: Pick<ConferenceRecord, 'accountSid' | 'sid'>): string =>
  `/2010-04-01/Accounts/${accountSid}/Conferences/${sid}`

export function conferenceView(conference: ConferenceRecord): object {
  const path = pathOf(conference)
  return {
    sid: conference.sid,
    account_sid: conference.accountSid,
    friendly_name: conference.friendlyName,
    status: conference.status,
    region: conference.region,
    date_created: formatRfc2822(conference.createdAt),
    date_updated: formatRfc2822(conference.updatedAt),
    api_version: '2010-04-01',
    reason_conference_ended: conference.reasonEnded,
    call_sid_ending_conference: conference.callSidEnding,
    uri: `${path}.json`,
    subresource_uris: { participants: `${path}/Participants.json`, recordings: `${path}/Recordings.json` },
  }
}

export function participantView({ conference, participant, status }: ParticipantView): object {
  return view({ conference, participant, status }, null)
}

/** The answer to the create itself, which alone tells how long the call will wait for its turn. */
export function freshParticipantView(about: ParticipantView): object {
  return view(about, String(about.queueTimeMs))
}

function view(
  { conference, participant, status }: Pick<ParticipantView, 'conference' | 'participant' | 'status'>,
  queueTime: string | null,
): object {
  const { callSid, callSidToCoach } = participant
  return {
    account_sid: conference.accountSid,
    call_sid: callSid,
    label: participant.label,
    call_sid_to_coach: callSidToCoach,
    coaching: participant.coaching,
    conference_sid: conference.sid,
    date_created: formatRfc2822(participant.createdAt),
    date_updated: formatRfc2822(participant.updatedAt),
    end_conference_on_exit: participant.endOnExit,
    muted: participant.muted,
    hold: participant.hold,
    start_conference_on_enter: participant.startOnEnter,
    status,
    queue_time: queueTime,
    uri: `${pathOf(conference)}/Participants/${callSid}.json`,
  }
}
