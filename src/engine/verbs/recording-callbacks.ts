/** Where a verb wants to hear of its recording. A URL that cannot be resolved is alerted; the recording is made all the same. */
import { alertByName } from '../call/alerts.ts'
import type { Method } from '../call/call-record.ts'
import type { VerbContext } from '../interpreter/flow.ts'
import type { RecordingCallback, RecordingEvent } from '../recording/recording-record.ts'
import { absoluteUrl } from './urls.ts'

export function recordingCallback(
  asked: {
    readonly recordingStatusCallback: string | null
    readonly recordingStatusCallbackMethod: Method
    readonly recordingStatusCallbackEvent: readonly RecordingEvent[]
  },
  context: VerbContext,
): RecordingCallback | null {
  const { recordingStatusCallback, recordingStatusCallbackMethod: method } = asked
  if (recordingStatusCallback === null || recordingStatusCallback === '') return null
  const url = absoluteUrl(recordingStatusCallback, context)
  if (url !== null) return { url, method, events: asked.recordingStatusCallbackEvent }
  const message = `recordingStatusCallback ${JSON.stringify(recordingStatusCallback)}: not a URL that can be fetched`
  context.host.alert(alertByName('invalidUrl', message))
  return null
}
