import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCSeq, writeCSeq } from './cseq.ts'

for (const [value, number, method] of [
  ['1 INVITE', 1, 'INVITE'],
  ['0009   INVITE', 9, 'INVITE'],
  ['0\tRE%47IST%45R', 0, 'RE%47IST%45R'],
  ['2147483647 BYE', 2_147_483_647, 'BYE'],
] as const)
  test(`the CSeq ${value}`, () => {
    assert.deepEqual(parseCSeq(value), { number, method })
    assert.deepEqual(parseCSeq(writeCSeq({ number, method })), { number, method })
  })

for (const value of [
  '',
  '1',
  'INVITE',
  '-1 INVITE',
  '1INVITE',
  '1 IN VITE',
  '1.5 INVITE',
  '0x1 INVITE',
  '2147483648 BYE',
  '36893488147419103232 BYE',
])
  test(`no CSeq: ${value}`, () => {
    assert.equal(parseCSeq(value), null)
  })
