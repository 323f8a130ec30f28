/** A conference's life as a table: status by input. A missing cell is "not possible here". */
import type { ConferenceStatus } from './conference-record.ts'

export type ConferenceInput =
  /** Two are in, and one of them starts it. */
  'began' | 'ended'

export const CONFERENCE_TABLE: Readonly<
  Record<ConferenceStatus, Readonly<Partial<Record<ConferenceInput, ConferenceStatus>>>>
> = {
  init: { began: 'in-progress', ended: 'completed' },
  'in-progress': { ended: 'completed' },
  completed: {},
}

export const stepConference = (status: ConferenceStatus, input: ConferenceInput): ConferenceStatus | null =>
  CONFERENCE_TABLE[status][input] ?? null
