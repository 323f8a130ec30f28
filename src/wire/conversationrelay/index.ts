/** ConversationRelay: what a caller says and an app answers, as text over a WebSocket. The messages, pure. */
export {
  type AppMessage,
  type AppProblem,
  MESSAGE_LENGTH_MAX,
  type PlayMessage,
  parseAppMessage,
  type TextMessage,
} from './app-message.ts'
export {
  encodeDtmf,
  encodeError,
  encodeInfo,
  encodeInterrupt,
  encodePrompt,
  encodeSetup,
  type RelayInfo,
  type RelaySetup,
} from './relay-message.ts'
export { relayUrlProblem } from './relay-url.ts'
