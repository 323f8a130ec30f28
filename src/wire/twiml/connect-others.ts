/** The nouns of `<Connect>` that lead to other products: read so that documents with them are understood, no more. */
import { boolean, integer, language, method, oneOf, text, tokens, url } from './attribute-kinds.ts'
import type { ValuesOf } from './attributes.ts'
import { defineElement } from './element-rule.ts'
import { type Config, config, type Parameter, parameter } from './parameter.ts'
import { RECORDING_CALLBACK, STATUS_CALLBACK, trim } from './shared-attributes.ts'
import type { Position } from './source-position.ts'

const ROOM = { participantIdentity: text('participantIdentity') } as const
const VIRTUAL_AGENT = {
  connectorName: text('connectorName'),
  language: language('language', { otherwise: null }),
  sentimentAnalysis: boolean('sentimentAnalysis', { otherwise: null }),
  ...STATUS_CALLBACK,
} as const
const CONVERSATION = {
  serviceInstanceSid: text('serviceInstanceSid'),
  inboundAutocreation: boolean('inboundAutocreation', { otherwise: null }),
  inboundTimeoutSec: integer('inboundTimeout', { otherwise: null }),
  routingAssignmentTimeoutSec: integer('routingAssignmentTimeout', { otherwise: null }),
  record: oneOf(
    'record',
    [
      'do-not-record',
      'record-from-answer',
      'record-from-ringing',
      'record-from-answer-dual',
      'record-from-ringing-dual',
    ],
    { otherwise: 'do-not-record', aliases: { true: 'record-from-answer', false: 'do-not-record' } },
  ),
  trim: trim('trim-silence'),
  ...RECORDING_CALLBACK,
  ...STATUS_CALLBACK,
  statusCallbackEvent: tokens(
    'statusCallbackEvent',
    ['call-initiated', 'call-ringing', 'call-answered', 'call-completed'],
    { otherwise: [] },
  ),
  url: url('url'),
  method: method('method'),
} as const
const AI_SESSION = { aiConnector: text('aiConnector'), aiSessionConfiguration: text('aiSessionConfiguration') } as const
const RELAY_SESSION = { connector: text('connector'), sessionConfiguration: text('sessionConfiguration') } as const

interface Noun<Name extends string> {
  readonly noun: Name
  readonly position: Position
}
export interface Room extends Noun<'Room'>, ValuesOf<typeof ROOM> {
  readonly name: string
}
export interface VirtualAgent extends Noun<'VirtualAgent'>, ValuesOf<typeof VIRTUAL_AGENT> {
  readonly parameters: readonly Parameter[]
  readonly configs: readonly Config[]
}
export interface Conversation extends Noun<'Conversation'>, ValuesOf<typeof CONVERSATION> {}
export interface Autopilot extends Noun<'Autopilot'> {
  readonly assistant: string
}
export interface AiSession extends Noun<'AiSession'>, ValuesOf<typeof AI_SESSION> {}
export interface ConversationRelaySession extends Noun<'ConversationRelaySession'>, ValuesOf<typeof RELAY_SESSION> {}

export const room = defineElement({
  attributes: ROOM,
  body: 'text',
  build: ({ values, body: name, position }): Room => ({ noun: 'Room', position, name, ...values }),
})

export const virtualAgent = defineElement({
  attributes: VIRTUAL_AGENT,
  children: { Parameter: parameter, Config: config },
  build: ({ values, children, position }): VirtualAgent => ({
    noun: 'VirtualAgent',
    position,
    ...values,
    parameters: children.filter((child) => child.noun === 'Parameter'),
    configs: children.filter((child) => child.noun === 'Config'),
  }),
})

export const conversation = defineElement({
  attributes: CONVERSATION,
  build: ({ values, position }): Conversation => ({ noun: 'Conversation', position, ...values }),
})

export const autopilot = defineElement({
  attributes: {},
  body: 'text',
  build: ({ body: assistant, position }): Autopilot => ({ noun: 'Autopilot', position, assistant }),
})

export const aiSession = defineElement({
  attributes: AI_SESSION,
  build: ({ values, position }): AiSession => ({ noun: 'AiSession', position, ...values }),
})

export const conversationRelaySession = defineElement({
  attributes: RELAY_SESSION,
  build: ({ values, position }): ConversationRelaySession => ({
    noun: 'ConversationRelaySession',
    position,
    ...values,
  }),
})
