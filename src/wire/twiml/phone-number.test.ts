import assert from 'node:assert/strict'
import { test } from 'node:test'
import { normalizePhoneNumber } from './phone-number.ts'

for (const [written, number] of [
  ['+14155551212', '+14155551212'],
  ['+44 20 7946 0958', '+442079460958'],
  ['415-123-4567', '+14151234567'],
  ['(415) 555-1212', '+14155551212'],
  ['415.555.1212', '+14155551212'],
  ['1-415-555-1212', '+14155551212'],
  ['911', '911'],
  ['08154711', '08154711'],
  ['12', null],
  ['+0155', null],
  ['+1234567890123456', null],
  ['call me', null],
  ['', null],
  ['415-555-1212 x3', null],
] as const) {
  test(`the number ${JSON.stringify(written)} is ${number ?? 'refused'}`, () =>
    assert.equal(normalizePhoneNumber(written), number))
}
