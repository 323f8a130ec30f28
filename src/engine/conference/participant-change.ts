/** What a change by REST makes of a participant; what it sets off is the conference's business. */
import type { Instant } from '../../lib/ids.ts'
import type { ParticipantRecord } from './conference-record.ts'
import type { ParticipantChange } from './conference-service.ts'

export function changedParticipant(
  before: ParticipantRecord,
  change: ParticipantChange,
  now: Instant,
): ParticipantRecord {
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

/** Whether something changed that has no event of its own. */
export const isModified = (before: ParticipantRecord, after: ParticipantRecord): boolean =>
  (['beepOnExit', 'endOnExit', 'coaching', 'callSidToCoach'] as const).some((name) => before[name] !== after[name])
