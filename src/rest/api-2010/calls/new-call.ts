/**
 * A Calls create request read and checked: from parameters to the call the engine shall make. Refusals are thrown in
 * the order in which the reference is seen to find them: the two ends, then the document, then everything else.
 */
import type { CallOptions, StatusCallback, VoiceSource } from '../../../engine/call/call-record.ts'
import type { NewCall } from '../../../engine/call/call-service.ts'
import type { AccountSid } from '../../../lib/ids.ts'
import type { RestConfig } from '../../deps.ts'
import { refuse } from '../../errors.ts'
import type { Form } from '../../form.ts'
import type { Books } from '../api-2010.ts'
import { type Endpoint, parseFrom, parseTo } from '../endpoint.ts'
import { given, readParameters, type Values } from '../parameters.ts'
import { toE164 } from '../phone-number.ts'
import type { StoredApplication } from '../rows.ts'
import { type EventList, readEvents } from './callback-events.ts'
import { CREATE_PARAMETERS } from './create-parameters.ts'

type Parameters = Values<typeof CREATE_PARAMETERS>

export interface ReadCall {
  readonly call: NewCall
  readonly parameters: Parameters
  /** The number of the account that calls; null when From is none of them. */
  readonly fromOwned: boolean
  /** What is allowed but probably not meant, as debugger warnings. */
  readonly warnings: readonly { readonly code: number; readonly message: string }[]
}

const CALL_EVENTS = ['initiated', 'ringing', 'answered', 'completed'] as const
const RECORDING_EVENTS = ['in-progress', 'completed', 'absent'] as const

/** @throws Refusal */
export async function readNewCall(
  request: { readonly accountSid: AccountSid; readonly form: Form },
  books: Books,
  config: Pick<RestConfig, 'callerId'>,
): Promise<ReadCall> {
  const { accountSid, form } = request
  const to = readTo(form)
  const from = readFrom(form, to)
  const parameters = readParameters(CREATE_PARAMETERS, form)
  const application = await findApplication(parameters.ApplicationSid, accountSid, books)
  const voice = voiceOf(parameters, application)
  checkSipAuth(parameters)

  const number = from.kind === 'number' ? await books.numbers.findByKey(accountSid, from.address) : null
  if (config.callerId === 'owned')
    await checkCallerIds({ accountSid, to, from: from.address, ownsFrom: number !== null, parameters }, books)

  const events = readEvents(form, 'StatusCallbackEvent', CALL_EVENTS, ['completed'])
  const recordingEvents = readEvents(form, 'RecordingStatusCallbackEvent', RECORDING_EVENTS, ['completed'])
  return {
    parameters,
    fromOwned: from.kind !== 'number' || number !== null,
    warnings: warningsOf(parameters, [events, recordingEvents]),
    call: {
      accountSid,
      to: to.address,
      from: from.address,
      phoneNumberSid: number?.sid ?? null,
      applicationSid: application?.sid ?? null,
      voice,
      statusCallback: statusCallbackOf(parameters, events.events, application),
      options: optionsOf(parameters, recordingEvents.events),
    },
  }
}

function readTo(form: Form): Endpoint {
  const text = given(form, 'To')
  if (text === null) throw refuse('missingTo')
  return parseTo(text)
}

function readFrom(form: Form, to: Endpoint): Endpoint {
  const text = given(form, 'From')
  if (text === null) throw refuse('missingFrom')
  return parseFrom(text, to)
}

async function findApplication(
  sid: string | null,
  accountSid: AccountSid,
  books: Books,
): Promise<StoredApplication | null> {
  if (sid === null) return null
  const application = await books.applications.find(accountSid, sid)
  if (!application) throw refuse('invalidApplication', { value: sid })
  return application
}

/** An application comes before Url, and Url before Twiml. */
function voiceOf(parameters: Parameters, application: StoredApplication | null): VoiceSource {
  if (application) {
    const { voiceUrl, voiceMethod, voiceFallbackUrl, voiceFallbackMethod } = application.row
    if (voiceUrl === null) throw refuse('applicationWithoutUrl', { value: application.sid })
    return {
      document: { url: voiceUrl, method: voiceMethod },
      fallback: voiceFallbackUrl === null ? null : { url: voiceFallbackUrl, method: voiceFallbackMethod },
    }
  }
  const { Url, Method, Twiml, FallbackUrl, FallbackMethod } = parameters
  const document = Url !== null ? { url: Url, method: Method } : Twiml !== null ? { twiml: Twiml } : null
  if (document === null) throw refuse('noDocument')
  return { document, fallback: FallbackUrl === null ? null : { url: FallbackUrl, method: FallbackMethod } }
}

function statusCallbackOf(
  parameters: Parameters,
  events: StatusCallback['events'],
  application: StoredApplication | null,
): StatusCallback | null {
  if (application) {
    const { statusCallback, statusCallbackMethod } = application.row
    return statusCallback === null ? null : { url: statusCallback, method: statusCallbackMethod, events: ['completed'] }
  }
  const { StatusCallback: url, StatusCallbackMethod: method } = parameters
  return url === null ? null : { url, method, events }
}

// Printable ASCII, without what would end a header or a quoted string.
const SIP_CREDENTIAL = /^[\x21\x23-\x5b\x5d-\x7e]+$/

function checkSipAuth({ SipAuthUsername: username, SipAuthPassword: password }: Parameters): void {
  if (username !== null && !SIP_CREDENTIAL.test(username)) throw refuse('sipUsernameIllegal')
  if (password !== null && !SIP_CREDENTIAL.test(password)) throw refuse('sipPasswordIllegal')
  if (username !== null && password === null) throw refuse('sipPasswordMissing')
}

/** The strict setting: a number may only be called from, and shown, a number of the account. */
async function checkCallerIds(
  about: { accountSid: AccountSid; to: Endpoint; from: string; ownsFrom: boolean; parameters: Parameters },
  books: Books,
): Promise<void> {
  if (about.to.kind !== 'number') return
  if (!about.ownsFrom) throw refuse('fromNotOwned', { value: about.from })
  const { CallerId: callerId } = about.parameters
  if (callerId === null) return
  const shown = toE164(callerId)
  const owned = shown !== null && (await books.numbers.findByKey(about.accountSid, shown)) !== null
  if (!owned) throw refuse('fromNotOwned', { value: callerId })
}

function optionsOf(parameters: Parameters, recordingEvents: readonly (typeof RECORDING_EVENTS)[number][]): CallOptions {
  const p = parameters
  // Digits and machine detection would both use the first seconds; the reference lets the digits win.
  const detect = p.SendDigits === null ? p.MachineDetection : null
  return {
    sendDigits: p.SendDigits,
    timeoutSec: p.Timeout,
    timeLimitSec: p.TimeLimit,
    callerId: p.CallerId,
    record: p.Record
      ? {
          channels: p.RecordingChannels,
          track: p.RecordingTrack,
          trim: p.Trim,
          callback:
            p.RecordingStatusCallback === null
              ? null
              : { url: p.RecordingStatusCallback, method: p.RecordingStatusCallbackMethod, events: recordingEvents },
        }
      : null,
    machineDetection:
      detect === null
        ? null
        : {
            mode: detect,
            timeoutSec: p.MachineDetectionTimeout,
            speechThresholdMs: p.MachineDetectionSpeechThreshold,
            speechEndThresholdMs: p.MachineDetectionSpeechEndThreshold,
            silenceTimeoutMs: p.MachineDetectionSilenceTimeout,
            async: p.AsyncAmd,
            callback:
              p.AsyncAmdStatusCallback === null
                ? null
                : { url: p.AsyncAmdStatusCallback, method: p.AsyncAmdStatusCallbackMethod },
          },
    sipAuth:
      p.SipAuthUsername === null || p.SipAuthPassword === null
        ? null
        : { username: p.SipAuthUsername, password: p.SipAuthPassword },
    byoc: p.Byoc,
    callReason: p.CallReason,
    callToken: p.CallToken,
    clientNotificationUrl: p.ClientNotificationUrl,
  }
}

function warningsOf(p: Parameters, lists: readonly EventList<string>[]): ReadCall['warnings'] {
  const warnings: { code: number; message: string }[] = []
  if (p.Url !== null && p.Twiml !== null && p.ApplicationSid === null) {
    warnings.push({ code: 32019, message: 'Both Twiml and Url are set; Url is used' })
  }
  if (p.MachineDetection !== null && p.AsyncAmd && p.AsyncAmdStatusCallback === null) {
    warnings.push({
      code: 21262,
      message: 'AsyncAmd is asked for without AsyncAmdStatusCallback: nobody learns the result',
    })
  }
  for (const { warning } of lists) if (warning !== null) warnings.push({ code: 21626, message: warning })
  return warnings
}
