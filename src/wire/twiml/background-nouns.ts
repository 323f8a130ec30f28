/** What `<Start>` begins beside `<Stream>`, and `<Stop>` ends: recording, SIPREC forking, live transcription. */
import { boolean, language, method, oneOf, text, url } from './attribute-kinds.ts'
import type { ValuesOf } from './attributes.ts'
import { defineElement } from './element-rule.ts'
import { type Config, config, type Parameter, parameter } from './parameter.ts'
import { RECORDING_CALLBACK, STATUS_CALLBACK, trim } from './shared-attributes.ts'
import type { Position } from './source-position.ts'

const TRACKS = ['inbound_track', 'outbound_track', 'both_tracks'] as const

const RECORDING_ATTRIBUTES = {
  name: text('name'),
  ...RECORDING_CALLBACK,
  trim: trim('trim-silence'),
  track: oneOf('track', ['inbound', 'outbound', 'both'], { otherwise: 'both' }),
  channels: oneOf('channels', ['mono', 'dual'], { otherwise: 'dual' }),
  recordingConfigurationId: text('recordingConfigurationId'),
} as const

const SIPREC_ATTRIBUTES = {
  name: text('name'),
  connectorName: text('connectorName'),
  track: oneOf('track', TRACKS, { otherwise: 'both_tracks' }),
  ...STATUS_CALLBACK,
} as const

const TRANSCRIPTION_ATTRIBUTES = {
  name: text('name'),
  statusCallbackUrl: url('statusCallbackUrl'),
  statusCallbackMethod: method('statusCallbackMethod'),
  languageCode: language('languageCode', { otherwise: 'en-US' }),
  track: oneOf('track', TRACKS, { otherwise: 'both_tracks' }),
  inboundTrackLabel: text('inboundTrackLabel'),
  outboundTrackLabel: text('outboundTrackLabel'),
  /** Whether it exists is looked at when the transcription is started: one that does not is not the default instead. */
  transcriptionEngine: text('transcriptionEngine', { otherwise: 'google' }),
  speechModel: text('speechModel', { otherwise: 'telephony' }),
  profanityFilter: boolean('profanityFilter', { otherwise: true }),
  partialResults: boolean('partialResults', { otherwise: false }),
  hints: text('hints'),
  enableAutomaticPunctuation: boolean('enableAutomaticPunctuation', { otherwise: true }),
  enableProviderData: boolean('enableProviderData', { otherwise: false }),
  intelligenceService: text('intelligenceService'),
  conversationConfiguration: text('conversationConfiguration'),
  conversationId: text('conversationId'),
} as const

export interface BackgroundRecording extends ValuesOf<typeof RECORDING_ATTRIBUTES> {
  readonly noun: 'Recording'
  readonly position: Position
}

export interface Siprec extends ValuesOf<typeof SIPREC_ATTRIBUTES> {
  readonly noun: 'Siprec'
  readonly position: Position
  readonly parameters: readonly Parameter[]
}

export interface Transcription extends ValuesOf<typeof TRANSCRIPTION_ATTRIBUTES> {
  readonly noun: 'Transcription'
  readonly position: Position
  readonly parameters: readonly Parameter[]
  readonly configs: readonly Config[]
}

export const backgroundRecording = defineElement({
  attributes: RECORDING_ATTRIBUTES,
  build: ({ values, position }): BackgroundRecording => ({ noun: 'Recording', position, ...values }),
})

export const siprec = defineElement({
  attributes: SIPREC_ATTRIBUTES,
  children: { Parameter: parameter },
  build: ({ values, children, position }): Siprec => ({ noun: 'Siprec', position, ...values, parameters: children }),
})

export const transcription = defineElement({
  attributes: TRANSCRIPTION_ATTRIBUTES,
  children: { Parameter: parameter, Config: config },
  build: ({ values, children, position }): Transcription => ({
    noun: 'Transcription',
    position,
    ...values,
    parameters: children.filter((child) => child.noun === 'Parameter'),
    configs: children.filter((child) => child.noun === 'Config'),
  }),
})
