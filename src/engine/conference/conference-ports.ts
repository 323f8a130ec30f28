/** What a conference needs of the rest of the engine, and what a call brings that joins it. */
import type { Write } from '../../journal/store.ts'
import type { Clock } from '../../lib/clock.ts'
import type { CallSid } from '../../lib/ids.ts'
import type { Call } from '../call/call.ts'
import type { CallHost } from '../interpreter/flow.ts'
import type { MediaEngine, MediaRoom } from '../ports/media-engine.ts'
import type { Sounds } from '../ports/sound.ts'
import type { Conference } from './conference.ts'
import type { ConferenceEvent } from './conference-callback.ts'
import type { ConferenceRecord } from './conference-record.ts'
import type { ConferenceRecordingWish, JoinRefusal, Ticket } from './ticket.ts'

export interface ConferenceDeps {
  readonly clock: Clock
  readonly media: Pick<MediaEngine, 'room'>
  readonly sounds: Pick<Sounds, 'tone'>
  readonly write: (group: readonly Write[]) => void
  /** Makes a callback, in the story of `call` if there is one; `because` is committed with it. */
  readonly callback: (about: {
    readonly conference: ConferenceRecord
    readonly call: Call | null
    readonly event: ConferenceEvent
    readonly parameters: Readonly<Record<string, string>>
    readonly because: readonly Write[]
  }) => void
  /** Records the room until it is closed. */
  readonly record: (conference: ConferenceRecord, room: MediaRoom, wish: ConferenceRecordingWish, by: CallSid) => void
  /** Ends the call of a participant that is being dialled. */
  readonly cancel: (callSid: CallSid) => void
  readonly fault: (conference: ConferenceRecord, fault: unknown) => void
  /** It is over, or nobody came at all. Told once. `closed`: its recordings are whole. */
  readonly over: (conference: Conference, closed: Promise<void>) => void
}

export interface Joining {
  readonly call: Call
  readonly host: CallHost
  readonly ticket: Ticket
  /** Aborted when the participant shall leave though its document goes on. */
  readonly stop: AbortSignal
  /** Told when it is in. */
  readonly joined: () => void
}

export type Stay = { readonly refused: JoinRefusal } | { readonly bridged: boolean }
