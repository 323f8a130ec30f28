import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALAW_SILENCE, ALAW_TO_ULAW, encodeAlaw, recode, ULAW_TO_ALAW } from './alaw.ts'
import { ALAW_TO_LINEAR, ULAW_SILENCE, ULAW_TO_LINEAR } from './g711.ts'

for (const [sample, code] of [
  [0, ALAW_SILENCE],
  [15, 0xd5],
  [16, 0xd4],
  [-1, 0x55],
  [-8, 0x55],
  [-17, 0x54],
  [32_767, 0xaa],
  [-32_768, 0x2a],
] as const)
  test(`${sample} is the A-law code 0x${code.toString(16)}`, () => assert.equal(encodeAlaw(sample), code))

test('every A-law code survives decoding and encoding', () => {
  for (let code = 0; code < 256; code++) assert.equal(encodeAlaw(ALAW_TO_LINEAR[code]!), code)
})

test('over all 65,536 samples a louder one never becomes quieter, and none is off by more than half a step', () => {
  let before = -Infinity
  for (let sample = -32_768; sample <= 32_767; sample++) {
    const decoded = ALAW_TO_LINEAR[encodeAlaw(sample)]!
    assert.ok(decoded >= before, `${sample} becomes ${decoded} after ${before}`)
    const halfStep = 2 ** (Math.max(4, Math.floor(Math.log2(Math.abs(sample) || 1)) - 4) - 1)
    assert.ok(Math.abs(decoded - sample) <= halfStep, `${sample} becomes ${decoded}`)
    before = decoded
  }
})

test('between the laws a sample keeps its sign and is off by no more than a step of the coarser one', () => {
  for (let code = 0; code < 256; code++) {
    for (const [from, to, table] of [
      [ULAW_TO_LINEAR, ALAW_TO_LINEAR, ULAW_TO_ALAW],
      [ALAW_TO_LINEAR, ULAW_TO_LINEAR, ALAW_TO_ULAW],
    ] as const) {
      const before = from[code]!
      const after = to[table[code]!]!
      assert.ok(Math.abs(after - before) <= Math.max(8, Math.abs(before) / 16), `${before} becomes ${after}`)
      if (Math.abs(before) > 8) assert.equal(Math.sign(after), Math.sign(before))
    }
  }
})

test('a second way there and back changes nothing any more', () => {
  for (let code = 0; code < 256; code++) {
    const once = ALAW_TO_ULAW[ULAW_TO_ALAW[code]!]!
    const twice = ALAW_TO_ULAW[ULAW_TO_ALAW[once]!]!
    assert.equal(ULAW_TO_LINEAR[twice], ULAW_TO_LINEAR[once])
  }
})

test('silence becomes the quietest code', () => {
  assert.equal(ULAW_TO_ALAW[ULAW_SILENCE], ALAW_SILENCE)
  assert.ok(Math.abs(ULAW_TO_LINEAR[ALAW_TO_ULAW[ALAW_SILENCE]!]!) <= 8)
})

test('a part of an array is turned into a place of another', () => {
  const into = new Uint8Array(4)
  recode(ALAW_TO_ULAW, Uint8Array.of(9, 0xd5, 0x2a, 9), into, { begin: 1, end: 3, at: 2 })
  assert.deepEqual(into, Uint8Array.of(0, 0, ALAW_TO_ULAW[0xd5]!, ALAW_TO_ULAW[0x2a]!))
})
