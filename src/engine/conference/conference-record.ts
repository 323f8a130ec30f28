/**
 * What the platform knows of one conference: the state behind the REST resource, written to the store with every change,
 * and enough to end the conference honestly after a crash. A plain JSON value.
 */
import type { Write } from '../../journal/store.ts'
import { type AccountSid, type CallSid, type ConferenceSid, type Instant, newSid } from '../../lib/ids.ts'
import type { Fetchable } from '../call/call-record.ts'

export type ConferenceStatus = 'init' | 'in-progress' | 'completed'

/** Why a conference ended, in the reference's spelling. */
export type EndReason =
  | 'conference-ended-via-api'
  | 'last-participant-left'
  | 'last-participant-kicked'
  | 'participant-with-end-conference-on-exit-left'
  | 'participant-with-end-conference-on-exit-kicked'

/** Why a participant left, in the reference's spelling. */
export type LeaveReason =
  | 'participant_hung_up'
  | 'participant_updated_via_api'
  | 'moderator_ended_conference'
  | 'conference_ended_via_api'
  | 'participant_add_failed'

/** What a status callback may ask for. */
export const CONFERENCE_TOPICS = [
  'start',
  'end',
  'join',
  'leave',
  'mute',
  'hold',
  'modify',
  'speaker',
  'announcement',
] as const
export type ConferenceTopic = (typeof CONFERENCE_TOPICS)[number]

export interface ConferenceCallback extends Fetchable {
  readonly events: readonly ConferenceTopic[]
}

/** How a participant stands in the conference. What it waits with is its document's business. */
export interface ParticipantRecord {
  readonly callSid: CallSid
  readonly label: string | null
  readonly muted: boolean
  readonly hold: boolean
  readonly coaching: boolean
  readonly callSidToCoach: CallSid | null
  readonly startOnEnter: boolean
  readonly endOnExit: boolean
  readonly beepOnEnter: boolean
  readonly beepOnExit: boolean
  readonly createdAt: Instant
  readonly updatedAt: Instant
  /** Null while REST has it dialled. */
  readonly joinedAt: Instant | null
}

export interface ConferenceRecord {
  readonly sid: ConferenceSid
  readonly accountSid: AccountSid
  /** Unique among the live ones of the account. */
  readonly friendlyName: string
  readonly status: ConferenceStatus
  readonly region: string
  readonly createdAt: Instant
  readonly updatedAt: Instant
  readonly reasonEnded: EndReason | null
  readonly callSidEnding: CallSid | null
  /** As the first participant gave it. */
  readonly callback: ConferenceCallback | null
  /** SequenceNumber of the next status callback. */
  readonly sequence: number
  /** Those in it, in the order in which they came; those being dialled too. */
  readonly participants: readonly ParticipantRecord[]
}

const DEFAULT_REGION = 'us1'

export const newConference = (
  about: Pick<ConferenceRecord, 'accountSid' | 'friendlyName'>,
  now: Instant,
): ConferenceRecord => ({
  ...about,
  sid: newSid('CF'),
  status: 'init',
  region: DEFAULT_REGION,
  createdAt: now,
  updatedAt: now,
  reasonEnded: null,
  callSidEnding: null,
  callback: null,
  sequence: 1,
  participants: [],
})

export function conferenceWrite(conference: ConferenceRecord): Write {
  const { sid, accountSid, friendlyName, status, createdAt, updatedAt } = conference
  const live = status !== 'completed'
  return {
    kind: 'conference',
    conference: { sid, accountSid, friendlyName, status, live, createdAt, updatedAt, row: conference },
  }
}
