import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toneLengthMs } from './tones.ts'

for (const [digits, lengthMs] of [
  ['', 0],
  ['1', 200],
  ['12#', 600],
  ['w1', 700],
  ['W1', 1200],
  ['wWD*', 1900],
] as const) {
  test(`the keys ${JSON.stringify(digits)} take ${lengthMs} ms`, () => assert.equal(toneLengthMs(digits), lengthMs))
}
