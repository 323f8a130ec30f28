/** A participant is changed by REST: what becomes of its record, what it hears from then on, and what is told. */
import type { Instant } from '../../lib/ids.ts'
import type { ParticipantRecord } from './conference-record.ts'
import type { ChangeRefusal, ParticipantChange } from './conference-service.ts'
import type { ConferenceSound } from './conference-sound.ts'
import type { ConferenceStory } from './conference-story.ts'
import { isPresent, type Participant, type Present } from './participant.ts'
import type { Roster } from './roster.ts'
import { endSpeech } from './speech.ts'

export interface ConferenceParts {
  readonly roster: Roster
  readonly story: ConferenceStory
  readonly sound: ConferenceSound
}

/** Null: done. */
export function changeParticipant(
  participant: Participant,
  change: ParticipantChange,
  { roster, story, sound }: ConferenceParts,
  now: Instant,
): null | ChangeRefusal {
  const before = participant.record
  const record = changedRecord(before, change, now)
  const coaches = record.coaching && (change.coaching === true || change.callSidToCoach !== undefined)
  const refused = coaches ? roster.coachRefusal(record) : null
  if (refused) return refused
  if (change.announce) {
    if (!isPresent(participant)) return 'not-joined'
    if (!sound.announceTo(participant, change.announce)) return 'too-many'
  }
  participant.record = record
  story.update()
  if (isPresent(participant)) {
    if (participant.inside.speaking && (record.muted || record.hold)) endSpeech(participant, story)
    changeWhatIsHeard(participant, before, change, { roster, story, sound })
  }
  const call = participant.inside?.call ?? null
  if (record.muted !== before.muted) story.tell(record.muted ? 'participant-mute' : 'participant-unmute', call, record)
  if (record.hold !== before.hold) story.tell(record.hold ? 'participant-hold' : 'participant-unhold', call, record)
  if (isModified(before, record) || change.wait !== undefined) story.tell('participant-modify', call, record)
  return null
}

function changedRecord(before: ParticipantRecord, change: ParticipantChange, now: Instant): ParticipantRecord {
  return {
    ...before,
    muted: change.muted ?? before.muted,
    hold: change.hold ?? before.hold,
    beepOnExit: change.beepOnExit ?? before.beepOnExit,
    endOnExit: change.endOnExit ?? before.endOnExit,
    coaching: change.coaching ?? before.coaching,
    callSidToCoach: change.callSidToCoach ?? before.callSidToCoach,
    updatedAt: now,
  }
}

function changeWhatIsHeard(
  participant: Present,
  before: ParticipantRecord,
  change: ParticipantChange,
  { roster, story, sound }: ConferenceParts,
): void {
  const { record, inside } = participant
  if (change.holdUrl !== undefined) inside.held = change.holdUrl ?? 'music'
  else if (record.hold && !before.hold) inside.held = 'music'
  if (change.wait !== undefined) inside.wait = change.wait
  if (record.callSidToCoach !== null) inside.coached = roster.legOf(record.callSidToCoach) ?? inside.coached
  const newHold = record.hold !== before.hold || (record.hold && change.holdUrl !== undefined)
  const newWait = change.wait !== undefined && !record.hold && story.record.status === 'init'
  if (newHold || newWait) sound.setBackground(participant)
  sound.change(participant)
}

/** Whether something changed that has no event of its own. */
const isModified = (before: ParticipantRecord, after: ParticipantRecord): boolean =>
  (['beepOnExit', 'endOnExit', 'coaching', 'callSidToCoach'] as const).some((name) => before[name] !== after[name])
