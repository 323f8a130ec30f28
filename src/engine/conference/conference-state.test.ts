import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stepConference } from './conference-state.ts'

for (const [from, input, to] of [
  ['init', 'began', 'in-progress'],
  ['init', 'ended', 'completed'], // the first one leaves before a second one came
  ['in-progress', 'began', null], // once is enough
  ['in-progress', 'ended', 'completed'],
  ['completed', 'began', null], // a later join under the name makes another one
  ['completed', 'ended', null],
] as const)
  test(`${from} + ${input} → ${to ?? 'dropped'}`, () => assert.equal(stepConference(from, input), to))
