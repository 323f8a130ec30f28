/** Calls/{CallSid}/Streams: a call's audio to a WebSocket, begun and stopped in the middle of a call. */
import type { StreamRecord } from '../../../engine/stream/stream-record.ts'
import type { StreamService } from '../../../engine/stream/stream-service.ts'
import { formatRfc2822 } from '../../../lib/dates.ts'
import type { RestDeps } from '../../deps.ts'
import { refuse } from '../../errors.ts'
import { type Answer, type ApiRequest, answer } from '../answer.ts'
import { wantedCall } from '../calls/calls.ts'
import { choice, readParameters } from '../parameters.ts'
import { readNewStream } from './new-stream.ts'

const UPDATE_PARAMETERS = { Status: choice(['stopped'], null) } as const

export function streamOperations(deps: Pick<RestDeps, 'calls'>, service: StreamService) {
  return {
    async create(request: ApiRequest): Promise<Answer> {
      const call = await wantedCall(request, deps)
      const stream = readNewStream(request.form)
      const started = await service.start(call.sid, stream)
      switch (started) {
        case 'not-in-progress':
          throw refuse('notStreamable', { value: call.sid })
        case 'name-taken':
          throw refuse('conflict', { why: `A stream named ${stream.name ?? ''} runs on this call` })
        case 'too-many-tracks':
          throw refuse('tooManyTracks', { value: call.sid })
        default:
          return answer(200, streamView(started))
      }
    },

    async update(request: ApiRequest): Promise<Answer> {
      const call = await wantedCall(request, deps)
      const { Status } = readParameters(UPDATE_PARAMETERS, request.form)
      if (Status === null) throw refuse('missingParameter', { name: 'Status' })
      const stopped = service.stop(call.sid, request.params.Sid ?? '')
      switch (stopped) {
        case 'not-in-progress':
          throw refuse('notStreamable', { value: call.sid })
        case 'not-found':
          throw refuse('notFound', { value: request.path })
        case 'both-ways':
          throw refuse('streamBothWays', { value: request.params.Sid ?? '' })
        default:
          return answer(200, streamView(stopped))
      }
    },
  }
}

function streamView({ sid, accountSid, callSid, name, status, updatedAt }: StreamRecord): object {
  return {
    sid,
    account_sid: accountSid,
    call_sid: callSid,
    name,
    status,
    date_updated: formatRfc2822(updatedAt),
    uri: `/2010-04-01/Accounts/${accountSid}/Calls/${callSid}/Streams/${sid}.json`,
  }
}
