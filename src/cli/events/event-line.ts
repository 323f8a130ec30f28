/** An event as one line for people: when, what kind, which call, and what the exchange was. */
import { styleText } from 'node:util'
import { shortType } from './type-names.ts'

/** The members that are looked at (see docs/compat/event-streams.md). */
export interface VoiceEvent {
  readonly type: string
  readonly id: string
  readonly time?: string
  readonly data?: {
    readonly sid?: string
    readonly request?: {
      readonly method: string
      readonly url: string
      readonly parameters?: Readonly<Record<string, string | readonly string[]>>
    }
    readonly response?: { readonly responseCode: number }
  }
}

export interface LineStyle {
  /** Lines are cut at this; infinite when they go to a file or another program. */
  readonly columns: number
  readonly color: boolean
}

export const OUTPUT: LineStyle = process.stdout.isTTY
  ? { columns: Math.max(60, process.stdout.columns ?? 80), color: true }
  : { columns: Number.POSITIVE_INFINITY, color: false }

/** The longest of the types that every call has. */
const TYPE_COLUMNS = 'status-callback.call.completed'.length
/** Below this SIDs are shortened. */
const WIDE_COLUMNS = 120

export function eventLine({ type, time, data = {} }: VoiceEvent, style: LineStyle): string {
  const { sid = '', request, response } = data
  const call = style.columns < WIDE_COLUMNS ? shortSid(sid) : sid
  const name = shortType(type)
  const code = response ? String(response.responseCode) : 'none'
  const good = response !== undefined && response.responseCode < 400
  const what = request ? `${request.method} ${targetOf(request.url)}${told(name, request.parameters)}` : ''
  const start = `${clockTime(time)}  ${name.padEnd(TYPE_COLUMNS)}  ${call}  `
  if (!request) return `${start}${what}`.trimEnd()
  return `${start}${paint(good ? 'green' : 'red', code.padEnd(4), style)} ${clip(what, style.columns - start.length - 5)}`
}

/** Enough of a SID to tell one call from another: `CA06d1…e2f1`. */
export const shortSid = (sid: string): string => (sid.length === 34 ? `${sid.slice(0, 6)}…${sid.slice(-4)}` : sid)

/** The local time of day, `14:03:04.567`. */
export function clockTime(iso: string | undefined): string {
  const time = new Date(iso ?? Number.NaN)
  if (Number.isNaN(time.getTime())) return '--:--:--.---'
  const two = (number: number) => String(number).padStart(2, '0')
  const milliseconds = String(time.getMilliseconds()).padStart(3, '0')
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${milliseconds}`
}

export const paint = (color: Parameters<typeof styleText>[0], text: string, style: LineStyle): string =>
  style.color ? styleText(color, text, { validateStream: false }) : text

export const clip = (text: string, room: number): string =>
  text.length > room ? `${text.slice(0, Math.max(1, room - 1))}…` : text

/** The request's parameter that says most, by the beginning of the type. The first row that fits counts. */
const TELLING: readonly (readonly [string, readonly string[]])[] = [
  ['api-request.call.created', ['To']],
  ['status-callback.call', ['CallStatus', 'CallDuration']],
  ['webhook.status-callback.call', ['CallStatus', 'CallDuration']],
  ['status-callback.amd', ['AnsweredBy']],
  ['status-callback.recording', ['RecordingStatus']],
  ['status-callback.stream', ['StreamEvent']],
  ['status-callback.transcription', ['TranscriptionEvent', 'TranscriptionStatus']],
  ['status-callback.gather', ['StableSpeechResult', 'UnstableSpeechResult']],
  ['status-callback.', ['StatusCallbackEvent']],
  ['twiml.gather', ['Digits', 'SpeechResult']],
  ['twiml.dial', ['DialCallStatus']],
  ['twiml.enqueue', ['QueueResult']],
  ['twiml.record', ['RecordingDuration']],
  ['twiml.', ['CallStatus']],
]

function told(name: string, parameters: Readonly<Record<string, string | readonly string[]>> = {}): string {
  const names = TELLING.find(([beginning]) => name.startsWith(beginning))?.[1] ?? []
  return names
    .filter((parameter) => (parameters[parameter] ?? '') !== '')
    .map((parameter) => `  ${parameter}=${[parameters[parameter]].flat().join(',')}`)
    .join('')
}

/** Path and query; of our own API only what is asked for. */
function targetOf(url: string): string {
  if (!URL.canParse(url)) return url
  const { pathname, search } = new URL(url)
  const [, resource] = /^\/2010-04-01\/Accounts\/AC[0-9a-f]{32}(\/.*)$/.exec(pathname) ?? []
  return (resource ?? pathname) + search
}
