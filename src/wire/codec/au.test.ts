/** Headers; the samples behind them are in `sample-layout.test.ts`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WireError } from '../../lib/wire-error.ts'
import { readAu } from './au.ts'
import { CodingError } from './sample-layout.ts'
import { makeAu } from './test-sound-files.ts'

const anAu = () => makeAu([new Float32Array(800)], 8000, 'mulaw', 1)

test('samples of unknown size go on to the end of the file', () => {
  const { encoding, dataOffset, dataBytes, lengthMs } = readAu(anAu())
  assert.deepEqual(
    { encoding, dataOffset, dataBytes, lengthMs },
    { encoding: 'mulaw', dataOffset: 28, dataBytes: 800, lengthMs: 100 },
  )
})

test('a size that is less than there is counts', () => {
  const file = anAu()
  file.writeUInt32BE(80, 8)
  assert.equal(readAu(file).lengthMs, 10)
})

test('a file cut in its header is refused', () => {
  for (let length = 0; length < 24; length++) assert.throws(() => readAu(anAu().subarray(0, length)), WireError)
})

for (const [name, at, value] of [
  ['samples in its own header', 4, 8],
  ['a sample rate of 0', 16, 0],
  ['no channels', 20, 0],
  ['4 billion channels', 20, 0xffffffff],
] as const)
  test(`${name} is refused`, () => {
    const file = anAu()
    file.writeUInt32BE(value, at)
    assert.throws(() => readAu(file), WireError)
  })

test('samples beyond the end of the file are none', () => {
  const file = anAu()
  file.writeUInt32BE(0xfffffff0, 4)
  assert.equal(readAu(file).dataBytes, 0)
})

test('G.722 is a coding of others', () => {
  assert.throws(() => readAu(makeAu([new Float32Array(8)], 8000, 'mulaw', 23)), CodingError)
})
