/**
 * What is told of one conference: its record, written with every change, in one commit with the callback that the change
 * causes.
 */
import type { Call } from '../call/call.ts'
import { type ConferenceEvent, conferenceParameters, participantParameters, topicOf } from './conference-callback.ts'
import type { ConferenceDeps } from './conference-ports.ts'
import { type ConferenceRecord, conferenceWrite, type ParticipantRecord } from './conference-record.ts'
import { type ConferenceInput, stepConference } from './conference-state.ts'
import type { Roster } from './roster.ts'
import type { Ticket } from './ticket.ts'

export class ConferenceStory {
  readonly #deps: Pick<ConferenceDeps, 'clock' | 'write' | 'callback'>
  readonly #roster: Roster
  #record: ConferenceRecord
  #isOpen = false

  constructor(deps: Pick<ConferenceDeps, 'clock' | 'write' | 'callback'>, record: ConferenceRecord, roster: Roster) {
    this.#deps = deps
    this.#record = record
    this.#roster = roster
  }

  get record(): ConferenceRecord {
    return this.#record
  }

  /** Somebody has come, or is being dialled: it exists. */
  get isOpen(): boolean {
    return this.#isOpen
  }

  /** The first one's ticket says how it is told. */
  open(ticket: Ticket): void {
    if (this.#isOpen) return
    this.#isOpen = true
    this.#record = { ...this.#record, callback: ticket.callback, region: ticket.region ?? this.#record.region }
  }

  move(input: ConferenceInput): void {
    const status = stepConference(this.#record.status, input)
    if (status) this.update({ status })
  }

  /** Brings the record in line with who is there, and with this. */
  update(change: Partial<ConferenceRecord> = {}): void {
    const participants = this.#roster.all.map(({ record }) => record)
    this.#record = { ...this.#record, ...change, participants, updatedAt: this.#deps.clock.now() }
  }

  /** Tells of an event if it was asked for, together with the conference as it is now. */
  tell(
    event: ConferenceEvent,
    call: Call | null,
    participant?: ParticipantRecord,
    more: Readonly<Record<string, string>> = {},
  ): void {
    const conference = this.#record
    const topic = topicOf(event)
    if (!conference.callback?.events.includes(topic)) {
      // Who speaks, and what is announced, changes nothing on its record.
      if (topic !== 'speaker' && topic !== 'announcement') this.#deps.write([conferenceWrite(conference)])
      return
    }
    const { sequence } = conference
    this.update({ sequence: sequence + 1 })
    const parameters = {
      ...conferenceParameters(conference, event, sequence, this.#deps.clock.now()),
      ...(participant && participantParameters(participant)),
      ...more,
    }
    this.#deps.callback({ conference: this.#record, call, event, parameters, because: [conferenceWrite(this.#record)] })
  }
}
