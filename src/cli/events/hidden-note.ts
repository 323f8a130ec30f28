/** What is said, once, when the gate holds back what could have been an event. */
import { shortType } from './type-names.ts'

/** As the feed tells it. */
export interface Hidden {
  readonly type: string
  readonly callSid: string | null
}

export const hiddenNote = ({ type, callSid }: Hidden): string =>
  `${shortType(type)} of ${callSid ?? 'a conference'} is no event: the call gave no status callback.
Give the call a StatusCallback, or start the server with --events-gate always. (Said once.)`
