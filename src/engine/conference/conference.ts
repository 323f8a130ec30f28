/**
 * One live conference: an actor whose parts are its roster, its story and its sound. Inputs come from calls that join and
 * go, from REST and from the room; every change goes to the journal in one commit with the callback it causes.
 */
import type { Write } from '../../journal/store.ts'
import type { CallSid, ConferenceSid } from '../../lib/ids.ts'
import type { Call } from '../call/call.ts'
import { type Fetchable, isFinal } from '../call/call-record.ts'
import type { CallHost } from '../interpreter/flow.ts'
import type { Announcement } from './announcements.ts'
import { arrive } from './arrival.ts'
import { END_SENTENCES } from './conference-callback.ts'
import type { ConferenceDeps, Joining, Stay } from './conference-ports.ts'
import {
  type ConferenceRecord,
  conferenceWrite,
  type EndReason,
  type LeaveReason,
  type ParticipantRecord,
} from './conference-record.ts'
import type { AddRefusal, AnnounceRefusal, ChangeRefusal, ParticipantChange } from './conference-service.ts'
import { ConferenceSound } from './conference-sound.ts'
import { ConferenceStory } from './conference-story.ts'
import { type Inside, isPresent, newParticipant, type Participant, type Present } from './participant.ts'
import { changeParticipant } from './participant-change.ts'
import { Roster } from './roster.ts'
import { endSpeech, spoke } from './speech.ts'
import type { Ticket } from './ticket.ts'

interface Departure {
  readonly reason: LeaveReason
  readonly callStatus: string
  readonly kicked?: boolean
}

export class Conference {
  readonly #deps: ConferenceDeps
  readonly #roster: Roster
  readonly #story: ConferenceStory
  readonly #sound: ConferenceSound
  /** Those who fetch what they will wait with. */
  #arriving = 0
  /** Its end has begun. */
  #ending = false
  readonly #over = new AbortController()

  /** @param record a new one, or that of a conference whose process died */
  constructor(deps: ConferenceDeps, record: ConferenceRecord) {
    const { clock, media, sounds } = deps
    this.#deps = deps
    this.#roster = new Roster(record.participants)
    this.#story = new ConferenceStory(deps, record, this.#roster)
    this.#sound = new ConferenceSound({
      clock,
      media,
      sounds,
      record: deps.record,
      conference: () => this.record,
      over: this.#over.signal,
      fault: (fault) => deps.fault(this.record, fault),
      announced: (announcement, event, why) => this.#announced(announcement, event, why),
    })
  }

  get sid(): ConferenceSid {
    return this.record.sid
  }

  get record(): ConferenceRecord {
    return this.#story.record
  }

  get participants(): readonly Participant[] {
    return this.#roster.all
  }

  /** It is known to the outside. */
  get open(): boolean {
    return this.#story.isOpen
  }

  get ended(): boolean {
    return this.#over.signal.aborted
  }

  participant(callSidOrLabel: string): Participant | null {
    return this.#roster.named(callSidOrLabel)
  }

  /** Lets a call in. Resolves when it is out again, or with why it was not let in. */
  async join(joining: Joining): Promise<Stay> {
    const { call, host, ticket } = joining
    const { sid } = call.record
    this.#arriving += 1
    try {
      return await arrive(joining, {
        over: this.#over.signal,
        refusal: () => this.#roster.refusal(sid, ticket),
        // Who finds or brings the company that it takes need not wait.
        waits: this.record.status === 'init' && !this.#roster.canBeginWith(ticket),
        play: (inside, stop, loaded) => this.#sound.playWait(inside, stop, loaded),
        admit: (inside) => this.#admit(inside, ticket),
        leave: (inside) => {
          const participant = this.#roster.of(sid)
          if (participant?.inside !== inside) return false
          this.#leave(participant as Present, departureOf(call, host))
          return true
        },
      })
    } finally {
      this.#arriving -= 1
      this.vanishIfEmpty()
    }
  }

  /** A call is being dialled that will join. Writes what is to be committed with it. */
  expect(callSid: CallSid, ticket: Ticket): Write {
    this.#story.open(ticket)
    this.#roster.add({ record: newParticipant(callSid, ticket, this.#deps.clock.now()), inside: null })
    this.#story.update()
    return conferenceWrite(this.record)
  }

  /** Why a participant may not be added; null: it may. */
  addRefusal(ticket: Ticket): Exclude<AddRefusal, 'over'> | null {
    return this.#roster.addRefusal(ticket)
  }

  /** A call that was being dialled has ended without having joined. After a crash: so have all, also those that had. */
  missed(callSid: CallSid, callStatus: string, call: Call | null): void {
    const participant = this.#roster.of(callSid)
    if (!participant || isPresent(participant)) return
    this.#roster.remove(callSid)
    this.#story.update()
    this.#story.tell('participant-leave', call, participant.record, {
      ReasonParticipantLeft: participant.record.joinedAt === null ? 'participant_add_failed' : 'participant_hung_up',
      ParticipantCallStatus: callStatus,
    })
    if (this.#roster.isEmpty) this.#end('last-participant-left', participant.record, call)
  }

  /** Null: done. */
  change(callSid: CallSid, change: ParticipantChange): null | ChangeRefusal {
    const participant = this.#roster.of(callSid)
    if (!participant) return 'not-found'
    const parts = { roster: this.#roster, story: this.#story, sound: this.#sound }
    return changeParticipant(participant, change, parts, this.#deps.clock.now())
  }

  kick(callSid: CallSid): boolean {
    const participant = this.#roster.of(callSid)
    if (!participant) return false
    if (isPresent(participant))
      this.#leave(participant, { reason: 'participant_updated_via_api', callStatus: 'in-progress', kicked: true })
    else this.#deps.cancel(callSid)
    return true
  }

  /** Plays a document to all, fetched in the name of who is in for longest. */
  announce(document: Fetchable): null | AnnounceRefusal {
    if (this.ended) return 'over'
    const [first] = this.#roster.present
    return first ? this.#sound.announceToAll(first, document) : 'not-started'
  }

  endByApi(): void {
    this.#end('conference-ended-via-api', null, null)
  }

  /** One to which nobody has come is none. */
  vanishIfEmpty(): void {
    if (this.open || this.#arriving > 0 || this.ended) return
    this.#over.abort('nobody came')
    this.#deps.over(this, Promise.resolve())
  }

  #admit(inside: Inside, ticket: Ticket): void {
    const { sid } = inside.call.record
    const now = this.#deps.clock.now()
    this.#story.open(ticket)
    const expected = this.#roster.of(sid)?.record
    const record = { ...(expected ?? newParticipant(sid, ticket, now)), joinedAt: now, updatedAt: now }
    const participant: Present = { record, inside }
    inside.coached = record.callSidToCoach === null ? null : this.#roster.legOf(record.callSidToCoach)
    this.#roster.add(participant)
    if (ticket.recording) this.#sound.wantRecording(ticket.recording, sid)
    this.#story.update()
    this.#story.tell('participant-join', inside.call, record)
    if (this.#sound.hasRoom) this.#sound.enter(participant)
    else if (this.record.status === 'init' && this.#roster.canBegin) this.#begin(inside.call)
    else if (record.hold || !inside.solo.hasBackground) this.#sound.setBackground(participant)
    if (!this.#sound.hasRoom) return
    this.#together()
    this.#sound.recordIfWanted()
    if (record.beepOnEnter) this.#sound.beep('enter')
  }

  #begin(by: Call): void {
    this.#sound.openRoom((leg, speaking) => spoke(leg, speaking, this.#roster, this.#story))
    this.#story.move('began')
    for (const participant of this.#roster.present) this.#sound.enter(participant)
    this.#story.tell('conference-start', by)
  }

  #together(): void {
    const { present } = this.#roster
    if (present.length >= 2) for (const { inside } of present) inside.bridged = true
  }

  #announced(
    { url, callSid, call }: Announcement,
    event: 'announcement-end' | 'announcement-fail',
    why: string | null,
  ): void {
    const record = callSid === null ? undefined : this.#roster.of(callSid)?.record
    this.#story.tell(event, call, record, { AnnounceUrl: url, ...(why !== null && { ReasonAnnouncementFailed: why }) })
  }

  #leave(participant: Present, departure: Departure): void {
    const { record, inside } = participant
    this.#depart(participant, departure)
    if (record.endOnExit)
      this.#end(`participant-with-end-conference-on-exit-${departure.kicked ? 'kicked' : 'left'}`, record, inside.call)
    else if (this.#roster.isEmpty)
      this.#end(departure.kicked ? 'last-participant-kicked' : 'last-participant-left', record, inside.call)
    else if (record.beepOnExit) this.#sound.beep('exit')
  }

  /** Takes one out, with everything about it. */
  #depart(participant: Present, { reason, callStatus }: Departure): void {
    const { record, inside } = participant
    this.#sound.cutAnnouncements(record.callSid, 'The participant left')
    if (inside.speaking) endSpeech(participant, this.#story)
    this.#roster.remove(record.callSid)
    this.#sound.leave(participant)
    this.#story.update()
    this.#story.tell('participant-leave', inside.call, record, {
      ReasonParticipantLeft: reason,
      ParticipantCallStatus: callStatus,
    })
    inside.out(inside.bridged)
  }

  #end(reason: EndReason, by: ParticipantRecord | null, call: Call | null): void {
    if (this.#ending) return
    this.#ending = true
    const left = reason === 'conference-ended-via-api' ? 'conference_ended_via_api' : 'moderator_ended_conference'
    this.#sound.cutAnnouncements(null, 'The conference ended')
    for (const participant of this.#roster.all) {
      const { callSid } = participant.record
      if (isPresent(participant)) this.#depart(participant, { reason: left, callStatus: 'in-progress' })
      else {
        this.#deps.cancel(callSid)
        // Its call may not have begun yet.
        this.missed(callSid, 'canceled', null)
      }
    }
    this.#over.abort('the conference is over')
    this.#story.move('ended')
    this.#story.update({ reasonEnded: reason, callSidEnding: by?.callSid ?? null })
    this.#story.tell('conference-end', call, undefined, {
      ...(by && { CallSidEndingConference: by.callSid }),
      ...(by && by.label !== null && { ParticipantLabelEndingConference: by.label }),
      ReasonConferenceEnded: reason,
      Reason: END_SENTENCES[reason],
    })
    this.#deps.over(this, this.#sound.end())
  }
}

/** How one that left by itself is told: it hung up, was given another document, or its `<Dial>` let it go. */
function departureOf({ record: { status } }: Call, { stop }: CallHost): Departure {
  const redirected = stop.aborted && !isFinal(status)
  return { reason: redirected ? 'participant_updated_via_api' : 'participant_hung_up', callStatus: status }
}
