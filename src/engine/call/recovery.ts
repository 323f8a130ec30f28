/**
 * After a crash: what was open is made again or closed, and calls that were live are ended honestly, with their
 * callbacks. Callbacks are re-made with their own idempotency token; a document or file that a dead call waited for is
 * closed as unknown, since its answer could drive nothing any more.
 */
import type { Courier } from '../../journal/courier.ts'
import type { Exchange, Intent } from '../../journal/entry.ts'
import type { Store, Write } from '../../journal/store.ts'
import type { Logger } from '../../lib/logger.ts'
import type { ConferenceRecord } from '../conference/conference-record.ts'
import type { Conferences } from '../conference/conferences.ts'
import type { RecordingRecord } from '../recording/recording-record.ts'
import type { Recordings } from '../recording/recordings.ts'
import type { CallRecord } from './call-record.ts'
import type { Calls } from './calls.ts'

export interface RecoveryDeps {
  readonly store: Store
  readonly journal: { append(group: readonly Write[]): Promise<void> }
  readonly courier: Courier
  readonly calls: Calls
  readonly recordings: Recordings
  readonly conferences: Pick<Conferences, 'endAfterRestart'>
  readonly logger: Logger
}

export interface Recovery {
  readonly callsEnded: number
  readonly requestsMadeAgain: number
  readonly requestsClosed: number
  /** Ended with what of them had reached the disk. */
  readonly recordings: number
  readonly conferences: number
  /** When every request made again has its outcome. */
  readonly done: Promise<unknown>
}

/** Requests made again at the same time. */
const RESEND_WIDTH = 32

/** Debugger code of a request whose answer the crash swallowed. */
const OUTCOME_UNKNOWN = 81010

export async function recover(deps: RecoveryDeps): Promise<Recovery> {
  const { store, journal, courier, calls, logger } = deps
  const intents = await store.openIntents()
  const rows = await store.liveCalls()
  const diedAt = await store.lastInstant()
  const again = intents.filter(isCallback)
  const closed = intents.filter((intent) => !isCallback(intent)).map(closedAsUnknown)
  if (closed.length > 0) await journal.append(closed)
  const done = inParallel(again, RESEND_WIDTH, (intent) => courier.resend(intent))
  for (const { row } of rows) {
    const record = row as CallRecord
    const call = await calls.adoptOrphan(record)
    call.endAfterRestart(diedAt ?? record.updatedAt)
  }
  const conferences = await endConferences(deps)
  const recordings = await endRecordings(deps)
  const recovery = {
    callsEnded: rows.length,
    requestsMadeAgain: again.length,
    requestsClosed: closed.length,
    recordings,
    conferences,
  }
  if (rows.length > 0 || intents.length > 0 || recordings > 0 || conferences > 0)
    logger.warn(recovery, 'the last run ended without a shutdown; its open calls and requests were closed')
  return { ...recovery, done }
}

/** Nobody is left in them. Their calls have been ended before, and may still be told of it. */
async function endConferences({ store, calls, conferences }: RecoveryDeps): Promise<number> {
  const rows = await store.liveConferences()
  for (const { row } of rows) await conferences.endAfterRestart(row as ConferenceRecord, calls)
  return rows.length
}

/** Recordings that ran, also those of calls that had ended while their file was being closed. */
async function endRecordings({ store, calls, recordings }: RecoveryDeps): Promise<number> {
  const rows = await store.liveRecordings()
  for (const { row } of rows) {
    const record = row as RecordingRecord
    const call = await calls.inMemory(record.callSid)
    // Deleted meanwhile: nobody is left to be told.
    if (call) call.during(recordings.endAfterRestart(call, record))
    call?.letGo()
  }
  return rows.length
}

/** Asynchronous callbacks never drive a call, so making one again is always right. */
const isCallback = ({ purpose }: Intent): boolean => !['twiml', 'wait', 'hold', 'announce', 'media'].includes(purpose)

function closedAsUnknown({ resend: _, ...intent }: Intent): Exchange {
  const error = {
    code: OUTCOME_UNKNOWN,
    message: 'The platform was killed before the answer was recorded; what became of the request is unknown',
  }
  return { ...intent, kind: 'exchange', direction: 'outward', hops: [], response: null, error, durationMs: 0 }
}

async function inParallel<T>(items: readonly T[], width: number, work: (item: T) => Promise<unknown>): Promise<void> {
  const rest = items.values()
  const lane = async () => {
    for (const item of rest) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane))
}
