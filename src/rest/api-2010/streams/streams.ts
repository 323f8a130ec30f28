/** Calls/{CallSid}/Streams: a call's audio to a WebSocket, begun and stopped in the middle of a call. */
import type { StreamRefusal, StreamService } from '../../../engine/stream/stream-service.ts'
import type { RestDeps } from '../../deps.ts'
import { type Refusal, refuse } from '../../errors.ts'
import { besideCallOperations, type Refused } from '../beside-call.ts'
import { readNewStream } from './new-stream.ts'

export const streamOperations = (deps: Pick<RestDeps, 'calls'>, service: StreamService) =>
  besideCallOperations(deps, { path: 'Streams', read: readNewStream, service, refusal })

function refusal(why: StreamRefusal | 'both-ways', { callSid, one }: Refused): Refusal {
  switch (why) {
    case 'not-in-progress':
      return refuse('notStreamable', { value: callSid })
    case 'name-taken':
      return refuse('conflict', { why: `A stream named ${one} runs on this call` })
    case 'too-many-tracks':
      return refuse('tooManyTracks', { value: callSid })
    case 'both-ways':
      return refuse('streamBothWays', { value: one })
  }
}
