/** For a recording that may outlive the call in whose story it stands: that of a room, or one that a crash left behind. */
import type { Write } from '../../journal/store.ts'
import type { Clock } from '../../lib/clock.ts'
import type { CallSid, ConferenceSid } from '../../lib/ids.ts'
import type { Logger } from '../../lib/logger.ts'
import type { Call } from '../call/call.ts'
import type { RecordingTeller } from './live-recording.ts'
import type { RecordingRecord } from './recording-record.ts'

export interface LateTellerDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly journal: { append(group: readonly Write[]): Promise<unknown> }
  /** A call that may be over, until it is let go; null when there is none. */
  readonly callInMemory: (sid: CallSid) => Promise<Call | null>
}

/** Time stands still while the call is looked up. */
export function lateTeller(
  about: Pick<RecordingRecord, 'accountSid' | 'callSid'> & { readonly conferenceSid: ConferenceSid },
  { clock, logger, journal, callInMemory }: LateTellerDeps,
): RecordingTeller {
  const { accountSid, callSid, conferenceSid } = about
  return {
    exchange: async (request) => {
      const hold = clock.hold('a recording')
      try {
        const call = await callInMemory(callSid)
        const answer = call?.exchange({ ...request, conferenceSid }) ?? null
        call?.letGo()
        if (!answer) await journal.append(request.because)
        return answer
      } finally {
        hold.release()
      }
    },
    alert: (alert) => {
      const fact = { kind: 'fact', accountSid, callSid: null, place: 0, at: clock.now() } as const
      journal
        .append([{ ...fact, body: { fact: 'alert', alert } }])
        .catch((error: unknown) => logger.error({ err: error }, 'an alert could not be written'))
    },
  }
}
