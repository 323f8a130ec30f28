import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeUlaw, ULAW_SILENCE } from '../codec/g711.ts'
import { ABSENT, SampleLine, SILENT, SOUND } from './sample-line.ts'

/** Holds 1024. */
const SIZE = 1000
const codes = Uint8Array.from({ length: 400 }, (_, at) => at % 251)

for (const position of [0, 900, 1023, -200, 2 ** 31 - 100, -(2 ** 31)])
  test(`what is written at ${position} is read there, and is cleared`, () => {
    const line = new SampleLine(SIZE)
    line.write(position, codes, 50, 350)
    const states = [-1, 0, 299, 300].map((at) => line.stateAt((position + at) | 0))
    assert.deepEqual(states, [ABSENT, SOUND, SOUND, ABSENT])
    assert.equal(line.stretchFrom(position, 1000), 300)
    assert.equal(line.stretchFrom(position, 160), 160)
    const into = new Uint8Array(310).fill(255)
    line.read(position, into, 5, 305)
    assert.deepEqual(into.subarray(5, 305), codes.subarray(50, 350))
    assert.deepEqual([into[4], into[305]], [255, 255])
    line.clear(position, 299)
    assert.deepEqual(
      [298, 299].map((at) => line.stateAt((position + at) | 0)),
      [ABSENT, SOUND],
    )
  })

test('a pause is marked around sound, and never longer than the line', () => {
  const line = new SampleLine(SIZE)
  line.write(100, codes, 0, 50)
  line.markSilent(0, 2 ** 31)
  assert.deepEqual(
    [0, 99, 100, 149, 150, 1023].map((at) => line.stateAt(at)),
    [SILENT, SILENT, SOUND, SOUND, SILENT, SILENT],
  )
  assert.equal(line.stretchFrom(0, 500), 100)
})

for (const [name, frame, quiet] of [
  ['digital silence', new Uint8Array(160).fill(ULAW_SILENCE), true],
  ['the hiss of a line', Uint8Array.from({ length: 160 }, (_, at) => encodeUlaw(at % 2 ? 60 : -60)), true],
  ['quiet speech', Uint8Array.from({ length: 160 }, (_, at) => encodeUlaw(at % 2 ? 200 : -200)), false],
  ['one loud click', new Uint8Array(160).fill(ULAW_SILENCE).fill(0, 80, 83), false],
] as const)
  test(`${name} is ${quiet ? 'quiet' : 'not quiet'}`, () => {
    const line = new SampleLine(SIZE)
    line.write(950, frame, 0, 160)
    assert.equal(line.isQuietFrame(950), quiet)
    assert.equal(line.isQuietFrame(951), false)
  })

test('a pause is quiet, with quiet sound in it too; a hole is not', () => {
  const line = new SampleLine(SIZE)
  line.markSilent(0, 160)
  assert.equal(line.isQuietFrame(0), true)
  line.write(40, new Uint8Array(10).fill(ULAW_SILENCE), 0, 10)
  assert.equal(line.isQuietFrame(0), true)
  line.clear(45, 1)
  assert.equal(line.isQuietFrame(0), false)
})
