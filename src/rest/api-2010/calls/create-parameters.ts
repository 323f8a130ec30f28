/** The parameters of Calls create: what each may be, the error when it is not, and its default. */
import { TIME_LIMIT_SEC } from '../../../engine/call/new-records.ts'
import { choice, flag, integer, method, pattern, sid, text, url } from '../parameters.ts'

const MAX_TIME_LIMIT_SEC = 86_400

const amdTime = (min: number, max: number, absent: number) => integer({ min, max }, absent, 'invalidMachineDetection')

export const DEFAULT_TIMEOUT_SEC = 60

export const CREATE_PARAMETERS = {
  Url: url('invalidUrl'),
  Method: method('POST'),
  Twiml: text(4000, 'twimlTooLong'),
  ApplicationSid: sid('AP', 'invalidApplication'),
  FallbackUrl: url('invalidUrl'),
  FallbackMethod: method('POST'),
  StatusCallback: url('invalidCallback'),
  StatusCallbackMethod: method('POST'),
  // StatusCallbackEvent and RecordingStatusCallbackEvent: see callback-events.ts.
  CallerId: text(255, 'invalidFrom'),
  // `w` waits half a second, `W` a whole one.
  SendDigits: pattern(/^[0-9A-Da-d#*wW]{1,32}$/, 'keys', 'invalidSendDigits'),
  Timeout: integer({ min: 1, max: 600 }, DEFAULT_TIMEOUT_SEC, 'invalidTimeout'),
  TimeLimit: integer({ min: 1, max: MAX_TIME_LIMIT_SEC }, TIME_LIMIT_SEC),
  Record: flag(false),
  RecordingChannels: choice(['mono', 'dual'], 'mono'),
  RecordingTrack: choice(['both', 'inbound', 'outbound'], 'both'),
  RecordingStatusCallback: url('invalidCallback'),
  RecordingStatusCallbackMethod: method('POST'),
  Trim: choice(['trim-silence', 'do-not-trim'], 'trim-silence'),
  SipAuthUsername: text(255, 'sipUsernameTooLong'),
  SipAuthPassword: text(255, 'sipPasswordTooLong'),
  MachineDetection: choice(['Enable', 'DetectMessageEnd'], null, 'invalidMachineDetection'),
  MachineDetectionTimeout: amdTime(3, 60, 30),
  MachineDetectionSpeechThreshold: amdTime(1000, 6000, 2400),
  MachineDetectionSpeechEndThreshold: amdTime(500, 5000, 1200),
  MachineDetectionSilenceTimeout: amdTime(2000, 10_000, 5000),
  AsyncAmd: flag(false),
  AsyncAmdStatusCallback: url('invalidCallback'),
  AsyncAmdStatusCallbackMethod: method('POST'),
  Byoc: sid('BY'),
  CallReason: text(255),
  CallToken: text(4096),
  ClientNotificationUrl: url('invalidCallback'),
} as const

/** Names that are read elsewhere; with the table's, all that the resource knows. */
const OTHER_NAMES = ['To', 'From', 'StatusCallbackEvent', 'RecordingStatusCallbackEvent']

export const KNOWN_NAMES: ReadonlySet<string> = new Set([...Object.keys(CREATE_PARAMETERS), ...OTHER_NAMES])
