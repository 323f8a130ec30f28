/**
 * What crosses between the main thread and a media worker: commands in, events out, audio never (sounds are shared
 * memory). Legs, programs and recordings have numbers of the main thread's.
 */

import type { HeardSpan } from '../../../journal/entry.ts'
import type { Instant, RecordingSid } from '../../../lib/ids.ts'
import type { Program, ProgramEnd, RecordCall, RecordedAudio } from '../../ports/leg-media.ts'
import type { SpanStart } from '../../ports/media-engine.ts'
import type { Sound } from '../../ports/sound.ts'

export type Command =
  | { readonly do: 'open'; readonly leg: number }
  | { readonly do: 'run'; readonly leg: number; readonly run: number; readonly program: Program; readonly at: Instant }
  | { readonly do: 'stop-run'; readonly leg: number; readonly run: number }
  | { readonly do: 'press'; readonly leg: number; readonly key: string; readonly at: Instant }
  | { readonly do: 'sound'; readonly leg: number; readonly sound: Sound; readonly at: Instant }
  | { readonly do: 'listen-for-keys'; readonly leg: number }
  | { readonly do: 'join'; readonly leg: number; readonly other: number }
  | {
      readonly do: 'record'
      readonly leg: number
      readonly recording: number
      readonly order: RecordCall
      readonly at: Instant
    }
  | { readonly do: 'pause'; readonly leg: number; readonly recording: number; readonly gap: 'silence' | 'skip' }
  | { readonly do: 'resume' | 'stop-recording'; readonly leg: number; readonly recording: number }
  | { readonly do: 'gone'; readonly leg: number; readonly at: Instant }

export type Event =
  | { readonly told: 'span-started'; readonly leg: number; readonly span: SpanStart; readonly at: Instant }
  | { readonly told: 'span-ended'; readonly leg: number; readonly span: HeardSpan; readonly startedAt: Instant }
  | { readonly told: 'key'; readonly leg: number; readonly key: string; readonly at: Instant }
  | { readonly told: 'recording-began'; readonly leg: number; readonly sid: RecordingSid; readonly at: Instant }
  | {
      readonly told: 'ended'
      readonly leg: number
      readonly run: number
      readonly end: Omit<ProgramEnd, 'recorded'>
      /** Length of the message that was recorded, whose file comes later as `message`; null: none. */
      readonly recordedMs: number | null
    }
  | { readonly told: 'message'; readonly leg: number; readonly run: number; readonly audio: RecordedAudio }
  | { readonly told: 'recorded'; readonly leg: number; readonly recording: number; readonly audio: RecordedAudio }
  | { readonly told: 'closed'; readonly leg: number }
  /** How late ticks were since the last such event: milliseconds, newest last. */
  | { readonly told: 'ticks'; readonly lateMs: readonly number[] }

/** The end of a channel that a thread holds; a MessagePort, a Worker or `parentPort`. */
export interface Channel<In, Out> {
  postMessage(message: Out): void
  on(event: 'message', listener: (message: In) => void): unknown
}
