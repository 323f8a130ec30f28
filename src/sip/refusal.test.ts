import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refusalInput } from './refusal.ts'

for (const [status, input] of [
  [486, 'busy'],
  [600, 'busy'],
  [603, 'rejected'],
  [408, 'unanswered'],
  [480, 'unanswered'],
  [487, 'unanswered'],
  [400, 'failed'],
  [401, 'failed'],
  [403, 'failed'],
  [404, 'failed'],
  [488, 'failed'],
  [500, 'failed'],
  [503, 'failed'],
  [604, 'failed'],
  [606, 'failed'],
] as const)
  test(`${status} is ${input}`, () => {
    assert.deepEqual(refusalInput(status), { input, sipResponseCode: status })
  })

test('what the party told of itself is told on', () => {
  const sip = { callId: 'c', headers: { 'X-Why': 'tired' } }
  assert.deepEqual(refusalInput(486, sip), { input: 'busy', sipResponseCode: 486, sip })
})
