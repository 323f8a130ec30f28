/** What whoever joins a conference brings along; all values checked and defaulted where they came from. */
import type { CallSid } from '../../lib/ids.ts'
import type { Fetchable } from '../call/call-record.ts'
import type { RecordingCallback, RecordingTrim } from '../recording/recording-record.ts'
import type { ConferenceCallback } from './conference-record.ts'

/** What is heard while nobody else is: a document, music of our own, nothing. */
export type Music = Fetchable | 'music' | 'silence'

export interface ConferenceRecordingWish {
  readonly trim: RecordingTrim
  readonly callback: RecordingCallback | null
}

export interface Ticket {
  readonly friendlyName: string
  readonly label: string | null
  readonly muted: boolean
  readonly beep: 'true' | 'false' | 'onEnter' | 'onExit'
  readonly startOnEnter: boolean
  readonly endOnExit: boolean
  readonly wait: Music
  /** No more than so many, the one who joins included. */
  readonly participantsMax: number
  /** Whom it coaches: a participant that is in. */
  readonly coach: CallSid | null
  /** These count for the first one only, who opens the conference. */
  readonly region: string | null
  readonly callback: ConferenceCallback | null
  /** The first one who wants a recording is followed. */
  readonly recording: ConferenceRecordingWish | null
}

/** Why somebody is not let in. */
export type JoinRefusal =
  | 'full'
  | 'label-taken'
  | 'coach-absent'
  /** The document to wait with could not be had, which has been alerted. */
  | 'no-wait-document'
  /** The call ended, was redirected, or the conference ended meanwhile. */
  | 'gone'

/** A label may not look like a call's SID nor have a slash, since both name participants in addresses. */
export const LABEL_CHARS_MAX = 128
export const isLabel = (text: string): boolean =>
  text.length <= LABEL_CHARS_MAX && !text.includes('/') && !/^CA[0-9a-fA-F]{32}$/.test(text)

export const beeps = (beep: Ticket['beep']): { readonly beepOnEnter: boolean; readonly beepOnExit: boolean } => ({
  beepOnEnter: beep === 'true' || beep === 'onEnter',
  beepOnExit: beep === 'true' || beep === 'onExit',
})
