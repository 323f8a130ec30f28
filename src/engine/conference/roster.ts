/** Who is in a conference, or is being dialled for it, and whether one more may come. Pure state, no effects. */
import type { CallSid } from '../../lib/ids.ts'
import type { LegMedia } from '../ports/leg-media.ts'
import type { ParticipantRecord } from './conference-record.ts'
import type { AddRefusal } from './conference-service.ts'
import { isPresent, type Participant, type Present } from './participant.ts'
import type { Ticket } from './ticket.ts'

export class Roster {
  /** In the order in which they came. */
  readonly #participants = new Map<CallSid, Participant>()

  /** @param records of a conference whose process died: none of them is there */
  constructor(records: readonly ParticipantRecord[]) {
    for (const record of records) this.#participants.set(record.callSid, { record, inside: null })
  }

  get isEmpty(): boolean {
    return this.#participants.size === 0
  }

  get all(): readonly Participant[] {
    return [...this.#participants.values()]
  }

  get present(): readonly Present[] {
    return this.all.filter(isPresent)
  }

  of(callSid: CallSid): Participant | null {
    return this.#participants.get(callSid) ?? null
  }

  named(callSidOrLabel: string): Participant | null {
    return this.of(callSidOrLabel as CallSid) ?? this.all.find(({ record }) => record.label === callSidOrLabel) ?? null
  }

  /** Null: it is not in. */
  legOf(callSid: CallSid): LegMedia | null {
    return this.of(callSid)?.inside?.leg ?? null
  }

  /** As the last one, whether it was expected or not. */
  add(participant: Participant): void {
    this.remove(participant.record.callSid)
    this.#participants.set(participant.record.callSid, participant)
  }

  remove(callSid: CallSid): void {
    this.#participants.delete(callSid)
  }

  /** Why this call may not come in. @param callSid null: there is no call yet */
  refusal(callSid: CallSid | null, ticket: Ticket): 'full' | 'label-taken' | 'coach-absent' | null {
    // One that was being dialled has its place and its label already.
    const others = this.all.filter(({ record }) => record.callSid !== callSid)
    const inside = others.filter(isPresent).length
    if (inside >= ticket.participantsMax) return 'full'
    if (ticket.label !== null && others.some(({ record }) => record.label === ticket.label)) return 'label-taken'
    const { coach } = ticket
    return coach !== null && (coach === callSid || !this.legOf(coach)) ? 'coach-absent' : null
  }

  /** Why a participant may not be added. */
  addRefusal(ticket: Ticket): Exclude<AddRefusal, 'over'> | null {
    return (
      this.refusal(null, ticket) ?? (ticket.coach !== null && this.#isOnHold(ticket.coach) ? 'coach-on-hold' : null)
    )
  }

  /** Why this participant may not coach as it wants to. */
  coachRefusal({
    callSid,
    callSidToCoach,
  }: ParticipantRecord): 'coach-missing' | 'coach-absent' | 'coach-on-hold' | null {
    if (callSidToCoach === null) return 'coach-missing'
    if (callSidToCoach === callSid || !this.legOf(callSidToCoach)) return 'coach-absent'
    return this.#isOnHold(callSidToCoach) ? 'coach-on-hold' : null
  }

  /** Two are in, and one of them starts it. */
  get canBegin(): boolean {
    const { present } = this
    return present.length >= 2 && present.some(({ record }) => record.startOnEnter)
  }

  canBeginWith({ startOnEnter }: Ticket): boolean {
    const { present } = this
    return present.length >= 1 && (startOnEnter || present.some(({ record }) => record.startOnEnter))
  }

  #isOnHold(callSid: CallSid): boolean {
    return this.of(callSid)?.record.hold ?? false
  }
}
