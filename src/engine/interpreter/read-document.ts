/**
 * From an HTTP answer to something the interpreter can run, by content type: TwiML, audio to play, text to speak, or an
 * error with the reference's debugger code.
 */
import type { CourierAnswer } from '../../journal/courier.ts'
import { parseTwiml, type TwimlWarning, type Verb } from '../../wire/twiml/index.ts'

export type ReadDocument =
  | { readonly kind: 'twiml'; readonly verbs: readonly Verb[]; readonly warnings: readonly TwimlWarning[] }
  /** Played once, then the call is hung up. */
  | { readonly kind: 'audio' }
  /** Spoken once, then the call is hung up. */
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'error'
      readonly code: number
      readonly message: string
      readonly line?: number
      readonly column?: number
    }

const TWIML_TYPES = new Set(['text/xml', 'application/xml', 'text/html'])
export const AUDIO_TYPES: ReadonlySet<string> = new Set([
  'audio/mpeg',
  'audio/mp3',
  'audio/wav',
  'audio/wave',
  'audio/x-wav',
  'audio/vnd.wave',
  'audio/aiff',
  'audio/x-aiff',
  'audio/x-aifc',
  'audio/gsm',
  'audio/x-gsm',
  'audio/ulaw',
  'audio/basic',
])

/** `text/xml; charset=utf-8` → `text/xml` */
export const mediaType = (contentType: string): string => (contentType.split(';', 1)[0] ?? '').trim().toLowerCase()

export function readDocument(answer: Pick<CourierAnswer, 'exchange' | 'body'>): ReadDocument {
  const { response } = answer.exchange
  if (!response) return { kind: 'error', code: 11200, message: 'no response' }
  const type = mediaType(response.contentType)
  if (TWIML_TYPES.has(type)) return readTwiml(decode(answer.body))
  if (AUDIO_TYPES.has(type)) return { kind: 'audio' }
  if (type === 'text/plain') {
    const text = decode(answer.body)
    const read = readTwiml(text)
    return read.kind === 'twiml' ? read : { kind: 'text', text: text.trim() }
  }
  return {
    kind: 'error',
    code: 12300,
    message: `Invalid Content-Type: ${type === '' ? 'none given' : type}; expected text/xml, an audio type or text/plain`,
  }
}

export function readTwiml(text: string): ReadDocument {
  const parsed = parseTwiml(text)
  if (parsed.ok) return { kind: 'twiml', verbs: parsed.verbs, warnings: parsed.warnings }
  return { kind: 'error', code: parsed.code, message: parsed.message, line: parsed.line, column: parsed.column }
}

const decoder = new TextDecoder()
const decode = (body: Uint8Array): string => decoder.decode(body)
