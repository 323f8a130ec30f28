/** A recording as the REST resources show it: the reference's field names, formats and nulls. */
import { isOver, type RecordingRecord, recordingDurationSec } from '../../../engine/recording/recording-record.ts'
import { formatRfc2822 } from '../../../lib/dates.ts'

/** As a subresource of its call. */
export function callRecordingView(recording: RecordingRecord): object {
  const { accountSid, callSid, sid, track } = recording
  const uri = `/2010-04-01/Accounts/${accountSid}/Calls/${callSid}/Recordings/${sid}.json`
  return { ...view(recording), track, uri }
}

/** As a subresource of its conference. */
export function conferenceRecordingView(recording: RecordingRecord): object {
  const { accountSid, conferenceSid, sid } = recording
  const uri = `/2010-04-01/Accounts/${accountSid}/Conferences/${conferenceSid}/Recordings/${sid}.json`
  return { ...view(recording), uri }
}

/** As a resource of the account. `baseUrl` is where the customer reaches us. */
export function recordingView(recording: RecordingRecord, baseUrl: string): object {
  const path = `/2010-04-01/Accounts/${recording.accountSid}/Recordings/${recording.sid}`
  return {
    ...view(recording),
    uri: `${path}.json`,
    subresource_uris: {
      add_on_results: `${path}/AddOnResults.json`,
      transcriptions: `${path}/Transcriptions.json`,
    },
    media_url: baseUrl + path,
  }
}

function view(recording: RecordingRecord) {
  const durationSec = recordingDurationSec(recording)
  return {
    account_sid: recording.accountSid,
    api_version: '2010-04-01',
    call_sid: recording.callSid,
    conference_sid: recording.conferenceSid,
    channels: recording.channels,
    date_created: formatRfc2822(recording.createdAt),
    date_updated: formatRfc2822(recording.updatedAt),
    start_time: formatRfc2822(recording.startedAt),
    price: null,
    price_unit: isOver(recording) ? 'USD' : null,
    duration: durationSec === null ? null : String(durationSec),
    sid: recording.sid,
    source: recording.source,
    status: recording.deletedAt === null ? recording.status : 'deleted',
    error_code: recording.errorCode,
    encryption_details: null,
  }
}
