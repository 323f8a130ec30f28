/**
 * A call as it happens, for a terminal 80 columns wide: each exchange with its code and duration, what the caller
 * heard, which keys were pressed. Times are seconds since the call's first entry.
 */
import { styleText } from 'node:util'

/** What the live feed says of an exchange (see docs/phones.md). */
export interface ExchangeMessage {
  readonly kind: 'exchange'
  readonly direction: 'inward' | 'outward'
  readonly purpose: string
  readonly verb: string
  readonly at: string
  readonly fallback: boolean
  readonly attempt: number
  readonly request: {
    readonly method: string
    readonly url: string
    readonly parameters: Readonly<Record<string, string | readonly string[]>>
  }
  readonly response: { readonly code: number } | null
  readonly error: { readonly code: number; readonly message: string } | null
  readonly durationMs: number
}

export interface FactMessage {
  readonly kind: 'fact'
  readonly fact: string
  readonly at: string
  readonly [detail: string]: unknown
}

export type Message = ExchangeMessage | FactMessage

interface Style {
  readonly columns: number
  readonly color: boolean
}

export const TERMINAL: Style = {
  columns: Math.max(60, Math.min(process.stdout.columns ?? 80, 120)),
  color: process.stdout.isTTY === true,
}

const FINAL = new Set(['completed', 'busy', 'no-answer', 'failed', 'canceled'])

export class Timeline {
  readonly #style: Style
  #startMs: number | null = null
  /** The last status seen, final or not. */
  status: string | null = null
  exchanges = 0

  constructor(style: Style = TERMINAL) {
    this.#style = style
  }

  get over(): boolean {
    return this.status !== null && FINAL.has(this.status)
  }

  /** The lines for one message; empty for what a reader need not see. */
  lines(message: Message): string[] {
    const atMs = Date.parse(message.at)
    this.#startMs ??= atMs
    const seconds = ((atMs - this.#startMs) / 1000).toFixed(2).padStart(7)
    if (message.kind === 'exchange') {
      this.exchanges += 1
      return this.#exchange(seconds, message)
    }
    return this.#fact(seconds, message)
  }

  #exchange(seconds: string, message: ExchangeMessage): string[] {
    const { request, response, error, purpose, verb, durationMs } = message
    const code = response ? String(response.code) : 'none'
    const good = error === null && response !== null && response.code < 400
    const right = `${code.padStart(4)} ${`${Math.round(durationMs)} ms`.padStart(8)}`
    const label = `${purpose === 'twiml' ? verb : purpose === 'api-request' ? `api ${verb}` : verb}${message.fallback ? ' fallback' : ''}${message.attempt > 1 ? ` try ${message.attempt}` : ''}`
    const target =
      message.direction === 'inward'
        ? withoutOrigin(request.url).split('/').slice(-2).join('/')
        : withoutOrigin(request.url)
    // To the app, or from it.
    const arrow = message.direction === 'outward' ? '→' : '←'
    const room = this.#style.columns - seconds.length - right.length - 7
    const left = clip(plain(`${request.method.padEnd(4)} ${target}  ${label}`), room).padEnd(room)
    const lines = [`${seconds}  ${arrow}  ${left} ${this.#paint(good ? 'green' : 'red', right)}`]
    const told = toldParameters(request.parameters)
    if (told !== '') lines.push(this.#detail(told))
    if (error) lines.push(this.#detail(`${error.code}: ${error.message}`, 'red'))
    return lines
  }

  #fact(seconds: string, message: FactMessage): string[] {
    const room = this.#style.columns - seconds.length - 6
    const line = (mark: string, text: string, color?: 'cyan' | 'yellow' | 'bold' | 'magenta') => {
      const [first = '', ...rest] = wrap(plain(text), room)
      const paint = (part: string) => (color ? this.#paint(color, part) : part)
      return [
        `${seconds}  ${mark}  ${paint(first)}`,
        ...rest.map((part) => `${' '.repeat(seconds.length + 5)}${paint(part)}`),
      ]
    }
    switch (message.fact) {
      case 'call-status':
        this.status = String(message.status)
        return line('●', String(message.status), 'bold')
      case 'heard': {
        const span = message.span as {
          text?: string
          url?: string
          kind: string
          playedMs: number
          lengthMs: number
          cut: boolean
        }
        const what =
          span.kind === 'say' || span.kind === 'party'
            ? `“${span.text ?? ''}”`
            : `${span.kind} ${span.url ?? span.text ?? ''}`
        const cut = span.cut
          ? ` (cut after ${(span.playedMs / 1000).toFixed(1)} of ${(span.lengthMs / 1000).toFixed(1)} s)`
          : ''
        return line('♪', `heard ${what}${cut}`, 'cyan')
      }
      case 'pressed':
        return line('#', `pressed ${String(message.digits)}`, 'yellow')
      case 'said':
        return line('>', `said “${String(message.text)}”`, 'yellow')
      case 'message':
        return line(
          '@',
          `${message.from === 'app' ? 'message to' : 'message from'} the phone ${String(message.content)}`,
          'yellow',
        )
      case 'script':
        return message.state === 'failed'
          ? line(
              '!',
              `the phone's script failed at step ${String(message.step)}: wanted ${String(message.wanted ?? '')}`,
              'magenta',
            )
          : []
      case 'line': {
        const { sentPackets, receivedPackets, lostPackets, discardedPackets, jitterMs } = message.statistics as {
          [name in 'sentPackets' | 'receivedPackets' | 'lostPackets' | 'discardedPackets' | 'jitterMs']: number
        }
        const packets = `${sentPackets} sent, ${receivedPackets} received, ${lostPackets} lost, ${discardedPackets} discarded`
        return line('~', `sound: ${packets}; jitter ${jitterMs.toFixed(1)} ms`)
      }
      case 'alert': {
        const alert = message.alert as { code: number; level: string; message: string; line?: number; column?: number }
        const where = alert.line === undefined ? '' : ` (line ${alert.line}, column ${alert.column})`
        return line('!', `${alert.level} ${alert.code}: ${alert.message}${where}`, 'magenta')
      }
      default:
        return []
    }
  }

  #detail(text: string, color?: 'red'): string {
    const clipped = clip(plain(text), this.#style.columns - 14)
    return `${' '.repeat(14)}${color ? this.#paint(color, clipped) : this.#paint('dim', clipped)}`
  }

  #paint(color: Parameters<typeof styleText>[0], text: string): string {
    return this.#style.color ? styleText(color, text, { validateStream: false }) : text
  }
}

/** Parameters worth a line: those a verb adds to the standard ones. */
const TOLD = ['Digits', 'FinishedOnKey', 'CallStatus', 'CallDuration', 'ErrorCode', 'ErrorUrl']

function toldParameters(parameters: ExchangeMessage['request']['parameters']): string {
  const digits = parameters.Digits !== undefined
  return TOLD.filter((name) => name in parameters && parameters[name] !== '' && !(digits && name === 'CallStatus'))
    .map((name) => `${name}=${[parameters[name]].flat().join(',')}`)
    .join('  ')
}

/** A URL that is none was recorded as it was given. */
function withoutOrigin(url: string): string {
  const parsed = URL.parse(url)
  return parsed ? parsed.pathname + parsed.search : url
}

/** What apps send is shown, never obeyed: control characters would move the cursor or clear the screen. */
const plain = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')

const clip = (text: string, room: number): string =>
  text.length > room ? `${text.slice(0, Math.max(1, room - 1))}…` : text

function wrap(text: string, room: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].map((part) => clip(part, room))
}
