/** Recording update: pause, go on, stop. By SID, or as the one that runs. */
import type { CallRecord } from '../../../engine/call/call-record.ts'
import type { RecordingRecord } from '../../../engine/recording/recording-record.ts'
import type { CURRENT, RecordingChange, RecordingService } from '../../../engine/recording/recording-service.ts'
import type { RecordingSid } from '../../../lib/ids.ts'
import { refuse } from '../../errors.ts'
import type { Form } from '../../form.ts'
import { type Answer, type ApiRequest, answer } from '../answer.ts'
import { choice, readParameters } from '../parameters.ts'
import { callRecordingView } from './recording-view.ts'

const UPDATE_PARAMETERS = {
  Status: choice(['paused', 'in-progress', 'stopped'], null),
  PauseBehavior: choice(['silence', 'skip'], 'silence'),
} as const

export async function updateRecording(
  request: ApiRequest,
  { call, sid }: { readonly call: CallRecord; readonly sid: RecordingSid | typeof CURRENT },
  service: Pick<RecordingService, 'change'>,
): Promise<Answer> {
  const change = readChange(request.form)
  const result = await service.change(call.sid, sid, change)
  if (result === 'ambiguous') throw refuse('severalRecordings', { value: call.sid })
  return answer(200, callRecordingView(changedRecording(result, { request, sid, change })))
}

/** @throws Refusal when it was not changed */
export function changedRecording(
  result: RecordingRecord | 'not-found' | 'not-possible',
  { request, sid, change }: { readonly request: ApiRequest; readonly sid: string; readonly change: RecordingChange },
): RecordingRecord {
  switch (result) {
    case 'not-found':
      throw refuse('notFound', { value: request.path })
    case 'not-possible':
      throw refuse('recordingNotChangeable', { value: sid, why: change.status })
    default:
      return result
  }
}

/** @throws Refusal */
export function readChange(form: Form): RecordingChange {
  const { Status: status, PauseBehavior: pauseBehavior } = readParameters(UPDATE_PARAMETERS, form)
  if (status === null) throw refuse('missingParameter', { name: 'Status' })
  return { status, pauseBehavior }
}
