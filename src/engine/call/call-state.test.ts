import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CallStatus, isFinal } from './call-record.ts'
import { CALL_TABLE, type CallInput, stepCall } from './call-state.ts'

const INPUTS: readonly CallInput[] = ['rang', 'answered', 'busy', 'refused', 'unanswered', 'hung-up', 'canceled']
const EXPECTED: Record<CallStatus, readonly (CallStatus | null)[]> = {
  queued: ['ringing', 'in-progress', 'busy', 'failed', 'no-answer', null, 'canceled'],
  ringing: [null, 'in-progress', 'busy', 'failed', 'no-answer', null, 'canceled'],
  'in-progress': [null, null, null, null, null, 'completed', null],
  completed: [null, null, null, null, null, null, null],
  busy: [null, null, null, null, null, null, null],
  'no-answer': [null, null, null, null, null, null, null],
  failed: [null, null, null, null, null, null, null],
  canceled: [null, null, null, null, null, null, null],
}

for (const [status, row] of Object.entries(EXPECTED) as [CallStatus, readonly (CallStatus | null)[]][]) {
  for (const [index, to] of row.entries()) {
    const input = INPUTS[index]!
    test(`${status} + ${input} → ${to ?? 'dropped'}`, () => assert.equal(stepCall(status, input), to))
  }
}

test('a status is final exactly when nothing leads out of it', () => {
  for (const status of Object.keys(CALL_TABLE) as CallStatus[]) {
    assert.equal(isFinal(status), Object.keys(CALL_TABLE[status]).length === 0, status)
  }
})
