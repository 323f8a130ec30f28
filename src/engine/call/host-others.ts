/** Whom a call can be connected with: legs it dials, rooms, queues. What verbs reach of the rest of the engine. */
import type { CallConferences } from '../conference/conferences.ts'
import type { MediaEngine } from '../ports/media-engine.ts'
import type { Queues } from '../queue/queues.ts'
import type { DialChild } from './child-call.ts'

export interface HostOthers {
  /** Lets parties hear each other. */
  readonly media: Pick<MediaEngine, 'bridge' | 'room'>
  /** Dials a leg on behalf of this call. */
  readonly dial: DialChild
  /** Rooms by name. */
  readonly conferences: CallConferences
  /** Where callers wait, and where one takes them from. */
  readonly queues: Pick<Queues, 'join' | 'named' | 'claim' | 'claimNext'>
}
