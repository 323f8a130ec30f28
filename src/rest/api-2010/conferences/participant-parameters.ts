/** The parameters of Participants create beyond those of a call: what each may be, its error, and its default. */
import { isLabel } from '../../../engine/conference/ticket.ts'
import { refuse } from '../../errors.ts'
import { choice, type Field, flag, integer, method, sid, text, url } from '../parameters.ts'

/** As the reference has it for `Muted`: whatever is not `true` is false. */
export const lenientFlag = <Absent extends boolean | null>(absent: Absent): Field<boolean | Absent> => ({
  absent,
  read: ([value = '']) => value.toLowerCase() === 'true',
})

/** Empty counts as absent. @throws Refusal 16024 */
const LABEL: Field<string | null> = {
  absent: null,
  read([value = '']) {
    if (value === '') return null
    if (!isLabel(value) || !isXmlText(value)) throw refuse('invalidLabel', { value })
    return value
  },
}

// What XML 1.0 cannot carry, and line breaks, which it does not carry unchanged.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NOT_IN_XML = /[\u0000-\u001f\u007f\ufffe\uffff]/

/** Names and labels stand in the document that the participant's call runs. */
export const isXmlText = (value: string): boolean => value.isWellFormed() && !NOT_IN_XML.test(value)

export const PARTICIPANT_PARAMETERS = {
  Timeout: integer({ min: 5, max: 600 }, 60, 'invalidTimeout'),
  Label: LABEL,
  Muted: lenientFlag(false),
  Beep: choice(['true', 'false', 'onEnter', 'onExit'], 'true'),
  StartConferenceOnEnter: flag(true),
  EndConferenceOnExit: flag(false),
  WaitUrl: url('invalidUrl'),
  WaitMethod: method('POST'),
  EarlyMedia: flag(true),
  MaxParticipants: integer({ min: 2, max: 250 }, 250),
  ConferenceRecord: choice(['true', 'false', 'record-from-start', 'do-not-record'], 'false'),
  ConferenceTrim: choice(['trim-silence', 'do-not-trim'], 'trim-silence'),
  ConferenceRecordingStatusCallback: url('invalidCallback'),
  ConferenceRecordingStatusCallbackMethod: method('POST'),
  ConferenceStatusCallback: url('invalidCallback'),
  ConferenceStatusCallbackMethod: method('POST'),
  Coaching: flag(false),
  CallSidToCoach: sid('CA'),
  JitterBufferSize: choice(['off', 'small', 'medium', 'large'], 'large'),
  Region: choice(['us1', 'us2', 'ie1', 'de1', 'sg1', 'br1', 'au1', 'jp1'], null),
  CallerDisplayName: text(255),
} as const

/** Parameters that mean what they mean at Calls create. */
export const CALL_NAMES = [
  'From',
  'To',
  'CallerId',
  'Timeout',
  'TimeLimit',
  'StatusCallback',
  'StatusCallbackMethod',
  'StatusCallbackEvent',
  'Record',
  'RecordingChannels',
  'RecordingTrack',
  'RecordingStatusCallback',
  'RecordingStatusCallbackMethod',
  'RecordingStatusCallbackEvent',
  'Trim',
  'SipAuthUsername',
  'SipAuthPassword',
  'Byoc',
  'CallReason',
  'CallToken',
  'ClientNotificationUrl',
  'MachineDetection',
  'MachineDetectionTimeout',
  'MachineDetectionSpeechThreshold',
  'MachineDetectionSpeechEndThreshold',
  'MachineDetectionSilenceTimeout',
] as const
