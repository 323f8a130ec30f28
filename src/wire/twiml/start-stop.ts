/** `<Start>` and `<Stop>`: work that goes on beside the document. */
import { method, url } from './attribute-kinds.ts'
import type { ValuesOf } from './attributes.ts'
import {
  type BackgroundRecording,
  backgroundRecording,
  type Siprec,
  siprec,
  type Transcription,
  transcription,
} from './background-nouns.ts'
import { defineElement } from './element-rule.ts'
import type { Position } from './source-position.ts'
import { type Stream, stream } from './stream.ts'

const START_ATTRIBUTES = { action: url('action'), method: method('method') } as const
const NOUNS = { Stream: stream, Recording: backgroundRecording, Siprec: siprec, Transcription: transcription } as const

export type BackgroundNoun = Stream | BackgroundRecording | Siprec | Transcription

export interface Start extends ValuesOf<typeof START_ATTRIBUTES> {
  readonly verb: 'Start'
  readonly position: Position
  readonly nouns: readonly BackgroundNoun[]
}

export interface Stop {
  readonly verb: 'Stop'
  readonly position: Position
  /** What to end, by kind and `name`. */
  readonly nouns: readonly BackgroundNoun[]
}

export const start = defineElement({
  attributes: START_ATTRIBUTES,
  children: NOUNS,
  build: ({ values, children, position }): Start => ({ verb: 'Start', position, ...values, nouns: children }),
})

export const stop = defineElement({
  attributes: {},
  children: NOUNS,
  build: ({ children, position }): Stop => ({ verb: 'Stop', position, nouns: children }),
})
