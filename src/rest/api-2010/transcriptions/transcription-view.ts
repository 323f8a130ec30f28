/** A transcription as the REST resource shows it: the reference's field names, formats and nulls. */
import type { TranscriptionRecord } from '../../../engine/transcription/transcription-record.ts'
import { formatRfc2822 } from '../../../lib/dates.ts'

export function transcriptionView(transcription: TranscriptionRecord): object {
  const { sid, accountSid, recordingSid, status, text, lengthMs, createdAt, updatedAt } = transcription
  return {
    account_sid: accountSid,
    api_version: '2010-04-01',
    date_created: formatRfc2822(createdAt),
    date_updated: formatRfc2822(updatedAt),
    duration: String(Math.ceil(lengthMs / 1000)),
    price: null,
    price_unit: 'USD',
    recording_sid: recordingSid,
    sid,
    status,
    transcription_text: text,
    type: 'fast',
    uri: `/2010-04-01/Accounts/${accountSid}/Transcriptions/${sid}.json`,
  }
}
