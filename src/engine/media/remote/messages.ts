/**
 * What crosses between the main thread and the media worker: commands in, events out. Audio does not (sounds are shared
 * memory), but for speech that is recognized while it is spoken. Everything has numbers of the main thread's; legs and rooms
 * are numbered in one series.
 */

import type { HeardSpan } from '../../../journal/entry.ts'
import type { Instant, RecordingSid } from '../../../lib/ids.ts'
import type { DetectionOptions } from '../../amd/machine-detector.ts'
import type {
  MachineVerdict,
  Program,
  ProgramEnd,
  RecordCall,
  RecordedAudio,
  SpeechSound,
  StreamEvent,
  StreamOrder,
  StreamOver,
  TrackSpeech,
  TranscribeOrder,
} from '../../ports/leg-media.ts'
import type { LineAddress, LineAgreement, LineStatistics } from '../../ports/line.ts'
import type { RoomPlace, SpanStart, WordsOrName } from '../../ports/media-engine.ts'
import type { Sound } from '../../ports/sound.ts'
import type { MemoryRings } from '../line/memory-line.ts'

/** Of programs and recordings: `on` is the number of a leg or a room. */
export type PlayerCommand =
  | {
      readonly do: 'run'
      readonly on: number
      readonly run: number
      readonly program: Program
      /** What somebody wants to know of speech while it is spoken. */
      readonly tells: { readonly words: boolean; readonly sound: boolean }
      readonly at: Instant
    }
  | { readonly do: 'stop-run'; readonly on: number; readonly run: number }
  | {
      readonly do: 'record'
      readonly on: number
      readonly recording: number
      readonly order: RecordCall
      readonly at: Instant
    }
  | { readonly do: 'pause'; readonly on: number; readonly recording: number; readonly gap: 'silence' | 'skip' }
  | { readonly do: 'resume' | 'stop-recording'; readonly on: number; readonly recording: number }

/** What is at a leg's far end: a simulated party, a line to a real phone, or a leg of another thread. */
export type Opening =
  | { readonly far: 'party' }
  | { readonly far: 'line' }
  | { readonly far: 'link'; readonly rings: MemoryRings }

/** What follows a leg's sound until it is stopped. */
export type FollowerCommand =
  | { readonly do: 'stream'; readonly leg: number; readonly stream: number; readonly order: StreamOrder }
  | { readonly do: 'stop-stream'; readonly leg: number; readonly stream: number }
  | {
      readonly do: 'transcribe'
      readonly leg: number
      readonly transcription: number
      readonly order: TranscribeOrder
    }
  | { readonly do: 'stop-transcribing'; readonly leg: number; readonly transcription: number }
  | {
      readonly do: 'detect-machine'
      readonly leg: number
      readonly detection: number
      readonly options: DetectionOptions
      readonly at: Instant
    }
  | { readonly do: 'stop-detecting'; readonly leg: number; readonly detection: number }

export type LegCommand =
  | FollowerCommand
  | ({ readonly do: 'open'; readonly leg: number } & Opening)
  | { readonly do: 'press'; readonly leg: number; readonly key: string; readonly at: Instant }
  | {
      readonly do: 'sound'
      readonly leg: number
      readonly sound: Sound
      readonly words: WordsOrName | undefined
      readonly at: Instant
    }
  | { readonly do: 'listen-for-keys'; readonly leg: number }
  | { readonly do: 'join'; readonly leg: number; readonly other: number }
  | { readonly do: 'gone'; readonly leg: number; readonly at: Instant }

export type LineCommand =
  | { readonly do: 'connect-line'; readonly leg: number; readonly agreement: LineAgreement }
  | { readonly do: 'send-keys'; readonly leg: number; readonly digits: string }
  | { readonly do: 'tell-statistics'; readonly leg: number }

export type BridgeCommand =
  | {
      readonly do: 'bridge'
      readonly bridge: number
      readonly one: number
      readonly other: number
      readonly verb: string
      readonly at: Instant
    }
  | { readonly do: 'end-bridge'; readonly bridge: number; readonly at: Instant }

/** A place whose coached leg has a number. */
export type NumberedPlace = Omit<RoomPlace, 'coaches'> & { readonly coaches: number | null }

export type RoomCommand =
  | { readonly do: 'open-room'; readonly room: number }
  | {
      readonly do: 'enter'
      readonly room: number
      readonly leg: number
      readonly place: NumberedPlace
      readonly verb: string
      readonly at: Instant
    }
  | {
      readonly do: 'change'
      readonly room: number
      readonly leg: number
      readonly place: NumberedPlace
      readonly at: Instant
    }
  | { readonly do: 'leave'; readonly room: number; readonly leg: number; readonly at: Instant }
  | { readonly do: 'listen-for-speech'; readonly room: number }
  | { readonly do: 'close-room'; readonly room: number; readonly at: Instant }

export type Command = PlayerCommand | LegCommand | LineCommand | BridgeCommand | RoomCommand

export type PlayerEvent =
  | {
      readonly told: 'ended'
      readonly on: number
      readonly run: number
      readonly end: Omit<ProgramEnd, 'recorded'>
      /** Length of the message that was recorded, whose file comes later as `message`; null: none. */
      readonly recordedMs: number | null
    }
  | { readonly told: 'words'; readonly on: number; readonly run: number; readonly words: string }
  | { readonly told: 'speech-sound'; readonly on: number; readonly run: number; readonly sound: SpeechSound }
  | { readonly told: 'message'; readonly on: number; readonly run: number; readonly audio: RecordedAudio }
  | { readonly told: 'recorded'; readonly on: number; readonly recording: number; readonly audio: RecordedAudio }

export type LegEvent =
  | { readonly told: 'span-started'; readonly leg: number; readonly span: SpanStart; readonly at: Instant }
  | { readonly told: 'span-ended'; readonly leg: number; readonly span: HeardSpan; readonly startedAt: Instant }
  | { readonly told: 'key'; readonly leg: number; readonly key: string; readonly at: Instant }
  | { readonly told: 'recording-began'; readonly leg: number; readonly sid: RecordingSid; readonly at: Instant }
  | {
      readonly told: 'detected'
      readonly leg: number
      readonly detection: number
      readonly verdict: MachineVerdict | null
    }
  | { readonly told: 'stream'; readonly leg: number; readonly stream: number; readonly event: StreamEvent }
  | { readonly told: 'stream-over'; readonly leg: number; readonly stream: number; readonly over: StreamOver }
  | {
      readonly told: 'speech-heard'
      readonly leg: number
      readonly transcription: number
      readonly speech: TrackSpeech
    }
  | { readonly told: 'transcription-over'; readonly leg: number; readonly transcription: number }
  | { readonly told: 'closed'; readonly leg: number }

export type LineEvent =
  | { readonly told: 'line-open'; readonly leg: number; readonly local: LineAddress | null }
  | { readonly told: 'line-silent'; readonly leg: number }
  | { readonly told: 'statistics'; readonly leg: number; readonly statistics: LineStatistics | null }

export type RoomEvent =
  | {
      readonly told: 'speech'
      readonly room: number
      readonly leg: number
      readonly speaking: boolean
      readonly at: Instant
    }
  | { readonly told: 'room-closed'; readonly room: number }

export type Event =
  | PlayerEvent
  | LegEvent
  | LineEvent
  | RoomEvent
  /** How late ticks were since the last such event: milliseconds, newest last. */
  | { readonly told: 'ticks'; readonly lateMs: readonly number[] }

/** The end of a channel that a thread holds; a MessagePort, a Worker or `parentPort`. Messages cross in batches. */
export interface Channel<In, Out> {
  postMessage(messages: readonly Out[]): void
  on(event: 'message', listener: (messages: readonly In[]) => void): unknown
}
