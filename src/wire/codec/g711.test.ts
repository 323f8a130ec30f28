import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALAW_TO_LINEAR, encodeUlaw, fromUlaw, toUlaw, ULAW_SILENCE, ULAW_TO_LINEAR } from './g711.ts'

for (const [name, table, code, sample] of [
  ['µ-law', ULAW_TO_LINEAR, 0xff, 0],
  ['µ-law', ULAW_TO_LINEAR, 0x7f, 0],
  ['µ-law', ULAW_TO_LINEAR, 0xfe, 8],
  ['µ-law', ULAW_TO_LINEAR, 0x7e, -8],
  ['µ-law', ULAW_TO_LINEAR, 0x80, 32_124],
  ['µ-law', ULAW_TO_LINEAR, 0x00, -32_124],
  ['A-law', ALAW_TO_LINEAR, 0xd5, 8],
  ['A-law', ALAW_TO_LINEAR, 0x55, -8],
  ['A-law', ALAW_TO_LINEAR, 0xaa, 32_256],
  ['A-law', ALAW_TO_LINEAR, 0x2a, -32_256],
] as const)
  test(`the ${name} code 0x${code.toString(16).padStart(2, '0')} is ${sample}`, () => assert.equal(table[code], sample))

for (const [sample, code] of [
  [0, ULAW_SILENCE],
  [3, 0xff],
  [4, 0xfe],
  [-4, 0x7e],
  [32_124, 0x80],
  [32_767, 0x80],
  [-32_124, 0x00],
  [-32_768, 0x00],
] as const)
  test(`${sample} is the µ-law code 0x${code.toString(16).padStart(2, '0')}`, () =>
    assert.equal(encodeUlaw(sample), code))

test('every µ-law code survives decoding and encoding; negative zero becomes silence', () => {
  for (let code = 0; code < 256; code++)
    assert.equal(encodeUlaw(ULAW_TO_LINEAR[code]!), code === 0x7f ? ULAW_SILENCE : code)
})

test('over all 65,536 samples a louder one never becomes quieter, and none is off by more than half a step', () => {
  let before = -Infinity
  for (let sample = -32_768; sample <= 32_767; sample++) {
    const decoded = ULAW_TO_LINEAR[encodeUlaw(sample)]!
    assert.ok(decoded >= before, `${sample} becomes ${decoded} after ${before}`)
    const clipped = Math.max(-32_635, Math.min(32_635, sample))
    const halfStep = 2 ** (Math.floor(Math.log2(Math.abs(clipped) + 132)) - 5)
    assert.ok(Math.abs(decoded - clipped) <= halfStep, `${sample} becomes ${decoded}`)
    before = decoded
  }
  assert.equal(before, 32_124)
})

test('both laws have as many values as codes, the same on either side of zero', () => {
  assert.equal(new Set(ALAW_TO_LINEAR).size, 256)
  assert.equal(new Set(ULAW_TO_LINEAR).size, 255)
  for (let code = 0; code < 256; code++)
    for (const table of [ALAW_TO_LINEAR, ULAW_TO_LINEAR]) assert.equal(table[code]! + table[code ^ 0x80]!, 0)
})

test('whole arrays are coded into new ones, or into those given', () => {
  const samples = Int16Array.of(0, 8, -8, 32_124, -32_124)
  const codes = Uint8Array.of(0xff, 0xfe, 0x7e, 0x80, 0x00)
  assert.deepEqual(toUlaw(samples), codes)
  assert.deepEqual(fromUlaw(codes), samples)
  const into = new Uint8Array(8)
  assert.equal(toUlaw(samples, into), into)
  assert.deepEqual(into, Uint8Array.of(...codes, 0, 0, 0))
  const linear = new Int16Array(5)
  assert.equal(fromUlaw(codes, linear), linear)
  assert.deepEqual(linear, samples)
})
