/**
 * How a machine is told from a person, as a table: what is heard leads to the next state, or to the verdict. A missing
 * cell means that nothing changes. The two modes part once a machine is certain: one says so, the other waits until its
 * greeting has ended.
 */
import type { ToneSignal } from './tone-tracker.ts'

export type DetectionMode = 'Enable' | 'DetectMessageEnd'

export type AnsweredBy =
  | 'human'
  | 'machine_start'
  | 'machine_end_beep'
  | 'machine_end_silence'
  | 'machine_end_other'
  | 'fax'
  | 'unknown'

export type DetectionState =
  /** Nobody has spoken yet. */
  | 'initial'
  /** Nobody has spoken yet, but there was a beep: of a machine without words, or before somebody speaks. */
  | 'beeped'
  /** Somebody speaks, or has just ceased to. */
  | 'speech'
  /** A machine speaks. */
  | 'greeting'
  /** A machine has ceased to speak; now a beep is due. */
  | 'hushed'

export type DetectionInput =
  | ToneSignal
  | 'voice'
  /** What was taken for a voice was the background. */
  | 'noise'
  /** The speech, with its short pauses, has reached the speech threshold. */
  | 'long-speech'
  /** A silence has reached the speech end threshold. */
  | 'pause'
  /** And then the time in which a beep is looked for. */
  | 'long-pause'
  /** The silence timeout has passed from the beginning. */
  | 'no-speech'
  /** The timeout of the whole detection. */
  | 'timeout'

type Cells = Readonly<Partial<Record<DetectionInput, DetectionState | AnsweredBy>>>

/** Of what is the same in both modes. */
const INITIAL: Cells = {
  voice: 'speech',
  beep: 'beeped',
  'no-speech': 'unknown',
  'fax-calling': 'fax',
  'fax-answering': 'fax',
  timeout: 'unknown',
}
const BEEPED: Cells = { voice: 'speech', 'fax-calling': 'fax', 'fax-answering': 'fax', timeout: 'unknown' }
const SPEECH: Cells = { noise: 'initial', pause: 'human', 'fax-answering': 'fax', timeout: 'unknown' }
/** What ends a greeting. Half a second of 1100 Hz after words is a beep; a fax that calls does not speak. */
const GREETING_ENDS: Cells = {
  beep: 'machine_end_beep',
  ring: 'machine_end_beep',
  'fax-calling': 'machine_end_beep',
  'fax-answering': 'fax',
  busy: 'machine_end_other',
}

export const DETECTION_TABLE: Readonly<Record<DetectionMode, Readonly<Record<DetectionState, Cells>>>> = {
  Enable: {
    initial: { ...INITIAL, busy: 'machine_start', 'special-information': 'machine_start' },
    beeped: { ...BEEPED, pause: 'machine_start', busy: 'machine_start', 'special-information': 'machine_start' },
    speech: {
      ...SPEECH,
      'long-speech': 'machine_start',
      beep: 'machine_start',
      ring: 'machine_start',
      'fax-calling': 'machine_start',
      busy: 'machine_start',
      'special-information': 'machine_start',
    },
    // Never reached: the verdict has been told.
    greeting: {},
    hushed: {},
  },
  DetectMessageEnd: {
    initial: { ...INITIAL, busy: 'machine_end_other', 'special-information': 'greeting' },
    beeped: {
      ...BEEPED,
      pause: 'machine_end_beep',
      busy: 'machine_end_other',
      'special-information': 'greeting',
    },
    speech: { ...SPEECH, ...GREETING_ENDS, 'long-speech': 'greeting', 'special-information': 'greeting' },
    greeting: { ...GREETING_ENDS, pause: 'hushed', timeout: 'machine_end_other' },
    hushed: {
      ...GREETING_ENDS,
      voice: 'greeting',
      'long-pause': 'machine_end_silence',
      timeout: 'machine_end_silence',
    },
  },
}

/** Where an input leads: to a state, to the verdict, or nowhere (null). */
export function stepDetection(
  mode: DetectionMode,
  state: DetectionState,
  input: DetectionInput,
): { readonly state: DetectionState } | { readonly answeredBy: AnsweredBy } | null {
  const outcome = DETECTION_TABLE[mode][state][input]
  if (outcome === undefined) return null
  return isState(outcome) ? { state: outcome } : { answeredBy: outcome }
}

const isState = (outcome: DetectionState | AnsweredBy): outcome is DetectionState =>
  outcome in DETECTION_TABLE.DetectMessageEnd
