/** An alert as the 2010 API's Notification resource shows it. */
import type { Fact, Parameters } from '../../journal/entry.ts'
import { formatRfc2822 } from '../../lib/dates.ts'
import { alertOf, moreInfoOf } from './alert-fact.ts'

/** @param detail lists leave out what may be long: the request's parameters and the answer. */
export function notificationView(fact: Fact, detail: 'item' | 'whole'): object {
  const alert = alertOf(fact)
  const date = formatRfc2822(fact.at)
  const ofCall = fact.callSid === null ? '' : `/Calls/${fact.callSid}`
  return {
    account_sid: fact.accountSid,
    api_version: '2010-04-01',
    call_sid: fact.callSid,
    date_created: date,
    date_updated: date,
    error_code: String(alert.code),
    log: alert.level === 'error' ? '0' : '1',
    message_date: date,
    message_text: alert.message,
    more_info: moreInfoOf(alert.code),
    request_method: alert.request?.method ?? null,
    request_url: alert.request?.url ?? null,
    ...(detail === 'whole'
      ? {
          request_variables: alert.request ? encode(alert.request.parameters) : null,
          response_body: alert.response?.body ?? null,
          response_headers: null,
        }
      : {}),
    sid: alert.sid,
    uri: `/2010-04-01/Accounts/${fact.accountSid}${ofCall}/Notifications/${alert.sid}.json`,
  }
}

/** As a form: the way the reference shows the variables of a request. */
function encode(parameters: Parameters): string {
  const pairs = Object.entries(parameters).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).map((one) => [name, one] as [string, string]),
  )
  return new URLSearchParams(pairs).toString()
}
