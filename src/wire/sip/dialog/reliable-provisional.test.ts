import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SipHeaders } from '../headers.ts'
import { parseRAck, parseRSeq, ReliableOrder, reliableNumber, writeRAck } from './reliable-provisional.ts'

for (const [value, expected] of [
  ['776656 1 INVITE', { rseq: 776_656, cseq: 1, method: 'INVITE' }],
  ['1  2\tINVITE', { rseq: 1, cseq: 2, method: 'INVITE' }],
  ['1 INVITE', null],
  ['x 1 INVITE', null],
  ['', null],
] as const)
  test(`RAck: ${value}`, () => {
    const rack = parseRAck(value)
    assert.deepEqual(rack, expected)
    if (rack !== null) assert.deepEqual(parseRAck(writeRAck(rack)), rack)
  })

for (const [value, expected] of [
  ['1', 1],
  ['2147483647', 2 ** 31 - 1],
  ['2147483648', null],
  ['0', null],
  ['-1', null],
  ['', null],
] as const)
  test(`RSeq: ${value}`, () => assert.equal(parseRSeq(value), expected))

for (const [status, require, rseq, expected] of [
  [183, '100rel', '5', 5],
  [183, '100REL', '5', 5],
  [100, '100rel', '5', null],
  [200, '100rel', '5', null],
  [183, 'timer', '5', null],
  [183, '100rel', 'x', null],
] as const)
  test(`${status} with Require: ${require} and RSeq: ${rseq} is ${expected === null ? 'not ' : ''}reliable`, () => {
    const headers = new SipHeaders().append('Require', require).append('RSeq', rseq)
    assert.equal(reliableNumber(status, headers), expected)
  })

test('reliable answers are taken in their order, each once', () => {
  const order = new ReliableOrder()
  assert.deepEqual(
    [7, 7, 9, 8, 8, 9, 7].map((rseq) => order.takes(rseq)),
    [true, false, false, true, false, true, false],
  )
})
