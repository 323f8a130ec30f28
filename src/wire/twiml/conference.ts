/** `<Conference>` in `<Dial>`: a room by its name. */
import { boolean, integer, method, oneOf, sid, text, tokens, url } from './attribute-kinds.ts'
import type { ValuesOf } from './attributes.ts'
import { defineElement } from './element-rule.ts'
import { RECORDING_CALLBACK, STATUS_CALLBACK, trim } from './shared-attributes.ts'
import type { Position } from './source-position.ts'

const NO_NAME = 13237
const PARTICIPANTS_MAX = 250
const LABEL_LENGTH_MAX = 128

const ATTRIBUTES = {
  muted: boolean('muted', { otherwise: false, code: 13230 }),
  beep: oneOf('beep', ['true', 'false', 'onEnter', 'onExit'], { otherwise: 'true', code: 13235 }),
  startConferenceOnEnter: boolean('startConferenceOnEnter', { otherwise: true, code: 13232 }),
  endConferenceOnExit: boolean('endConferenceOnExit', { otherwise: false, code: 13231 }),
  participantLabel: text('participantLabel', { max: LABEL_LENGTH_MAX }),
  jitterBufferSize: oneOf('jitterBufferSize', ['small', 'medium', 'large', 'off'], { otherwise: 'large' }),
  /** Null = the default playlist, "" = silence. */
  waitUrl: url('waitUrl'),
  waitMethod: method('waitMethod', { otherwise: null, code: 13234 }),
  maxParticipants: integer('maxParticipants', { min: 1, max: PARTICIPANTS_MAX, otherwise: PARTICIPANTS_MAX }),
  record: oneOf('record', ['do-not-record', 'record-from-start'], {
    otherwise: 'do-not-record',
    aliases: { true: 'record-from-start', false: 'do-not-record' },
  }),
  trim: trim('trim-silence', 13239),
  region: oneOf('region', ['us1', 'us2', 'ie1', 'de1', 'sg1', 'br1', 'au1', 'jp1'], { otherwise: null }),
  coach: sid('coach', 'CA', 13240),
  ...STATUS_CALLBACK,
  statusCallbackEvent: tokens(
    'statusCallbackEvent',
    ['start', 'end', 'join', 'leave', 'mute', 'hold', 'modify', 'speaker', 'announcement'],
    { otherwise: [] },
  ),
  ...RECORDING_CALLBACK,
  eventCallbackUrl: url('eventCallbackUrl'),
  recordingConfigurationId: text('recordingConfigurationId'),
} as const

export interface Conference extends Omit<ValuesOf<typeof ATTRIBUTES>, 'waitMethod'> {
  readonly noun: 'Conference'
  readonly position: Position
  readonly name: string
  /** POST, but GET for the default playlist, unless given. */
  readonly waitMethod: 'GET' | 'POST'
}

export const conference = defineElement({
  attributes: ATTRIBUTES,
  body: 'text',
  build: ({ values, body: name, position, element, report }): Conference | null => {
    if (name === '') {
      report.warn(element, NO_NAME, '<Conference> without a name; it is skipped')
      return null
    }
    const waitMethod = values.waitMethod ?? (values.waitUrl === null ? 'GET' : 'POST')
    return { noun: 'Conference', position, name, ...values, waitMethod }
  },
})
