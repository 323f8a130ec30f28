import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CallSid, type Instant, newSid } from '../../lib/ids.ts'
import type { CallRecord } from './call-record.ts'
import { outboundRecord } from './new-records.ts'
import { standardParameters } from './standard-parameters.ts'
import { aNewCall, OURS, PHONE } from './test-calls.ts'

const aCall = (change: Partial<CallRecord> = {}): CallRecord => ({
  ...outboundRecord(aNewCall(), 0 as Instant, 0),
  ...change,
})
const ALWAYS = ['AccountSid', 'ApiVersion', 'CallSid', 'CallStatus', 'Called', 'Caller', 'Direction', 'From', 'To']
const geo = (...parties: string[]) =>
  parties.flatMap((party) => ['City', 'State', 'Zip', 'Country'].map((part) => party + part))

for (const [what, to, from, names] of [
  ['two numbers', PHONE, OURS, [...ALWAYS, ...geo('To', 'Called', 'From', 'Caller')]],
  ['a client that calls a number', PHONE, 'client:alice', [...ALWAYS, ...geo('To', 'Called')]],
  ['a number that calls a SIP address', 'sip:bob@example.com', OURS, [...ALWAYS, ...geo('From', 'Caller')]],
  ['a caller without a number', PHONE, 'anonymous', [...ALWAYS, ...geo('To', 'Called')]],
] as const) {
  test(`${what}: geography for numbers only, and empty`, () => {
    const parameters = standardParameters(aCall({ to, from }))
    assert.deepEqual(Object.keys(parameters).toSorted(), names.toSorted())
    assert.deepEqual([parameters.Called, parameters.Caller], [to, from])
    for (const name of names.filter((name) => !ALWAYS.includes(name))) assert.equal(parameters[name], '')
  })
}

test('what is known of the call besides rides along, and nothing that is not', () => {
  const parent = newSid('CA') as CallSid
  const parameters = standardParameters(
    aCall({
      parentCallSid: parent,
      forwardedFrom: '+15550001111',
      callerName: '',
      extraParameters: { CallToken: 'token' },
    }),
    'initiated',
  )
  assert.deepEqual(
    [parameters.ParentCallSid, parameters.ForwardedFrom, parameters.CallerName, parameters.CallToken],
    [parent, '+15550001111', '', 'token'],
  )
  assert.equal(parameters.CallStatus, 'initiated')
})
