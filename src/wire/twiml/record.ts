/** `<Record>`: records the caller, then always asks `action`. */
import { boolean, integer, method, pattern, SECONDS_MAX, text, url } from './attribute-kinds.ts'
import type { ValuesOf } from './attributes.ts'
import { defineElement } from './element-rule.ts'
import { RECORDING_CALLBACK, trim } from './shared-attributes.ts'
import type { Position } from './source-position.ts'

const TOO_LONG_TO_TRANSCRIBE = 13615
const NO_RECORDING_TRACK = 13622

const LENGTH_SEC_MAX = 14_400
const LENGTH_SEC = 3600
/** Longest recording that is transcribed, and the default when it shall be. */
const TRANSCRIBED_SEC_MAX = 120

const ATTRIBUTES = {
  action: url('action'),
  method: method('method', { code: 13610 }),
  /** Silence that ends the recording; 0 = never. */
  timeoutSec: integer('timeout', { max: SECONDS_MAX, otherwise: 5, code: 13611 }),
  finishOnKey: pattern('finishOnKey', /^[0-9#*]*$/, {
    otherwise: '1234567890*#',
    code: 13613,
    expected: 'any of 0-9 # *, or nothing',
  }),
  maxLengthSec: integer('maxLength', { min: 2, max: LENGTH_SEC_MAX, otherwise: null, code: 13612 }),
  playBeep: boolean('playBeep', { otherwise: true, code: 13616 }),
  trim: trim('trim-silence', 13699),
  ...RECORDING_CALLBACK,
  transcribe: boolean('transcribe', { otherwise: false, code: 13614 }),
  transcribeCallback: url('transcribeCallback'),
  recordingConfigurationId: text('recordingConfigurationId'),
} as const

export interface Record extends Omit<ValuesOf<typeof ATTRIBUTES>, 'maxLengthSec'> {
  readonly verb: 'Record'
  readonly position: Position
  /** 3600 unless given, 120 when transcribing. */
  readonly maxLengthSec: number
}

export const record = defineElement({
  attributes: ATTRIBUTES,
  refused: { recordingTrack: NO_RECORDING_TRACK },
  build: ({ values, position, element, report }): Record => {
    let { transcribe } = values
    const maxLengthSec = values.maxLengthSec ?? (transcribe ? TRANSCRIBED_SEC_MAX : LENGTH_SEC)
    if (transcribe && maxLengthSec > TRANSCRIBED_SEC_MAX) {
      const message = `<Record> maxLength: ${maxLengthSec} seconds, at most ${TRANSCRIBED_SEC_MAX} are transcribed; there is no transcription`
      report.warn(element, TOO_LONG_TO_TRANSCRIBE, message)
      transcribe = false
    }
    return { verb: 'Record', position, ...values, maxLengthSec, transcribe }
  },
})
