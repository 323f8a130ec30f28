/**
 * One live conference: an actor that owns its record, its participants and its room. Inputs come from calls that join and
 * go, from REST and from the room; every change goes to the journal in one commit with the callback it causes.
 *
 * Until it begins there is no room: each one waits for itself. Once it has begun it has one until it ends, also with a
 * single participant left.
 */
import type { Write } from '../../journal/store.ts'
import type { CallSid, ConferenceSid } from '../../lib/ids.ts'
import type { Call } from '../call/call.ts'
import { type Fetchable, isFinal } from '../call/call-record.ts'
import type { CallHost } from '../interpreter/flow.ts'
import type { LegMedia } from '../ports/leg-media.ts'
import type { MediaRoom } from '../ports/media-engine.ts'
import { type Announcement, Announcements } from './announcements.ts'
import { arrive } from './arrival.ts'
import {
  type ConferenceEvent,
  conferenceParameters,
  END_SENTENCES,
  participantParameters,
  topicOf,
} from './conference-callback.ts'
import type { ConferenceDeps, Joining, Stay } from './conference-ports.ts'
import {
  type ConferenceRecord,
  conferenceWrite,
  type EndReason,
  type LeaveReason,
  type ParticipantRecord,
} from './conference-record.ts'
import type { AnnounceRefusal, ChangeRefusal, ParticipantChange } from './conference-service.ts'
import { stepConference } from './conference-state.ts'
import { type DocumentPlayer, playerFor } from './document-player.ts'
import { type Inside, isPresent, newParticipant, type Participant, type Present, placeOf } from './participant.ts'
import { changedParticipant, isModified } from './participant-change.ts'
import { RoomSound } from './room-sound.ts'
import { SoloSound } from './solo-sound.ts'
import type { ConferenceRecordingWish, Ticket } from './ticket.ts'

interface Departure {
  readonly reason: LeaveReason
  readonly callStatus: string
  readonly kicked?: boolean
}

interface Room {
  readonly media: MediaRoom
  readonly sound: RoomSound
  /** To all, one after the other. */
  readonly announcements: SoloSound
}

export class Conference {
  readonly #deps: ConferenceDeps
  #record: ConferenceRecord
  readonly #participants = new Map<CallSid, Participant>()
  readonly #player: DocumentPlayer
  readonly #announcements: Announcements
  /** Those who fetch what they will wait with. */
  #arriving = 0
  /** Somebody has come, or is being dialled: it exists. */
  #open = false
  #room: Room | null = null
  #recordingWish: { readonly wish: ConferenceRecordingWish; readonly by: CallSid } | null = null
  #recorded = false
  /** Its end has begun. */
  #ending = false
  readonly #over = new AbortController()

  /** @param record a new one, or that of a conference whose process died */
  constructor(deps: ConferenceDeps, record: ConferenceRecord) {
    this.#deps = deps
    this.#record = record
    for (const participant of record.participants)
      this.#participants.set(participant.callSid, { record: participant, inside: null })
    this.#player = playerFor({
      parameters: { ConferenceSid: record.sid, FriendlyName: record.friendlyName },
      fault: (fault) => deps.fault(this.#record, fault),
    })
    this.#announcements = new Announcements((announcement, event, why) => this.#announced(announcement, event, why))
  }

  get sid(): ConferenceSid {
    return this.#record.sid
  }

  get record(): ConferenceRecord {
    return this.#record
  }

  get participants(): readonly Participant[] {
    return [...this.#participants.values()]
  }

  get #present(): readonly Present[] {
    return this.participants.filter(isPresent)
  }

  /** It is known to the outside. */
  get open(): boolean {
    return this.#open
  }

  get ended(): boolean {
    return this.#over.signal.aborted
  }

  participant(callSidOrLabel: string): Participant | null {
    const bySid = this.#participants.get(callSidOrLabel as CallSid)
    return bySid ?? this.participants.find(({ record }) => record.label === callSidOrLabel) ?? null
  }

  /** Lets a call in. Resolves when it is out again, or with why it was not let in. */
  async join(joining: Joining): Promise<Stay> {
    const { call, host, ticket } = joining
    const { sid } = call.record
    const insideOne = (inside: Inside): Present | null => {
      const participant = this.#participants.get(sid)
      return participant?.inside === inside ? (participant as Present) : null
    }
    this.#arriving += 1
    try {
      return await arrive(joining, {
        over: this.#over.signal,
        refusal: () => this.#refusal(sid, ticket),
        // Who finds or brings the company that it takes need not wait.
        waits: !this.#wouldBegin(ticket),
        play: (inside, stop, loaded) => this.#player.play(host, inside.wait, 'wait', stop, loaded),
        admit: (inside) => this.#admit(inside, ticket),
        leave: (inside) => {
          const participant = insideOne(inside)
          if (participant) this.#leave(participant, departureOf(call, host))
          return participant !== null
        },
      })
    } finally {
      this.#arriving -= 1
      this.vanishIfEmpty()
    }
  }

  /** A call is being dialled that will join. Writes what is to be committed with it. */
  expect(callSid: CallSid, ticket: Ticket): Write {
    this.#opened(ticket)
    const record = newParticipant(callSid, ticket, this.#deps.clock.now())
    this.#participants.set(callSid, { record, inside: null })
    this.#update({})
    return conferenceWrite(this.#record)
  }

  /** Why a participant may not be added; null: it may. */
  addRefusal(ticket: Ticket): 'label-taken' | 'coach-absent' | 'coach-on-hold' | 'full' | null {
    return (
      this.#refusal(null, ticket) ?? (ticket.coach !== null && this.#coachOnHold(ticket.coach) ? 'coach-on-hold' : null)
    )
  }

  /** A call that was being dialled has ended without having joined. After a crash: so have all, also those that had. */
  missed(callSid: CallSid, callStatus: string, call: Call | null): void {
    const participant = this.#participants.get(callSid)
    if (!participant || isPresent(participant)) return
    this.#participants.delete(callSid)
    this.#update({})
    this.#tell('participant-leave', call, participant.record, {
      ReasonParticipantLeft: participant.record.joinedAt === null ? 'participant_add_failed' : 'participant_hung_up',
      ParticipantCallStatus: callStatus,
    })
    if (this.#participants.size === 0) this.#end('last-participant-left', participant.record, call)
  }

  /** Null: done. */
  change(callSid: CallSid, change: ParticipantChange): null | ChangeRefusal {
    const participant = this.#participants.get(callSid)
    if (!participant) return 'not-found'
    const { record } = participant
    const wanted = changedParticipant(record, change, this.#deps.clock.now())
    const coaches = wanted.coaching && (change.coaching === true || change.callSidToCoach !== undefined)
    const refused = coaches ? this.#coachRefusal(wanted) : null
    if (refused) return refused
    if (change.announce) {
      if (!isPresent(participant)) return 'not-joined'
      if (!this.#announceTo(participant, change.announce)) return 'too-many'
    }
    this.#apply(participant, change, wanted)
    return null
  }

  kick(callSid: CallSid): boolean {
    const participant = this.#participants.get(callSid)
    if (!participant) return false
    if (isPresent(participant))
      this.#leave(participant, { reason: 'participant_updated_via_api', callStatus: 'in-progress', kicked: true })
    else this.#deps.cancel(callSid)
    return true
  }

  /** Plays a document to all, fetched in the name of who is in for longest. */
  announce(document: Fetchable): null | AnnounceRefusal {
    if (this.ended) return 'over'
    const [first] = this.#present
    const room = this.#room
    if (!room || !first) return 'not-started'
    const { call } = first.inside
    const announcement = this.#announcements.begin(document.url, null, call)
    if (!announcement) return 'too-many'
    // However the call goes on by which it is fetched.
    const host = room.sound.hostOf(call.documentHost(this.#over.signal))
    const played = room.announcements.announce((stop) => this.#player.play(host, document, 'announce', stop))
    call.during(played.then((ending) => announcement.ended(ending)))
    return null
  }

  endByApi(): void {
    this.#end('conference-ended-via-api', null, null)
  }

  #refusal(callSid: CallSid | null, ticket: Ticket): 'full' | 'label-taken' | 'coach-absent' | null {
    // One that was being dialled has its place and its label already.
    const others = this.participants.filter(({ record }) => record.callSid !== callSid)
    const inside = others.filter(isPresent).length
    if (inside >= ticket.participantsMax) return 'full'
    if (ticket.label !== null && others.some(({ record }) => record.label === ticket.label)) return 'label-taken'
    const { coach } = ticket
    return coach !== null && (coach === callSid || !this.#insideOf(coach)) ? 'coach-absent' : null
  }

  #insideOf(callSid: CallSid): Inside | null {
    return this.#participants.get(callSid)?.inside ?? null
  }

  #coachRefusal({
    callSid,
    callSidToCoach,
  }: ParticipantRecord): 'coach-missing' | 'coach-absent' | 'coach-on-hold' | null {
    if (callSidToCoach === null) return 'coach-missing'
    if (callSidToCoach === callSid || !this.#insideOf(callSidToCoach)) return 'coach-absent'
    return this.#coachOnHold(callSidToCoach) ? 'coach-on-hold' : null
  }

  #coachOnHold(callSid: CallSid): boolean {
    return this.#participants.get(callSid)?.record.hold ?? false
  }

  #admit(inside: Inside, ticket: Ticket): void {
    const { sid } = inside.call.record
    const now = this.#deps.clock.now()
    this.#opened(ticket)
    const expected = this.#participants.get(sid)?.record
    const record = { ...(expected ?? newParticipant(sid, ticket, now)), joinedAt: now, updatedAt: now }
    const participant: Present = { record, inside }
    inside.coached = record.callSidToCoach === null ? null : (this.#insideOf(record.callSidToCoach)?.leg ?? null)
    // Who was expected comes last among those who are in.
    this.#participants.delete(sid)
    this.#participants.set(sid, participant)
    if (ticket.recording) this.#recordingWish ??= { wish: ticket.recording, by: sid }
    this.#update({})
    this.#tell('participant-join', inside.call, record)
    if (this.#room) this.#enterRoom(participant, this.#room)
    else if (this.#beginIsDue()) this.#begin(inside.call)
    else if (record.hold || !inside.solo.hasBackground) this.#setBackground(participant)
    if (!this.#room) return
    this.#together()
    this.#recordIfWanted()
    if (record.beepOnEnter) this.#room.sound.beep('enter')
  }

  #opened(ticket: Ticket): void {
    if (this.#open) return
    this.#open = true
    this.#record = { ...this.#record, callback: ticket.callback, region: ticket.region ?? this.#record.region }
  }

  #beginIsDue(): boolean {
    const present = this.#present
    return this.#record.status === 'init' && present.length >= 2 && present.some(({ record }) => record.startOnEnter)
  }

  /** Whether the conference is in progress as soon as one with this ticket is in: it need not wait. */
  #wouldBegin({ startOnEnter }: Ticket): boolean {
    if (this.#record.status !== 'init') return true
    const present = this.#present
    return present.length >= 1 && (startOnEnter || present.some(({ record }) => record.startOnEnter))
  }

  #begin(by: Call): void {
    const media = this.#deps.media.room()
    const { clock, sounds } = this.#deps
    const sound = new RoomSound(media, { clock, sounds }, this.#over.signal)
    this.#room = { media, sound, announcements: new SoloSound() }
    media.onSpeech((leg, speaking) => this.#spoke(leg, speaking))
    this.#move('began')
    for (const participant of this.#present) this.#enterRoom(participant, this.#room)
    this.#tell('conference-start', by)
  }

  #enterRoom(participant: Present, room: Room): void {
    this.#setBackground(participant)
    room.media.enter(participant.inside.leg, placeOf(participant), 'Conference')
  }

  /** What it hears for itself: its hold, else before the beginning what it waits with. */
  #setBackground({ record, inside }: Present): void {
    const { host, solo } = inside
    if (record.hold) solo.setBackground((stop) => this.#player.play(host, inside.held, 'hold', stop))
    else if (this.#room) solo.setBackground(null)
    else solo.setBackground((stop) => this.#player.play(host, inside.wait, 'wait', stop))
  }

  #together(): void {
    const present = this.#present
    if (present.length >= 2) for (const { inside } of present) inside.bridged = true
  }

  #recordIfWanted(): void {
    if (this.#recorded || !this.#recordingWish || !this.#room) return
    this.#recorded = true
    const { wish, by } = this.#recordingWish
    this.#deps.record(this.#record, this.#room.media, wish, by)
  }

  #apply(participant: Participant, change: ParticipantChange, record: ParticipantRecord): void {
    const before = participant.record
    const { inside } = participant
    const quiet = inside?.speaking && (record.muted || record.hold)
    participant.record = record
    this.#update({})
    if (quiet) this.#endSpeech(participant as Present)
    if (inside) this.#applyInside(participant as Present, before, change)
    const call = inside?.call ?? null
    if (record.muted !== before.muted)
      this.#tell(record.muted ? 'participant-mute' : 'participant-unmute', call, record)
    if (record.hold !== before.hold) this.#tell(record.hold ? 'participant-hold' : 'participant-unhold', call, record)
    if (isModified(before, record) || change.wait !== undefined) this.#tell('participant-modify', call, record)
  }

  #applyInside(participant: Present, before: ParticipantRecord, change: ParticipantChange): void {
    const { record, inside } = participant
    if (change.holdUrl !== undefined) inside.held = change.holdUrl ?? 'music'
    else if (record.hold && !before.hold) inside.held = 'music'
    if (change.wait !== undefined) inside.wait = change.wait
    if (record.callSidToCoach !== null) inside.coached = this.#insideOf(record.callSidToCoach)?.leg ?? inside.coached
    const newHold = record.hold !== before.hold || (record.hold && change.holdUrl !== undefined)
    const newWait = change.wait !== undefined && !record.hold && this.#record.status === 'init'
    if (newHold || newWait) this.#setBackground(participant)
    this.#room?.media.change(inside.leg, placeOf(participant))
  }

  #announceTo(participant: Present, document: Fetchable): boolean {
    const { inside, record } = participant
    const announcement = this.#announcements.begin(document.url, record.callSid, inside.call)
    if (!announcement) return false
    const played = inside.solo.announce((stop) => this.#player.play(inside.host, document, 'announce', stop))
    inside.call.during(played.then((ending) => announcement.ended(ending)))
    return true
  }

  #announced(
    { url, callSid, call }: Announcement,
    event: 'announcement-end' | 'announcement-fail',
    why: string | null,
  ): void {
    const record = callSid === null ? undefined : this.#participants.get(callSid)?.record
    this.#tell(event, call, record, {
      AnnounceUrl: url,
      ...(why !== null && { ReasonAnnouncementFailed: why }),
    })
  }

  #spoke(leg: LegMedia, speaking: boolean): void {
    const participant = this.#present.find(({ inside }) => inside.leg === leg)
    if (!participant || participant.inside.speaking === speaking) return
    if (!speaking) {
      this.#endSpeech(participant)
      return
    }
    if (participant.record.muted || participant.record.hold) return
    participant.inside.speaking = true
    this.#tell('participant-speech-start', participant.inside.call, participant.record)
  }

  #endSpeech({ inside, record }: Present): void {
    inside.speaking = false
    this.#tell('participant-speech-stop', inside.call, record)
  }

  #leave(participant: Present, departure: Departure): void {
    const { record, inside } = participant
    this.#depart(participant, departure)
    if (record.endOnExit)
      this.#end(`participant-with-end-conference-on-exit-${departure.kicked ? 'kicked' : 'left'}`, record, inside.call)
    else if (this.#participants.size === 0)
      this.#end(departure.kicked ? 'last-participant-kicked' : 'last-participant-left', record, inside.call)
    else if (record.beepOnExit) this.#room?.sound.beep('exit')
  }

  /** Takes one out, with everything about it. */
  #depart(participant: Present, { reason, callStatus }: Departure): void {
    const { record, inside } = participant
    this.#announcements.cut(record.callSid, 'The participant left')
    if (inside.speaking) this.#endSpeech(participant)
    this.#participants.delete(record.callSid)
    inside.solo.end()
    this.#room?.media.leave(inside.leg)
    this.#update({})
    this.#tell('participant-leave', inside.call, record, {
      ReasonParticipantLeft: reason,
      ParticipantCallStatus: callStatus,
    })
    inside.out(inside.bridged)
  }

  #end(reason: EndReason, by: ParticipantRecord | null, call: Call | null): void {
    if (this.#ending) return
    this.#ending = true
    const left = reason === 'conference-ended-via-api' ? 'conference_ended_via_api' : 'moderator_ended_conference'
    this.#announcements.cut(null, 'The conference ended')
    for (const participant of this.participants) {
      const { callSid } = participant.record
      if (isPresent(participant)) this.#depart(participant, { reason: left, callStatus: 'in-progress' })
      else {
        this.#deps.cancel(callSid)
        // Its call may not have begun yet.
        this.missed(callSid, 'canceled', null)
      }
    }
    this.#over.abort('the conference is over')
    this.#move('ended')
    this.#update({ reasonEnded: reason, callSidEnding: by?.callSid ?? null })
    this.#tell('conference-end', call, undefined, {
      ...(by && { CallSidEndingConference: by.callSid }),
      ...(by && by.label !== null && { ParticipantLabelEndingConference: by.label }),
      ReasonConferenceEnded: reason,
      Reason: END_SENTENCES[reason],
    })
    this.#room?.announcements.end()
    this.#deps.over(this, this.#room?.media.close() ?? Promise.resolve())
  }

  /** One to which nobody has come is none. */
  vanishIfEmpty(): void {
    if (this.#open || this.#arriving > 0 || this.ended) return
    this.#over.abort('nobody came')
    this.#deps.over(this, Promise.resolve())
  }

  #move(input: 'began' | 'ended'): void {
    const status = stepConference(this.#record.status, input)
    if (status) this.#update({ status })
  }

  #update(change: Partial<ConferenceRecord>): void {
    const participants = this.participants.map(({ record }) => record)
    this.#record = { ...this.#record, ...change, participants, updatedAt: this.#deps.clock.now() }
  }

  /** Tells of an event if it was asked for, together with the conference as it is now. */
  #tell(
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
    this.#update({ sequence: sequence + 1 })
    const parameters = {
      ...conferenceParameters(conference, event, sequence, this.#deps.clock.now()),
      ...(participant && participantParameters(participant)),
      ...more,
    }
    this.#deps.callback({ conference: this.#record, call, event, parameters, because: [conferenceWrite(this.#record)] })
  }
}

/** How one that left by itself is told: it hung up, was given another document, or its `<Dial>` let it go. */
function departureOf({ record: { status } }: Call, { stop }: CallHost): Departure {
  const redirected = stop.aborted && !isFinal(status)
  return { reason: redirected ? 'participant_updated_via_api' : 'participant_hung_up', callStatus: status }
}
