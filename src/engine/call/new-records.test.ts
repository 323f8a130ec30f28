import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Instant, newSid } from '../../lib/ids.ts'
import type { IncomingCall } from '../ports/leg.ts'
import type { InboundRoute } from '../ports/number-directory.ts'
import { inboundRecord, outboundRecord } from './new-records.ts'
import { ACCOUNT, APP, aNewCall, OURS, PHONE } from './test-calls.ts'

const NOW = 1_000_000 as Instant

const route = (change: Partial<InboundRoute> = {}): InboundRoute => ({
  accountSid: ACCOUNT,
  numberSid: newSid('PN'),
  applicationSid: null,
  voice: { document: null, fallback: null },
  statusCallback: { url: `${APP}/status`, method: 'GET' },
  callerIdLookup: false,
  addOns: null,
  ...change,
})
const incoming = (change: Partial<IncomingCall> = {}): IncomingCall => ({
  from: PHONE,
  to: OURS,
  accountSid: ACCOUNT,
  take: () => assert.fail('nobody takes it here'),
  ...change,
})

test('a call dialled by REST waits in the queue, and has not started', () => {
  const { status, direction, startedAt, createdAt, queueTimeMs, callbackSequence } = outboundRecord(
    aNewCall(),
    NOW,
    2500,
  )
  assert.deepEqual(
    { status, direction, startedAt, createdAt, queueTimeMs, callbackSequence },
    {
      status: 'queued',
      direction: 'outbound-api',
      startedAt: null,
      createdAt: NOW,
      queueTimeMs: 2500,
      callbackSequence: 0,
    },
  )
})

test('an inbound call rings from its first moment, and its callback is told once, at the end', () => {
  const { sid, status, direction, startedAt, statusCallback, extraParameters } = inboundRecord(incoming(), route(), NOW)
  assert.deepEqual([status, direction, startedAt], ['ringing', 'inbound', NOW])
  assert.deepEqual(statusCallback, { url: `${APP}/status`, method: 'GET', events: ['completed'] })
  assert.deepEqual(JSON.parse(extraParameters.CallToken!), { parentCallSid: sid, from: PHONE, to: OURS })
  assert.ok(!('AddOns' in extraParameters))
})

for (const [what, callerIdLookup, callerName, expected] of [
  ['a name that is looked up', true, 'ALICE', 'ALICE'],
  ['a name that is looked up and unknown', true, undefined, ''],
  ['a name that nobody asked for', false, 'ALICE', null],
] as const) {
  test(`${what}: CallerName ${JSON.stringify(expected)}`, () => {
    const party = incoming(callerName === undefined ? {} : { callerName })
    assert.equal(inboundRecord(party, route({ callerIdLookup }), NOW).callerName, expected)
  })
}

test('static add-on results and the number that forwarded go into the record', () => {
  const record = inboundRecord(incoming({ forwardedFrom: '+15550001111' }), route({ addOns: '{}' }), NOW)
  assert.deepEqual([record.forwardedFrom, record.extraParameters.AddOns], ['+15550001111', '{}'])
})
