/** Groups of attributes that several verbs and nouns have alike. */
import { integer, method, oneOf, tokens, url } from './attribute-kinds.ts'
import type { Attribute } from './attributes.ts'

const INVALID_RECORDING_EVENT = 13621

/** The silence at both ends of a recording; `true` and `false` are accepted too, as the reference does. */
export function trim<D extends 'trim-silence' | 'do-not-trim'>(
  otherwise: D,
  code?: number,
): Attribute<'trim-silence' | 'do-not-trim'> {
  const aliases = { true: 'trim-silence', false: 'do-not-trim' } as const
  return oneOf('trim', ['trim-silence', 'do-not-trim'], { otherwise, aliases, ...(code === undefined ? {} : { code }) })
}

export const RECORDING_CALLBACK = {
  recordingStatusCallback: url('recordingStatusCallback'),
  recordingStatusCallbackMethod: method('recordingStatusCallbackMethod'),
  recordingStatusCallbackEvent: tokens('recordingStatusCallbackEvent', ['in-progress', 'completed', 'absent'], {
    otherwise: ['completed'],
    code: INVALID_RECORDING_EVENT,
  }),
} as const

export const STATUS_CALLBACK = {
  statusCallback: url('statusCallback'),
  statusCallbackMethod: method('statusCallbackMethod'),
} as const

/** Of a dialled leg. The events matter only once `statusCallback` is set. */
export const CALL_PROGRESS_CALLBACK = {
  ...STATUS_CALLBACK,
  statusCallbackEvent: tokens('statusCallbackEvent', ['initiated', 'ringing', 'answered', 'completed'], {
    otherwise: ['completed'],
  }),
} as const

/** Answering machine detection on a dialled leg. */
export const MACHINE_DETECTION = {
  machineDetection: oneOf('machineDetection', ['Enable', 'DetectMessageEnd'], { otherwise: null }),
  machineDetectionTimeoutSec: integer('machineDetectionTimeout', { min: 3, max: 60, otherwise: 30 }),
  machineDetectionSpeechThresholdMs: integer('machineDetectionSpeechThreshold', {
    min: 1000,
    max: 6000,
    otherwise: 2400,
  }),
  machineDetectionSpeechEndThresholdMs: integer('machineDetectionSpeechEndThreshold', {
    min: 500,
    max: 5000,
    otherwise: 1200,
  }),
  machineDetectionSilenceTimeoutMs: integer('machineDetectionSilenceTimeout', {
    min: 2000,
    max: 10_000,
    otherwise: 5000,
  }),
  amdStatusCallback: url('amdStatusCallback'),
  amdStatusCallbackMethod: method('amdStatusCallbackMethod'),
} as const
