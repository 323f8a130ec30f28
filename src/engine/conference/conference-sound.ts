/**
 * What is heard in a conference. Until it begins there is no room: each one waits for itself. Once it has begun it has one
 * until it ends, also with a single participant left. Announcements go to one or to all, and all of it can be recorded.
 */
import type { CallSid } from '../../lib/ids.ts'
import type { Fetchable } from '../call/call-record.ts'
import type { AsideEnding } from '../interpreter/aside.ts'
import type { LegMedia } from '../ports/leg-media.ts'
import type { MediaRoom } from '../ports/media-engine.ts'
import { Announcements, type TellAnnouncement } from './announcements.ts'
import type { ConferenceDeps } from './conference-ports.ts'
import type { ConferenceRecord } from './conference-record.ts'
import { type DocumentPlayer, playerFor } from './document-player.ts'
import { type Inside, type Present, placeOf } from './participant.ts'
import { RoomSound } from './room-sound.ts'
import { SoloSound } from './solo-sound.ts'
import type { ConferenceRecordingWish } from './ticket.ts'

interface Room {
  readonly media: MediaRoom
  readonly sound: RoomSound
  /** To all, one after the other. */
  readonly announcements: SoloSound
}

export interface ConferenceSoundDeps extends Pick<ConferenceDeps, 'clock' | 'media' | 'sounds' | 'record'> {
  /** As it is when asked. */
  readonly conference: () => ConferenceRecord
  /** Aborted when the conference is over. */
  readonly over: AbortSignal
  readonly fault: (fault: unknown) => void
  readonly announced: TellAnnouncement
}

export class ConferenceSound {
  readonly #deps: ConferenceSoundDeps
  readonly #player: DocumentPlayer
  readonly #announcements: Announcements
  #room: Room | null = null
  #recordingWish: { readonly wish: ConferenceRecordingWish; readonly by: CallSid } | null = null
  #recorded = false

  constructor(deps: ConferenceSoundDeps) {
    this.#deps = deps
    const { sid, friendlyName } = deps.conference()
    this.#player = playerFor({ parameters: { ConferenceSid: sid, FriendlyName: friendlyName }, fault: deps.fault })
    this.#announcements = new Announcements(deps.announced)
  }

  get hasRoom(): boolean {
    return this.#room !== null
  }

  /** From here on there is a room. */
  openRoom(onSpeech: (leg: LegMedia, speaking: boolean) => void): void {
    const { clock, media, sounds, over } = this.#deps
    const room = media.room()
    this.#room = { media: room, sound: new RoomSound(room, { clock, sounds }, over), announcements: new SoloSound() }
    room.onSpeech(onSpeech)
  }

  /** Into the room, if there is one. */
  enter(participant: Present): void {
    if (!this.#room) return
    this.setBackground(participant)
    this.#room.media.enter(participant.inside.leg, placeOf(participant), 'Conference')
  }

  /** It is muted, held or coached in another way. */
  change(participant: Present): void {
    this.#room?.media.change(participant.inside.leg, placeOf(participant))
  }

  /** It hears nothing of the conference any more; announcements to it are cut. */
  leave({ inside }: Present): void {
    inside.solo.end()
    this.#room?.media.leave(inside.leg)
  }

  /** What it hears for itself: its hold, else before the beginning what it waits with. */
  setBackground({ record, inside }: Present): void {
    const { host, solo } = inside
    if (record.hold) solo.setBackground((stop) => this.#player.play(host, inside.held, 'hold', stop))
    else if (this.#room) solo.setBackground(null)
    else solo.setBackground((stop) => this.playWait(inside, stop))
  }

  /** Plays what it waits with. Never rejects. @param loaded told as soon as that could be had */
  playWait(inside: Inside, stop: AbortSignal, loaded?: () => void): Promise<AsideEnding> {
    return this.#player.play(inside.host, inside.wait, 'wait', stop, loaded)
  }

  beep(what: 'enter' | 'exit'): void {
    this.#room?.sound.beep(what)
  }

  /** Plays a document to one. False: too many announcements are under way. */
  announceTo({ inside, record }: Present, document: Fetchable): boolean {
    const announcement = this.#announcements.begin(document.url, record.callSid, inside.call)
    if (!announcement) return false
    const played = inside.solo.announce((stop) => this.#player.play(inside.host, document, 'announce', stop))
    inside.call.during(played.then((ending) => announcement.ended(ending)))
    return true
  }

  /** Plays a document to all, fetched in the name of this one. */
  announceToAll(by: Present, document: Fetchable): null | 'not-started' | 'too-many' {
    const room = this.#room
    if (!room) return 'not-started'
    const { call } = by.inside
    const announcement = this.#announcements.begin(document.url, null, call)
    if (!announcement) return 'too-many'
    // However the call goes on by which it is fetched.
    const host = room.sound.hostOf(call.documentHost(this.#deps.over))
    const played = room.announcements.announce((stop) => this.#player.play(host, document, 'announce', stop))
    call.during(played.then((ending) => announcement.ended(ending)))
    return null
  }

  /** Announcements to one have failed, or all. */
  cutAnnouncements(callSid: CallSid | null, why: string): void {
    this.#announcements.cut(callSid, why)
  }

  /** The first one who wants a recording is followed. */
  wantRecording(wish: ConferenceRecordingWish, by: CallSid): void {
    this.#recordingWish ??= { wish, by }
  }

  /** Once there is a room, and somebody who wants that. */
  recordIfWanted(): void {
    if (this.#recorded || !this.#recordingWish || !this.#room) return
    this.#recorded = true
    const { wish, by } = this.#recordingWish
    this.#deps.record(this.#deps.conference(), this.#room.media, wish, by)
  }

  /** Resolves when its recordings are whole. */
  end(): Promise<void> {
    this.#room?.announcements.end()
    return this.#room?.media.close() ?? Promise.resolve()
  }
}
