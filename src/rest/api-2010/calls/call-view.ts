/** A call as the REST resource shows it: the reference's field names, formats and nulls. */
import { type CallRecord, durationSec } from '../../../engine/call/call-record.ts'
import { formatRfc2822 } from '../../../lib/dates.ts'
import type { Instant } from '../../../lib/ids.ts'
import { formatNational } from '../phone-number.ts'

const SUBRESOURCES = [
  ['notifications', 'Notifications'],
  ['recordings', 'Recordings'],
  ['payments', 'Payments'],
  ['events', 'Events'],
  ['siprec', 'Siprec'],
  ['streams', 'Streams'],
  ['transcriptions', 'Transcriptions'],
  ['user_defined_message_subscriptions', 'UserDefinedMessageSubscriptions'],
  ['user_defined_messages', 'UserDefinedMessages'],
] as const

export const callUri = (call: Pick<CallRecord, 'accountSid' | 'sid'>): string =>
  `/2010-04-01/Accounts/${call.accountSid}/Calls/${call.sid}.json`

export function callView(call: CallRecord): object {
  return view(call, { created: formatRfc2822(call.createdAt), updated: formatRfc2822(call.updatedAt) })
}

/** The answer to the create itself, which on the reference has no dates yet. */
export function freshCallView(call: CallRecord): object {
  return view(call, { created: null, updated: null })
}

function view(call: CallRecord, dates: { readonly created: string | null; readonly updated: string | null }): object {
  const duration = durationSec(call)
  const uri = callUri(call)
  return {
    sid: call.sid,
    date_created: dates.created,
    date_updated: dates.updated,
    parent_call_sid: call.parentCallSid,
    account_sid: call.accountSid,
    to: call.to,
    to_formatted: formatNational(call.to),
    from: call.from,
    from_formatted: formatNational(call.from),
    phone_number_sid: call.phoneNumberSid,
    status: call.status,
    start_time: dateOrNull(call.startedAt),
    end_time: dateOrNull(call.endedAt),
    duration: duration === null ? null : String(duration),
    price: null,
    price_unit: 'USD',
    direction: call.direction,
    answered_by: call.answeredBy,
    annotation: null,
    api_version: '2010-04-01',
    forwarded_from: call.forwardedFrom,
    group_sid: null,
    caller_name: call.callerName,
    queue_time: String(call.queueTimeMs),
    trunk_sid: null,
    uri,
    subresource_uris: subresourceUris(uri.slice(0, -'.json'.length)),
  }
}

function subresourceUris(base: string): Record<string, string> {
  const uris: Record<string, string> = {}
  for (const [name, path] of SUBRESOURCES) uris[name] = `${base}/${path}.json`
  return uris
}

const dateOrNull = (at: Instant | null): string | null => (at === null ? null : formatRfc2822(at))
