/** Calls/{CallSid}/Transcriptions: what is said on a call, told while it is said; begun and stopped in the middle of a call. */
import type {
  LiveTranscriptionService,
  TranscriptionRefusal,
} from '../../../engine/transcription/live-transcription-service.ts'
import type { RestDeps } from '../../deps.ts'
import { type Refusal, refuse } from '../../errors.ts'
import { besideCallOperations, type Refused } from '../beside-call.ts'
import { readNewLiveTranscription } from './new-live-transcription.ts'

export const liveTranscriptionOperations = (deps: Pick<RestDeps, 'calls'>, service: LiveTranscriptionService) =>
  besideCallOperations(deps, { path: 'Transcriptions', read: readNewLiveTranscription, service, refusal })

function refusal(why: TranscriptionRefusal, { callSid, one }: Refused): Refusal {
  switch (why) {
    case 'not-in-progress':
      return refuse('notTranscribable', { value: callSid })
    case 'name-taken':
      return refuse('conflict', { why: `A transcription named ${one} runs on this call` })
    case 'too-many':
      return refuse('conflict', { why: 'This call has as many transcriptions as it may' })
  }
}
