import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSid, newSid, newUuid, randomSecret, randomUint32 } from './ids.ts'

// More than one pool of random bytes.
const MANY = 1000

test('SIDs are two letters and 32 lower-case hex digits, and never the same twice', () => {
  const sids = Array.from({ length: MANY }, () => newSid('CA'))
  for (const sid of sids) assert.match(sid, /^CA[0-9a-f]{32}$/)
  assert.equal(new Set(sids).size, MANY)
})

test('idempotency tokens are random UUIDs of version 4', () => {
  const uuids = Array.from({ length: MANY }, newUuid)
  for (const uuid of uuids) assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(new Set(uuids).size, MANY)
  assert.equal(new Set(uuids.map((uuid) => uuid[19])).size, 4)
})

const HEX = '0123456789abcdef0123456789abcdef'
for (const [text, expected] of [
  [`CA${HEX}`, true],
  [`CA${HEX.toUpperCase()}`, true],
  [`AC${HEX}`, false],
  [`ca${HEX}`, false],
  [`CA${HEX}0`, false],
  [`CA${HEX.slice(1)}`, false],
  [`CA${HEX.slice(1)}g`, false],
  [`CA${HEX.slice(1)}\n`, false],
  ['', false],
] as const) {
  test(`${JSON.stringify(text)} is ${expected ? 'a' : 'no'} call SID`, () => assert.equal(isSid('CA', text), expected))
}

test('random numbers of 32 bits reach both halves and do not repeat', () => {
  const numbers = Array.from({ length: MANY }, randomUint32)
  for (const number of numbers) assert.ok(Number.isInteger(number) && number >= 0 && number < 2 ** 32)
  assert.ok(numbers.some((number) => number >= 2 ** 31) && numbers.some((number) => number < 2 ** 31))
  assert.ok(new Set(numbers).size > MANY - 5)
})

test('secrets have the length asked for and differ', () => {
  assert.equal(randomSecret(30).length, 30)
  assert.notDeepEqual(randomSecret(30), randomSecret(30))
})
