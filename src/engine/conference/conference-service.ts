/** What REST may ask of conferences. Live ones answer from memory, those that are over from the store. */
import type { AccountSid, CallSid, ConferenceSid } from '../../lib/ids.ts'
import type { Fetchable } from '../call/call-record.ts'
import type { NewCall } from '../call/call-service.ts'
import type { ConferenceRecord, ParticipantRecord } from './conference-record.ts'
import type { Ticket } from './ticket.ts'

/** How far a participant has got, in the reference's words. */
export type ParticipantStatus = 'queued' | 'connecting' | 'ringing' | 'connected' | 'complete' | 'failed'

export interface ParticipantView {
  readonly conference: Pick<ConferenceRecord, 'sid' | 'accountSid' | 'friendlyName'>
  readonly participant: ParticipantRecord
  readonly status: ParticipantStatus
  /** Of a fresh one: how long its call will wait for its turn. */
  readonly queueTimeMs: number
}

/** Absent members stay as they are. */
export interface ParticipantChange {
  readonly muted?: boolean
  readonly hold?: boolean
  /** What it is held with; null: music of our own. */
  readonly holdUrl?: Fetchable | null
  readonly announce?: Fetchable
  readonly wait?: Fetchable | 'silence'
  readonly beepOnExit?: boolean
  readonly endOnExit?: boolean
  readonly coaching?: boolean
  readonly callSidToCoach?: CallSid
}

/** `not-started`, `over`: nobody is there who could hear it. */
export type AnnounceRefusal = 'not-started' | 'over' | 'too-many'
export type ChangeRefusal = 'not-found' | 'coach-absent' | 'coach-on-hold' | 'coach-missing' | 'not-joined' | 'too-many'
export type AddRefusal = 'label-taken' | 'coach-absent' | 'coach-on-hold' | 'full' | 'over'

/** A participant to be dialled: its call, but for the document that lets it join. */
export interface NewParticipant {
  readonly call: Omit<NewCall, 'voice'>
  readonly ticket: Ticket
}

export interface ConferenceService {
  /** By SID, or a live one by its name. Null when the account has none. */
  find(accountSid: AccountSid, sidOrName: string): Promise<ConferenceRecord | null>
  /** Resolves when its end is on disk. One that is over stays as it is. */
  end(conference: ConferenceRecord): Promise<ConferenceRecord>
  /** Plays a document to all. Resolves when it has begun. */
  announce(conference: ConferenceRecord, document: Fetchable): Promise<ConferenceRecord | AnnounceRefusal>
  /** In the order in which they came; none once it is over. */
  participants(sid: ConferenceSid): readonly ParticipantView[]
  /** By its call's SID or its label. */
  participant(sid: ConferenceSid, callSidOrLabel: string): ParticipantView | null
  change(sid: ConferenceSid, callSid: CallSid, change: ParticipantChange): Promise<ParticipantView | ChangeRefusal>
  /** Its call goes on behind its `<Dial>`; one that is being dialled is cancelled. False when it is not there. */
  kick(sid: ConferenceSid, callSid: CallSid): Promise<boolean>
  /**
   * Dials a participant. @param conference to join; null: the live one of the ticket's name, made when there is none
   */
  add(
    conference: ConferenceRecord | null,
    participant: NewParticipant,
    documentFor: (friendlyName: string) => string,
  ): Promise<ParticipantView | AddRefusal>
}
