/**
 * What an application says on the socket of a stream both ways: audio to play, a mark behind it, or to forget what is not
 * played yet. Fields that are not known are passed over. What cannot be understood is a sentence for whoever wrote the
 * application, and the call goes on.
 */
import { WireError } from '../../lib/wire-error.ts'

export type InboundMessage =
  /** µ-law at 8 kHz, of any length. */
  | { readonly event: 'media'; readonly streamSid: string; readonly ulaw: Uint8Array }
  | { readonly event: 'mark'; readonly streamSid: string; readonly name: string }
  | { readonly event: 'clear'; readonly streamSid: string }

export interface InboundProblem {
  /** What was wrong with the message, which value, and what was expected. */
  readonly problem: string
}

/** Five minutes of audio and more. A socket should not take longer messages in the first place. */
export const MESSAGE_LENGTH_MAX = 4 * 1024 * 1024
/** Comes back as it is, so it is not for letters. */
export const MARK_NAME_LENGTH_MAX = 4096
const STREAM_SID_LENGTH_MAX = 100

/** Never throws, whatever the text. Whether `streamSid` is the stream's own is for the caller to see. */
export function parseInbound(text: string): InboundMessage | InboundProblem {
  try {
    return readMessage(text)
  } catch (error) {
    if (error instanceof WireError) return { problem: error.message }
    throw error
  }
}

function readMessage(text: string): InboundMessage {
  if (text.length > MESSAGE_LENGTH_MAX) throw new WireError('message', text, `at most ${MESSAGE_LENGTH_MAX} characters`)
  const message = asObject('message', parseJson(text))
  const event = message.event
  switch (event) {
    case 'media':
      return { event, streamSid: streamSidOf(message), ulaw: ulawOf(message) }
    case 'mark':
      return { event, streamSid: streamSidOf(message), name: markNameOf(message) }
    case 'clear':
      return { event, streamSid: streamSidOf(message) }
    default:
      throw new WireError('event', written(event), 'media, mark or clear')
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new WireError('message', text, 'a JSON object')
  }
}

type Fields = Readonly<Record<string, unknown>>

function asObject(what: string, value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new WireError(what, written(value), 'a JSON object')
  return value as Fields
}

function streamSidOf({ streamSid }: Fields): string {
  if (typeof streamSid !== 'string' || streamSid === '' || streamSid.length > STREAM_SID_LENGTH_MAX)
    throw new WireError('streamSid', written(streamSid), 'the SID that start told')
  return streamSid
}

function ulawOf(message: Fields): Uint8Array {
  const { payload } = asObject('media', message.media)
  const ulaw = typeof payload === 'string' ? decodeBase64(payload) : null
  if (!ulaw) throw new WireError('media.payload', written(payload), 'µ-law in base64')
  return ulaw
}

/** RFC 4648 §4; the padding may be missing. Null when it is something else. */
function decodeBase64(text: string): Uint8Array | null {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const length = text.length - padding
  // Node knows the letters for URLs, too, and passes over what is no letter: then there are too few bytes. Far faster
  // than to look at every letter first.
  if (length % 4 === 1 || text.includes('-') || text.includes('_')) return null
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === Math.floor((length * 3) / 4) ? bytes : null
}

function markNameOf(message: Fields): string {
  const { name } = asObject('mark', message.mark)
  if (typeof name !== 'string') throw new WireError('mark.name', written(name), 'text')
  if (name.length > MARK_NAME_LENGTH_MAX)
    throw new WireError('mark.name', name, `at most ${MARK_NAME_LENGTH_MAX} characters`)
  return name
}

/** Short, and without going into it: a stranger's value may be nested a million deep. Empty when it is not there. */
function written(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return '[...]'
  if (typeof value === 'object' && value !== null) return '{...}'
  return value === undefined ? '' : String(value)
}
