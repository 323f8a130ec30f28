/** Whom a call can be connected with: legs it dials, rooms, queues. What verbs reach of the rest of the engine. */
import type { MediaEngine } from '../ports/media-engine.ts'
import type { DialChild } from './child-call.ts'

export interface HostOthers {
  /** Lets parties hear each other. */
  readonly media: Pick<MediaEngine, 'bridge' | 'room'>
  /** Dials a leg on behalf of this call. */
  readonly dial: DialChild
}
