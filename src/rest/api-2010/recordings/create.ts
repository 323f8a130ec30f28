/** Calls/{CallSid}/Recordings create: the call is recorded from now on. */
import type { CallRecord } from '../../../engine/call/call-record.ts'
import type { RecordingEvent } from '../../../engine/recording/recording-record.ts'
import type { NewCallRecording, RecordingService } from '../../../engine/recording/recording-service.ts'
import { newSid } from '../../../lib/ids.ts'
import type { RestDeps } from '../../deps.ts'
import { refuse } from '../../errors.ts'
import type { Form } from '../../form.ts'
import { type Answer, type ApiRequest, answer } from '../answer.ts'
import { recordedParameters } from '../calls/api-exchange.ts'
import { readEvents } from '../calls/callback-events.ts'
import { choice, method, readParameters, url } from '../parameters.ts'
import { callRecordingView } from './recording-view.ts'

const CREATE_PARAMETERS = {
  RecordingStatusCallback: url('invalidCallback'),
  RecordingStatusCallbackMethod: method('POST'),
  // RecordingStatusCallbackEvent: see callback-events.ts.
  Trim: choice(['trim-silence', 'do-not-trim'], 'do-not-trim'),
  RecordingChannels: choice(['mono', 'dual'], 'mono'),
  RecordingTrack: choice(['inbound', 'outbound', 'both'], 'both'),
} as const

const EVENTS: readonly RecordingEvent[] = ['in-progress', 'completed', 'absent']
const UNKNOWN_EVENT = 21626

/** @param call as it stood when the request came */
export async function createRecording(
  request: ApiRequest,
  call: CallRecord,
  { calls, logger, service }: Pick<RestDeps, 'calls' | 'logger'> & { readonly service: RecordingService },
): Promise<Answer> {
  const { recording, warning } = readNewRecording(request.form)
  const started = await service.start(call.sid, recording)
  if (started === 'not-in-progress') throw refuse('notRecordable')
  if (warning !== null) warnCall({ request, call, warning }, { calls, logger })
  return answer(201, callRecordingView(started))
}

/** @throws Refusal */
function readNewRecording(form: Form): { recording: NewCallRecording; warning: string | null } {
  const p = readParameters(CREATE_PARAMETERS, form)
  const { events, warning } = readEvents(form, 'RecordingStatusCallbackEvent', EVENTS, ['completed'])
  const recording = {
    // One side alone has one channel.
    channels: p.RecordingChannels === 'dual' && p.RecordingTrack === 'both' ? 2 : 1,
    track: p.RecordingTrack,
    trim: p.Trim,
    callback:
      p.RecordingStatusCallback === null
        ? null
        : { url: p.RecordingStatusCallback, method: p.RecordingStatusCallbackMethod, events },
  } as const
  return { recording, warning }
}

/** A warning joins the story of the call. Not waited for: the customer's answer does not depend on it. */
function warnCall(
  about: { readonly request: ApiRequest; readonly call: CallRecord; readonly warning: string },
  { calls, logger }: Pick<RestDeps, 'calls' | 'logger'>,
): void {
  const { request, call, warning: message } = about
  const { baseUrl, path, form } = request
  const asked = { method: 'POST', url: baseUrl + path, parameters: recordedParameters(form) } as const
  const alert = { sid: newSid('NO'), code: UNKNOWN_EVENT, level: 'warning', message, request: asked } as const
  const body = { fact: 'alert', alert } as const
  calls
    .witness(call.sid, ({ accountSid, sid: callSid }, place, at) => [
      { kind: 'fact', accountSid, callSid, place, at, body },
    ])
    .catch((error: unknown) => logger.warn({ callSid: call.sid, error: String(error) }, 'a warning was not recorded'))
}
