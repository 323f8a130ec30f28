/** `<Connect>`: gives the call to one noun until that is done. */
import { method, url } from './attribute-kinds.ts'
import type { ValuesOf } from './attributes.ts'
import {
  type AiSession,
  type Autopilot,
  aiSession,
  autopilot,
  type Conversation,
  type ConversationRelaySession,
  conversation,
  conversationRelaySession,
  type Room,
  room,
  type VirtualAgent,
  virtualAgent,
} from './connect-others.ts'
import { type ConversationRelay, conversationRelay } from './conversation-relay.ts'
import { defineElement } from './element-rule.ts'
import { SCHEMA_WARNING } from './report.ts'
import type { Position } from './source-position.ts'
import { type Stream, stream } from './stream.ts'

const ATTRIBUTES = { action: url('action'), method: method('method') } as const

export type ConnectNoun =
  | Stream
  | ConversationRelay
  | Room
  | VirtualAgent
  | Conversation
  | Autopilot
  | AiSession
  | ConversationRelaySession

export interface Connect extends ValuesOf<typeof ATTRIBUTES> {
  readonly verb: 'Connect'
  readonly position: Position
  readonly noun: ConnectNoun
}

export const connect = defineElement({
  attributes: ATTRIBUTES,
  children: {
    Stream: stream,
    ConversationRelay: conversationRelay,
    Room: room,
    VirtualAgent: virtualAgent,
    Conversation: conversation,
    Autopilot: autopilot,
    AiSession: aiSession,
    ConversationRelaySession: conversationRelaySession,
  },
  build: ({ values, children: [noun, another], position, element, report }): Connect | null => {
    if (another)
      report.warn(
        another,
        SCHEMA_WARNING,
        `<Connect> takes one noun; this <${another.noun}> and what follows is skipped`,
      )
    if (noun) return { verb: 'Connect', position, ...values, noun }
    report.warn(element, SCHEMA_WARNING, '<Connect> without a usable noun; it is skipped')
    return null
  },
})
