import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clockTime, eventLine, type VoiceEvent } from './event-line.ts'

const CALL = 'CA06d1000000000000000000000000e2f1'
const WIDE = { columns: Number.POSITIVE_INFINITY, color: false }
const NARROW = { columns: 80, color: false }
const TIME = '2026-01-02T03:04:05.678Z'
/** The time of day depends on where the test runs. */
const AT = clockTime(TIME)

const event = (
  name: string,
  url: string,
  parameters: Record<string, string | string[]> = {},
  responseCode: number | null = 200,
): VoiceEvent => ({
  type: `com.twilio.voice.${name}`,
  id: `EZ${'0'.repeat(32)}`,
  time: TIME,
  data: {
    sid: CALL,
    request: { method: 'POST', url, parameters },
    ...(responseCode !== null && { response: { responseCode } }),
  },
})

for (const [given, line] of [
  [
    event('twiml.gather.finished', 'https://app.example.com/menu?a=1', { Digits: '2', CallStatus: 'in-progress' }),
    `${AT}  twiml.gather.finished           ${CALL}  200  POST /menu?a=1  Digits=2`,
  ],
  [
    event('status-callback.call.completed', 'http://app/s', { CallStatus: 'completed', CallDuration: '7' }, 204),
    `${AT}  status-callback.call.completed  ${CALL}  204  POST /s  CallStatus=completed  CallDuration=7`,
  ],
  [
    event('api-request.call.created', `http://x/2010-04-01/Accounts/AC${'0'.repeat(32)}/Calls.json`, { To: '+1' }, 201),
    `${AT}  api-request.call.created        ${CALL}  201  POST /Calls.json  To=+1`,
  ],
  [
    event('twiml.request.failed', 'http://app/voice', {}, null),
    `${AT}  twiml.request.failed            ${CALL}  none POST /voice`,
  ],
  [
    event('status-callback.conference.updated', 'http://app/c', { StatusCallbackEvent: 'conference-end' }),
    `${AT}  status-callback.conference.updated  ${CALL}  200  POST /c  StatusCallbackEvent=conference-end`,
  ],
  [{ type: 'com.twilio.eventstreams.test-event', id: 'AC1' }, '--:--:--.---  com.twilio.eventstreams.test-event'],
] as const) {
  test(`an event is told as: ${line.slice(14)}`, () => assert.equal(eventLine(given, WIDE), line))
}

test('on a narrow terminal SIDs are short and the line is cut at its edge', () => {
  const line = eventLine(event('twiml.call.requested', `http://app/${'x'.repeat(100)}`), NARROW)
  assert.equal(line, `${AT}  twiml.call.requested            CA06d1…e2f1  200  POST /xxxxxxxxx…`)
  assert.equal(line.length, 80)
})

test('on a terminal a code is green, or red when the request failed', () => {
  const color = { columns: 80, color: true }
  assert.ok(eventLine(event('twiml.call.requested', 'http://a/'), color).includes('\u001b[32m200 \u001b[39m'))
  assert.ok(eventLine(event('twiml.request.failed', 'http://a/', {}, 500), color).includes('\u001b[31m500 \u001b[39m'))
})
