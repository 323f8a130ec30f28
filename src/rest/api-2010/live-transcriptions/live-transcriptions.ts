/** Calls/{CallSid}/Transcriptions: what is said on a call, told while it is said; begun and stopped in the middle of a call. */
import type { LiveTranscriptionRecord } from '../../../engine/transcription/live-transcription-record.ts'
import type { LiveTranscriptionService } from '../../../engine/transcription/live-transcription-service.ts'
import { formatRfc2822 } from '../../../lib/dates.ts'
import type { RestDeps } from '../../deps.ts'
import { refuse } from '../../errors.ts'
import { type Answer, type ApiRequest, answer } from '../answer.ts'
import { wantedCall } from '../calls/calls.ts'
import { choice, readParameters } from '../parameters.ts'
import { readNewLiveTranscription } from './new-live-transcription.ts'

const UPDATE_PARAMETERS = { Status: choice(['stopped'], null) } as const

export function liveTranscriptionOperations(deps: Pick<RestDeps, 'calls'>, service: LiveTranscriptionService) {
  return {
    async create(request: ApiRequest): Promise<Answer> {
      const call = await wantedCall(request, deps)
      const asked = readNewLiveTranscription(request.form)
      const started = service.start(call.sid, asked)
      switch (started) {
        case 'not-in-progress':
          throw refuse('notTranscribable', { value: call.sid })
        case 'name-taken':
          throw refuse('conflict', { why: `A transcription named ${asked.name ?? ''} runs on this call` })
        case 'too-many':
          throw refuse('conflict', { why: 'This call has as many transcriptions as it may' })
        default:
          return answer(200, liveTranscriptionView(started))
      }
    },

    async update(request: ApiRequest): Promise<Answer> {
      const call = await wantedCall(request, deps)
      const { Status } = readParameters(UPDATE_PARAMETERS, request.form)
      if (Status === null) throw refuse('missingParameter', { name: 'Status' })
      const stopped = service.stop(call.sid, request.params.Sid ?? '')
      switch (stopped) {
        case 'not-in-progress':
          throw refuse('notTranscribable', { value: call.sid })
        case 'not-found':
          throw refuse('notFound', { value: request.path })
        default:
          return answer(200, liveTranscriptionView(stopped))
      }
    },
  }
}

function liveTranscriptionView(record: LiveTranscriptionRecord): object {
  const { sid, accountSid, callSid, name, status, updatedAt } = record
  return {
    sid,
    account_sid: accountSid,
    call_sid: callSid,
    name,
    status,
    date_updated: formatRfc2822(updatedAt),
    uri: `/2010-04-01/Accounts/${accountSid}/Calls/${callSid}/Transcriptions/${sid}.json`,
  }
}
