/**
 * What an application says on the socket of a ConversationRelay: text to speak, audio to play, keys to press, another
 * language, or that it is done. Fields that are not known are passed over, and null is as good as nothing. What cannot be
 * understood is a sentence for whoever wrote the application, and the session goes on.
 */
import { WireError } from '../../lib/wire-error.ts'
import type { RelayInput } from '../twiml/conversation-relay.ts'

/** How what is heard may be stopped; null: as the session has it. */
interface Stoppable {
  readonly interruptible: RelayInput | null
  /** By what the application says next. */
  readonly preemptible: boolean | null
}

export interface TextMessage extends Stoppable {
  readonly type: 'text'
  /** White space counts: tokens are put together as they are. */
  readonly token: string
  /** The end of what the application has to say now. */
  readonly last: boolean
  /** Null: the session's. */
  readonly lang: string | null
}

export interface PlayMessage extends Stoppable {
  readonly type: 'play'
  readonly source: string
  /** 1 to 1000. */
  readonly loop: number
}

export type AppMessage =
  | TextMessage
  | PlayMessage
  | { readonly type: 'sendDigits'; readonly digits: string }
  | { readonly type: 'language'; readonly ttsLanguage: string | null; readonly transcriptionLanguage: string | null }
  | { readonly type: 'end'; readonly handoffData: string | null }

export interface AppProblem {
  /** What was wrong with the message, which value, and what was expected. */
  readonly problem: string
}

/** More than half an hour of talk. A socket may take longer messages; they are told as too long. */
export const MESSAGE_LENGTH_MAX = 65_536
const DIGITS_MAX = 256
const SOURCE_LENGTH_MAX = 4000
/** What `loop: 0` comes to, and the most any loop is. */
const LOOP_MAX = 1000

const INPUTS: readonly RelayInput[] = ['none', 'dtmf', 'speech', 'any']
const LANGUAGE = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/

/** Never throws, whatever the text. */
export function parseAppMessage(text: string): AppMessage | AppProblem {
  try {
    return readMessage(text)
  } catch (error) {
    if (error instanceof WireError) return { problem: error.message }
    throw error
  }
}

type Fields = Readonly<Record<string, unknown>>

function readMessage(text: string): AppMessage {
  if (text.length > MESSAGE_LENGTH_MAX) throw new WireError('message', text, `at most ${MESSAGE_LENGTH_MAX} characters`)
  const fields = asObject(text)
  const { type } = fields
  switch (type) {
    case 'text':
      return {
        type,
        token: textOf(fields, 'token'),
        last: booleanOf(fields, 'last') ?? false,
        lang: languageOf(fields, 'lang'),
        ...stoppableOf(fields),
      }
    case 'play':
      return { type, source: sourceOf(fields), loop: loopOf(fields), ...stoppableOf(fields) }
    case 'sendDigits':
      return { type, digits: digitsOf(fields) }
    case 'language':
      return languagesOf(fields)
    case 'end':
      return { type, handoffData: isGiven(fields.handoffData) ? textOf(fields, 'handoffData') : null }
    default:
      throw new WireError('type', written(type), 'text, play, sendDigits, language or end')
  }
}

function asObject(text: string): Fields {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new WireError('message', text, 'a JSON object')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new WireError('message', written(value), 'a JSON object')
  return value as Fields
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null

function textOf(fields: Fields, name: string): string {
  const value = fields[name]
  if (typeof value !== 'string') throw new WireError(name, written(value), 'text')
  return value
}

function booleanOf(fields: Fields, name: string): boolean | null {
  const value = fields[name]
  if (!isGiven(value)) return null
  if (typeof value !== 'boolean') throw new WireError(name, written(value), 'true or false')
  return value
}

function stoppableOf(fields: Fields): Stoppable {
  const { interruptible } = fields
  return {
    interruptible: isGiven(interruptible) ? inputOf(interruptible) : null,
    preemptible: booleanOf(fields, 'preemptible'),
  }
}

function inputOf(value: unknown): RelayInput {
  if (typeof value === 'boolean') return value ? 'any' : 'none'
  const input = INPUTS.find((one) => one === value)
  if (input === undefined)
    throw new WireError('interruptible', written(value), 'true, false, none, dtmf, speech or any')
  return input
}

function languageOf(fields: Fields, name: string): string | null {
  const value = fields[name]
  if (!isGiven(value)) return null
  if (typeof value !== 'string' || !LANGUAGE.test(value))
    throw new WireError(name, written(value), 'a language tag such as en-US')
  return value
}

function languagesOf(fields: Fields): AppMessage {
  const ttsLanguage = languageOf(fields, 'ttsLanguage')
  const transcriptionLanguage = languageOf(fields, 'transcriptionLanguage')
  if (ttsLanguage === null && transcriptionLanguage === null)
    throw new WireError('language', '', 'ttsLanguage, transcriptionLanguage or both')
  return { type: 'language', ttsLanguage, transcriptionLanguage }
}

function sourceOf(fields: Fields): string {
  const source = textOf(fields, 'source')
  const url = source.length <= SOURCE_LENGTH_MAX ? URL.parse(source) : null
  if (!url || !/^https?:\/\/[^\s]+$/i.test(source) || url.hostname === '')
    throw new WireError('source', source, 'an absolute http or https URL')
  return source
}

function loopOf({ loop }: Fields): number {
  if (!isGiven(loop)) return 1
  if (typeof loop !== 'number' || !Number.isInteger(loop) || loop < 0)
    throw new WireError('loop', written(loop), 'a whole number of at least 0')
  return loop === 0 ? LOOP_MAX : Math.min(loop, LOOP_MAX)
}

function digitsOf(fields: Fields): string {
  const digits = textOf(fields, 'digits')
  if (digits.length > DIGITS_MAX || !/^[0-9w*#]+$/.test(digits))
    throw new WireError('digits', digits, `1 to ${DIGITS_MAX} of 0-9 w # *`)
  return digits
}

/** Short, and without going into it: a stranger's value may be nested a million deep. Empty when it is not there. */
function written(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return '[...]'
  if (typeof value === 'object' && value !== null) return '{...}'
  return value === undefined ? '' : String(value)
}
