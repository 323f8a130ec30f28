/** `<ConversationRelay>`: speech to text and back for an agent behind a WebSocket. Null: the reference states no default. */
import { alsoWritten, boolean, integerOrAuto, language, oneOf, text, url } from './attribute-kinds.ts'
import type { Attribute, ValuesOf } from './attributes.ts'
import { defineElement } from './element-rule.ts'
import { type Parameter, parameter } from './parameter.ts'
import { SCHEMA_WARNING } from './report.ts'
import type { Position } from './source-position.ts'

/** What of the caller's doing. */
export type RelayInput = 'none' | 'dtmf' | 'speech' | 'any'

const ATTRIBUTES = {
  url: url('url'),
  welcomeGreeting: text('welcomeGreeting'),
  welcomeGreetingInterruptible: input('welcomeGreetingInterruptible', 'any'),
  interruptible: input('interruptible', 'any'),
  interruptSensitivity: text('interruptSensitivity', { otherwise: 'high' }),
  language: language('language', { otherwise: 'en-US' }),
  ttsLanguage: language('ttsLanguage', { otherwise: null }),
  ttsProvider: text('ttsProvider'),
  voice: text('voice'),
  transcriptionLanguage: language('transcriptionLanguage', { otherwise: null }),
  transcriptionProvider: text('transcriptionProvider'),
  speechModel: text('speechModel'),
  profanityFilter: boolean('profanityFilter', { otherwise: null }),
  hints: text('hints'),
  dtmfDetection: boolean('dtmfDetection', { otherwise: null }),
  reportInputDuringAgentSpeech: input('reportInputDuringAgentSpeech', 'none'),
  preemptible: boolean('preemptible', { otherwise: false }),
  partialPrompts: boolean('partialPrompts', { otherwise: false }),
  speechTimeoutMs: alsoWritten(integerOrAuto('speechTimeout', { min: 600, max: 5000 }), 'speechtimeout'),
  ignoreBackchannel: alsoWritten(boolean('ignoreBackchannel', { otherwise: null }), 'ignorebackchannel'),
  deepgramSmartFormat: alsoWritten(boolean('deepgramSmartFormat', { otherwise: null }), 'deepgramsmartformat'),
  backgroundNoiseReduction: alsoWritten(text('backgroundNoiseReduction'), 'backgroundnoisereduction'),
  elevenlabsTextNormalization: text('elevenlabsTextNormalization'),
  events: text('events'),
  debug: text('debug'),
  intelligenceService: text('intelligenceService'),
} as const

const LANGUAGE_ATTRIBUTES = {
  code: language('code', { otherwise: null }),
  ttsProvider: text('ttsProvider'),
  voice: text('voice'),
  transcriptionProvider: text('transcriptionProvider'),
  speechModel: text('speechModel'),
} as const

export interface RelayLanguage extends Omit<ValuesOf<typeof LANGUAGE_ATTRIBUTES>, 'code'> {
  readonly noun: 'Language'
  readonly code: string
}

export interface ConversationRelay extends ValuesOf<typeof ATTRIBUTES> {
  readonly noun: 'ConversationRelay'
  readonly position: Position
  readonly url: string
  readonly languages: readonly RelayLanguage[]
  readonly parameters: readonly Parameter[]
}

const relayLanguage = defineElement({
  attributes: LANGUAGE_ATTRIBUTES,
  build: ({ values: { code, ...others }, element, report }): RelayLanguage | null => {
    if (code !== null) return { noun: 'Language', code, ...others }
    report.warn(element, SCHEMA_WARNING, '<Language> without a code; it is skipped')
    return null
  },
})

export const conversationRelay = defineElement({
  attributes: ATTRIBUTES,
  children: { Language: relayLanguage, Parameter: parameter },
  build: ({ values, children, position, element, report }): ConversationRelay | null => {
    const { url } = values
    if (url === null || url === '') {
      report.warn(element, SCHEMA_WARNING, '<ConversationRelay> without a url; it is skipped')
      return null
    }
    return {
      noun: 'ConversationRelay',
      position,
      ...values,
      url,
      languages: children.filter((child) => child.noun === 'Language'),
      parameters: children.filter((child) => child.noun === 'Parameter'),
    }
  },
})

/** Which input interrupts; booleans mean any and none. */
function input(wire: string, otherwise: RelayInput): Attribute<RelayInput> {
  return oneOf(wire, ['none', 'dtmf', 'speech', 'any'], { otherwise, aliases: { true: 'any', false: 'none' } })
}
