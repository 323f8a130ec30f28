/** TwiML: what the rest of the project may use of it. */

export type { BackgroundRecording, Siprec, Transcription } from './background-nouns.ts'
export type { Conference } from './conference.ts'
export type { Connect, ConnectNoun } from './connect.ts'
export type {
  AiSession,
  Autopilot,
  Conversation,
  ConversationRelaySession,
  Room,
  VirtualAgent,
} from './connect-others.ts'
export type { ConversationRelay, RelayLanguage } from './conversation-relay.ts'
export { type Dial, type DialParty, type DialPlace, plainDial } from './dial.ts'
export type { DialClient } from './dial-client.ts'
export type { DialNumber } from './dial-number.ts'
export type { DialApplication, DialSim, DialWhatsApp } from './dial-others.ts'
export type { DialSip, SipDestination } from './dial-sip.ts'
export type { Echo } from './echo.ts'
export type { Enqueue, Task } from './enqueue.ts'
export type { Gather } from './gather.ts'
export type { Hangup } from './hangup.ts'
export type { Leave } from './leave.ts'
export type { Config, Parameter } from './parameter.ts'
export { type ParsedTwiml, parseTwiml } from './parse-twiml.ts'
export type { Pause } from './pause.ts'
export type { Pay, Prompt } from './pay.ts'
export { normalizePhoneNumber } from './phone-number.ts'
export type { Play } from './play.ts'
export type { DialQueue, QueueVerb } from './queue.ts'
export type { Record } from './record.ts'
export type { Redirect } from './redirect.ts'
export type { Refer } from './refer.ts'
export type { Reject } from './reject.ts'
export type { TwimlWarning } from './report.ts'
export { type Say, spokenText } from './say.ts'
export type { SipHeader, SipTarget } from './sip-target.ts'
export type { Sms } from './sms.ts'
export type { Position } from './source-position.ts'
export type { SsmlElement, SsmlNode } from './ssml.ts'
export type { BackgroundNoun, Start, Stop } from './start-stop.ts'
export type { Stream } from './stream.ts'
export type { Verb } from './verbs.ts'
export {
  ATTRIBUTE_LENGTH_MAX,
  ATTRIBUTES_PER_ELEMENT_MAX,
  DEPTH_MAX,
  ELEMENTS_MAX,
  TEXT_LENGTH_MAX,
} from './xml-document.ts'
