import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MemberInput, type MemberState, stepMember } from './member-state.ts'

const INPUTS = [
  'claimed',
  'connected',
  'released',
  'taken-out',
  'left',
  'wait-failed',
  'hung-up',
  'redirected',
] as const satisfies readonly MemberInput[]

/** In the order of the inputs above; null: nothing happens. */
const TABLE: Record<MemberState, readonly (string | null)[]> = {
  waiting: ['connecting', null, null, 'redirected', 'leave', 'error', 'hangup', 'redirected'],
  connecting: [null, 'connected', 'bridging-in-process', null, null, null, 'hangup', 'redirected'],
  connected: [null, null, 'bridged', null, null, null, 'bridged', 'redirected-from-bridged'],
  out: [null, null, null, null, null, null, null, null],
}

for (const [state, row] of Object.entries(TABLE)) {
  for (const [index, expected] of row.entries()) {
    const input = INPUTS[index]!
    test(`a caller who is ${state}: ${input} → ${expected ?? 'nothing happens'}`, () => {
      const step = stepMember(state as MemberState, input)
      assert.equal(step && (step.state === 'out' ? step.result : step.state), expected)
    })
  }
}
