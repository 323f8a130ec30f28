/** One who is in a conference, or is being dialled for it: how it stands there, and the call that it is. */
import type { Instant } from '../../lib/ids.ts'
import type { Call } from '../call/call.ts'
import type { CallRecord } from '../call/call-record.ts'
import type { CallHost } from '../interpreter/flow.ts'
import type { LegMedia } from '../ports/leg-media.ts'
import type { RoomPlace } from '../ports/media-engine.ts'
import type { ParticipantRecord } from './conference-record.ts'
import type { ParticipantStatus } from './conference-service.ts'
import { SoloSound } from './solo-sound.ts'
import { beeps, type Music, type Ticket } from './ticket.ts'

/** The call of a participant, from the moment it comes. */
export class Inside {
  readonly call: Call
  /** Of the document that joined it. */
  readonly host: CallHost
  readonly leg: LegMedia
  readonly solo = new SoloSound()
  /** Called once, when it is out, with whether it ever was together with another one. */
  readonly out: (bridged: boolean) => void
  wait: Music
  held: Music = 'music'
  coached: LegMedia | null = null
  /** It was not alone while the conference was in progress. */
  bridged = false
  /** Its speech was told, and its end not yet. */
  speaking = false

  constructor(about: Pick<Inside, 'call' | 'host' | 'leg' | 'wait' | 'out'>) {
    this.call = about.call
    this.host = about.host
    this.leg = about.leg
    this.wait = about.wait
    this.out = about.out
  }
}

export interface Participant {
  record: ParticipantRecord
  /** Null while REST has it dialled. */
  inside: Inside | null
}

export type Present = Participant & { inside: Inside }

export const isPresent = (participant: Participant): participant is Present => participant.inside !== null

export function newParticipant(callSid: ParticipantRecord['callSid'], ticket: Ticket, now: Instant): ParticipantRecord {
  const { label, muted, startOnEnter, endOnExit, beep, coach } = ticket
  return {
    callSid,
    label,
    muted,
    hold: false,
    coaching: coach !== null,
    callSidToCoach: coach,
    startOnEnter,
    endOnExit,
    ...beeps(beep),
    createdAt: now,
    updatedAt: now,
    joinedAt: null,
  }
}

/** How far one has got that is being dialled. @param call null: it has not begun, or is over */
export function statusOf(call: CallRecord | null): ParticipantStatus {
  if (!call) return 'queued'
  if (call.status === 'queued') return call.startedAt === null ? 'queued' : 'connecting'
  if (call.status === 'ringing') return 'ringing'
  return call.status === 'in-progress' ? 'connected' : 'failed'
}

/** Who coaches one that is not there is heard by nobody, and never by all. */
export const placeOf = ({ record, inside }: Present): RoomPlace => ({
  muted: record.muted || (record.coaching && inside.coached === null),
  held: record.hold,
  coaches: record.coaching ? inside.coached : null,
})
