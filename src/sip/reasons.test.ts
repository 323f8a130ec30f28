import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reasonHeader, warningHeader } from './reasons.ts'

test('what a peer has written stays within its quotes', () => {
  const text = 'The offer has the protocol "\\\r\nVia: x'
  assert.deepEqual(reasonHeader(488, text), [
    'Reason',
    'SIP;cause=488;text="The offer has the protocol \\"\\\\  Via: x"',
  ])
  assert.deepEqual(warningHeader(text), ['Warning', '399 ringback "The offer has the protocol \\"\\\\  Via: x"'])
})
