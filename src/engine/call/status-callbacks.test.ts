import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../../lib/ids.ts'
import type { CallRecord, CallStatus } from './call-record.ts'
import { outboundRecord } from './new-records.ts'
import { callbackEventOf, callbackParameters } from './status-callbacks.ts'
import { aNewCall } from './test-calls.ts'

const START = Date.UTC(2030, 0, 1) as Instant
const after = (seconds: number): Instant => (START + seconds * 1000) as Instant
const aCall = (change: Partial<CallRecord> = {}): CallRecord => ({ ...outboundRecord(aNewCall(), START, 0), ...change })

for (const [status, event] of [
  ['queued', null],
  ['ringing', 'ringing'],
  ['in-progress', 'answered'],
  ['completed', 'completed'],
  ['busy', 'completed'],
  ['no-answer', 'completed'],
  ['failed', 'completed'],
  ['canceled', 'completed'],
] as const satisfies readonly (readonly [CallStatus, string | null])[]) {
  test(`${status} belongs to ${event ?? 'no event'}`, () => assert.equal(callbackEventOf(status), event))
}

test('initiated is said of a call that REST still shows as queued', () => {
  const told = callbackParameters(aCall(), 'initiated', 0, after(1))
  assert.deepEqual(
    [told.CallStatus, told.SequenceNumber, told.CallbackSource, told.Timestamp],
    ['initiated', '0', 'call-progress-events', 'Tue, 01 Jan 2030 00:00:01 +0000'],
  )
  for (const name of ['CallDuration', 'Duration', 'SipResponseCode']) assert.ok(!(name in told), name)
})

for (const [what, upSec, callDuration, minutes] of [
  ['never answered', null, '0', '0'],
  ['up for 1 s', 1, '1', '1'],
  ['up for 59.6 s', 59.6, '60', '1'],
  ['up for 61 s', 61, '61', '2'],
  ['up for four hours', 14_400, '14400', '240'],
] as const) {
  test(`the last callback of a call ${what}: ${callDuration} seconds, ${minutes} minutes begun`, () => {
    const ended = aCall({
      status: upSec === null ? 'no-answer' : 'completed',
      answeredAt: upSec === null ? null : after(10),
      endedAt: after(10 + (upSec ?? 50)),
      sipResponseCode: upSec === null ? 487 : 200,
    })
    const told = callbackParameters(ended, 'completed', 3, ended.endedAt!)
    assert.deepEqual(
      [told.CallDuration, told.Duration, told.SipResponseCode],
      [callDuration, minutes, upSec === null ? '487' : '200'],
    )
  })
}
