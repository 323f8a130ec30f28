import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Alert, Fact } from '../../journal/entry.ts'
import type { AccountSid, CallSid, Instant, NotificationSid } from '../../lib/ids.ts'
import { alertView } from './alert-view.ts'
import { notificationView } from './notification-view.ts'

const ALERT: Alert = {
  sid: `NO${'1'.repeat(32)}` as NotificationSid,
  code: 12100,
  level: 'error',
  message: 'Document parse failure',
}

const fact = (alert: Partial<Alert> = {}, callSid: string | null = `CA${'1'.repeat(32)}`): Fact => ({
  kind: 'fact',
  accountSid: `AC${'1'.repeat(32)}` as AccountSid,
  callSid: callSid as CallSid | null,
  place: 3,
  at: Date.UTC(2020, 7, 11, 17, 44, 8, 250) as Instant,
  body: { fact: 'alert', alert: { ...ALERT, ...alert } },
})

test('our own API shows an alert whole, absent parts as null', () => {
  assert.deepEqual(alertView(fact({ line: 2, column: 7 })), {
    sid: ALERT.sid,
    accountSid: `AC${'1'.repeat(32)}`,
    callSid: `CA${'1'.repeat(32)}`,
    code: 12100,
    level: 'error',
    message: 'Document parse failure',
    moreInfo: 'https://www.twilio.com/docs/errors/12100',
    at: '2020-08-11T17:44:08.250Z',
    request: null,
    response: null,
    line: 2,
    column: 7,
  })
})

test('codes of our own have no page at the reference', () => {
  assert.equal(alertView(fact({ code: 81050 })).moreInfo, null)
  assert.equal(alertView(fact({ code: 82005 })).moreInfo, 'https://www.twilio.com/docs/errors/82005')
})

test('a list of notifications leaves out variables and bodies, a notification has them', () => {
  const full = fact({
    level: 'warning',
    request: { method: 'GET', url: 'http://example.com/', parameters: {} },
    response: { code: 200, body: 'x' },
  })
  const item = notificationView(full, 'item')
  assert.deepEqual(item, {
    account_sid: `AC${'1'.repeat(32)}`,
    api_version: '2010-04-01',
    call_sid: `CA${'1'.repeat(32)}`,
    date_created: 'Tue, 11 Aug 2020 17:44:08 +0000',
    date_updated: 'Tue, 11 Aug 2020 17:44:08 +0000',
    error_code: '12100',
    log: '1',
    message_date: 'Tue, 11 Aug 2020 17:44:08 +0000',
    message_text: 'Document parse failure',
    more_info: 'https://www.twilio.com/docs/errors/12100',
    request_method: 'GET',
    request_url: 'http://example.com/',
    sid: ALERT.sid,
    uri: `/2010-04-01/Accounts/AC${'1'.repeat(32)}/Calls/CA${'1'.repeat(32)}/Notifications/${ALERT.sid}.json`,
  })
  assert.deepEqual(notificationView(full, 'whole'), {
    ...item,
    request_variables: '',
    response_body: 'x',
    response_headers: null,
  })
})

test("an account's notification has no call in its address", () => {
  const { uri } = notificationView(fact({}, null), 'item') as { uri: string }
  assert.equal(uri, `/2010-04-01/Accounts/AC${'1'.repeat(32)}/Notifications/${ALERT.sid}.json`)
})
