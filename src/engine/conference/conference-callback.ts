/** The conference status callback: which event belongs to which topic, and what each one says. */
import { formatRfc2822 } from '../../lib/dates.ts'
import type { Instant } from '../../lib/ids.ts'
import type { ConferenceRecord, ConferenceTopic, EndReason, ParticipantRecord } from './conference-record.ts'

const TOPICS = {
  'conference-start': 'start',
  'conference-end': 'end',
  'participant-join': 'join',
  'participant-leave': 'leave',
  'participant-mute': 'mute',
  'participant-unmute': 'mute',
  'participant-hold': 'hold',
  'participant-unhold': 'hold',
  'participant-modify': 'modify',
  'participant-speech-start': 'speaker',
  'participant-speech-stop': 'speaker',
  'announcement-end': 'announcement',
  'announcement-fail': 'announcement',
} as const satisfies Record<string, ConferenceTopic>

export type ConferenceEvent = keyof typeof TOPICS

export const topicOf = (event: ConferenceEvent): ConferenceTopic => TOPICS[event]

/** The sentence beside `ReasonConferenceEnded`. */
export const END_SENTENCES: Readonly<Record<EndReason, string>> = {
  'conference-ended-via-api': 'The conference was ended via the API',
  'last-participant-left': 'The last participant left the conference',
  'last-participant-kicked': 'The last participant was removed from the conference',
  'participant-with-end-conference-on-exit-left': 'A participant with endConferenceOnExit left the conference',
  'participant-with-end-conference-on-exit-kicked':
    'A participant with endConferenceOnExit was removed from the conference',
}

/** What every callback has. It has none of the standard voice parameters. */
export const conferenceParameters = (
  { sid, friendlyName, accountSid }: Pick<ConferenceRecord, 'sid' | 'friendlyName' | 'accountSid'>,
  event: ConferenceEvent,
  sequence: number,
  at: Instant,
): Record<string, string> => ({
  AccountSid: accountSid,
  ConferenceSid: sid,
  FriendlyName: friendlyName,
  SequenceNumber: String(sequence),
  Timestamp: formatRfc2822(at),
  StatusCallbackEvent: event,
})

/** What a callback about one participant has besides. */
export function participantParameters(participant: ParticipantRecord): Record<string, string> {
  const { callSid, muted, hold, coaching, callSidToCoach, startOnEnter, endOnExit, label } = participant
  return {
    CallSid: callSid,
    Muted: String(muted),
    Hold: String(hold),
    Coaching: String(coaching),
    ...(coaching && callSidToCoach && { CallSidToCoach: callSidToCoach }),
    StartConferenceOnEnter: String(startOnEnter),
    EndConferenceOnExit: String(endOnExit),
    ...(label !== null && { ParticipantLabel: label }),
  }
}
