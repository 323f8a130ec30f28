/** Media Streams: a call's audio over a WebSocket, and audio back. The messages, pure; who has the socket is another's. */
export {
  type InboundMessage,
  type InboundProblem,
  MARK_NAME_LENGTH_MAX,
  MESSAGE_LENGTH_MAX,
  parseInbound,
} from './inbound-message.ts'
export {
  encodeConnected,
  encodeDtmf,
  encodeMark,
  encodeMedia,
  encodeStart,
  encodeStop,
  STREAM_TRACKS,
  type StreamIdentity,
  type StreamMedia,
  type StreamStart,
} from './outbound-message.ts'
export { StreamSequence, type StreamTrack } from './stream-sequence.ts'
export { type StreamUrlProblem, streamUrlProblem, UNSUPPORTED_SCHEME } from './stream-url.ts'
