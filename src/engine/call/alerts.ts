/**
 * Debugger alerts the engine raises by name. Codes below 80000 are the reference's; 81000 to 81099 are our own, for
 * what only this platform can say. Alerts of TwiML warnings and of failed requests carry the code they came with.
 */
import type { Alert, Exchange } from '../../journal/entry.ts'
import { newSid } from '../../lib/ids.ts'

const ALERTS = {
  invalidUrl: [11100, 'error'],
  nestedDial: [13201, 'error'],
  asideVerb: [13238, 'error'],
  contentType: [12300, 'error'],
  referNotSip: [13801, 'error'],
  transferNotTaken: [13802, 'error'],
  coachAbsent: [13240, 'error'],
  conferenceFull: [16020, 'error'],
  labelInvalid: [16023, 'error'],
  labelTaken: [16025, 'error'],
  callbackReply: [15003, 'warning'],
  playContentType: [13420, 'error'],
  transcribeCallbackUrl: [13257, 'error'],
  tooLongToTranscribe: [13615, 'warning'],
  tooShortToTranscribe: [13617, 'warning'],
  timeLimitReached: [32015, 'warning'],
  messageCallback: [32711, 'warning'],
  verbNotAvailable: [81001, 'warning'],
  documentLoop: [81003, 'error'],
  endedByRestart: [81004, 'warning'],
  speechNotUnderstood: [81005, 'warning'],
  recordingFailed: [81007, 'error'],
  callFault: [81008, 'error'],
  taskRoutingNotAvailable: [81012, 'warning'],
  tooManyQueues: [81013, 'error'],
  streamProblem: [81020, 'warning'],
  transcriptionProblem: [81021, 'warning'],
} as const satisfies Record<string, readonly [number, Alert['level']]>

export type AlertName = keyof typeof ALERTS

type AlertContext = Omit<Alert, 'sid' | 'code' | 'level' | 'message'>

export function alertByName(name: AlertName, message: string, context: AlertContext = {}): Alert {
  const [code, level] = ALERTS[name]
  return { sid: newSid('NO'), code, level, message, ...context }
}

export function alertByCode(code: number, level: Alert['level'], message: string, context: AlertContext = {}): Alert {
  return { sid: newSid('NO'), code, level, message, ...context }
}

/** Of a failing answer's body, this much is kept with the alert. */
const ALERT_BODY_MAX = 4096

/** The request and the answer an alert is about. */
export function exchangeContext({ request, response }: Exchange): AlertContext {
  return {
    request,
    ...(response && { response: { code: response.code, body: response.body.slice(0, ALERT_BODY_MAX) } }),
  }
}

/** A callback that was answered with an error, or not at all. Never affects the call. */
export function callbackAlert(exchange: Exchange): Alert {
  const context = exchangeContext(exchange)
  if (exchange.response)
    return alertByName(
      'callbackReply',
      `The ${exchange.purpose === 'amd' ? 'machine detection' : exchange.verb} callback was answered with ${exchange.response.code}`,
      context,
    )
  const { code, message } = exchange.error ?? { code: 11200, message: 'no response' }
  return alertByCode(code, 'error', message, context)
}
