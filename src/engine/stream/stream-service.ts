/** What REST may ask of streams. */
import type { CallSid } from '../../lib/ids.ts'
import type { NewStream, StreamRecord } from './stream-record.ts'

/** `name-taken`: a running stream of the call has it. `too-many-tracks`: the call would have more than four. */
export type StreamRefusal = 'not-in-progress' | 'name-taken' | 'too-many-tracks'

export interface StreamService {
  start(callSid: CallSid, stream: NewStream): Promise<StreamRecord | StreamRefusal>
  /** By SID or name; one that has stopped already is answered as it is. `both-ways`: it lasts as long as its verb. */
  stop(callSid: CallSid, sidOrName: string): StreamRecord | 'not-in-progress' | 'not-found' | 'both-ways'
}
