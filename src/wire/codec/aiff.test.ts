/** Headers; the samples behind them are in `sample-layout.test.ts`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WireError } from '../../lib/wire-error.ts'
import { readAiff } from './aiff.ts'
import { CodingError } from './sample-layout.ts'
import { chunk, extended, type MadeAiff, makeAiff } from './test-sound-files.ts'

const anAiff = (made: Partial<MadeAiff> = {}) =>
  makeAiff({ channels: [new Float32Array(441)], sampleRate: 44_100, coding: 'pcm16', type: null, ...made })

for (const sampleRate of [1000, 8000, 11_025, 22_050, 44_100, 48_000, 96_000, 384_000])
  test(`a sample rate of ${sampleRate} Hz is read`, () => {
    assert.equal(readAiff(anAiff({ sampleRate })).sampleRate, sampleRate)
  })

test('the sample rate of old Macintoshes, 22254.54 Hz, is rounded', () => {
  const rateBytes = Buffer.from('400daddd1745d145826b', 'hex')
  assert.equal(readAiff(anAiff({ rateBytes })).sampleRate, 22_255)
})

test('stereo has its length', () => {
  const { channels, lengthMs } = readAiff(anAiff({ channels: [new Float32Array(441), new Float32Array(441)] }))
  assert.deepEqual({ channels, lengthMs }, { channels: 2, lengthMs: 10 })
})

test('the description may stand behind the samples', () => {
  assert.deepEqual({ ...readAiff(anAiff({ late: true })), dataOffset: 0 }, { ...readAiff(anAiff()), dataOffset: 0 })
})

test('samples begin behind their offset', () => {
  const file = anAiff()
  file.writeUInt32BE(100, file.indexOf('SSND') + 8)
  const { dataOffset, dataBytes } = readAiff(file)
  assert.equal(dataOffset, file.indexOf('SSND') + 16 + 100)
  assert.equal(dataBytes, 882 - 100)
})

test('12-bit samples lie in two bytes', () => {
  const file = anAiff()
  file.writeUInt16BE(12, file.indexOf('COMM') + 14)
  assert.equal(readAiff(file).bits, 16)
})

for (const [name, edit] of [
  ['a size of 4 GiB', (file: Buffer) => file.writeUInt32BE(0xffffffff, file.indexOf('SSND') + 4)],
  ['a size of the whole that is 0', (file: Buffer) => file.writeUInt32BE(0, 4)],
  ['an untrue number of frames', (file: Buffer) => file.writeUInt32BE(0xffffffff, file.indexOf('COMM') + 10)],
] as const)
  test(`${name} does not change what is there`, () => {
    const file = anAiff()
    edit(file)
    assert.deepEqual(readAiff(file), readAiff(anAiff()))
  })

test('an offset beyond the samples leaves none', () => {
  const file = anAiff()
  file.writeUInt32BE(0xffffffff, file.indexOf('SSND') + 8)
  assert.equal(readAiff(file).dataBytes, 0)
})

test('a file cut anywhere is refused or shorter, and never misread', () => {
  const whole = anAiff()
  const begins = readAiff(whole).dataOffset
  for (let length = 0; length < whole.length; length++) {
    if (length < begins) assert.throws(() => readAiff(whole.subarray(0, length)), WireError, `${length} bytes`)
    else assert.equal(readAiff(whole.subarray(0, length)).dataBytes, length - begins)
  }
})

const infinite = Buffer.from('7fff8000000000000000', 'hex')
const notANumber = Buffer.from('7fffc000000000000000', 'hex')
const negative = extended(44_100)
negative[0]! |= 0x80
for (const [name, file] of [
  ['a sample rate that is infinite', anAiff({ rateBytes: infinite })],
  ['a sample rate that is not a number', anAiff({ rateBytes: notANumber })],
  ['a sample rate below zero', anAiff({ rateBytes: negative })],
  ['a sample rate of zero', anAiff({ rateBytes: Buffer.alloc(10) })],
  ['the highest sample rate there is', anAiff({ rateBytes: Buffer.from('7ffeffffffffffffffff', 'hex') })],
  ['a sample rate of 999 Hz', anAiff({ sampleRate: 999 })],
  ['no channels', anAiff({ channels: [new Float32Array(0)] }).fill(0, 20, 22)],
  ['another form', chunk('FORM', Buffer.from('8SVX'))],
  ['no chunks', chunk('FORM', Buffer.from('AIFF'))],
  ['a description of 4 bytes', chunk('FORM', Buffer.concat([Buffer.from('AIFF'), chunk('COMM', Buffer.alloc(4))]))],
  ['endless empty chunks', chunk('FORM', Buffer.concat([Buffer.from('AIFF'), Buffer.alloc(80_000)]))],
] as const)
  test(`${name} is refused`, () => {
    assert.throws(() => readAiff(file), WireError)
  })

for (const [name, file, coding] of [
  ['a compressed type', anAiff({ type: 'ima4' }), '“ima4”'],
  ['40-bit samples', anAiff().fill(40, 27, 28), '40-bit pcm'],
] as const)
  test(`${name} is a coding of others`, () => {
    assert.throws(
      () => readAiff(file),
      (error) => error instanceof CodingError && error.coding === coding,
    )
  })
