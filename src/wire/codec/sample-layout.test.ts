/** Samples read back from files of every coding that is read. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAiff } from './aiff.ts'
import { readAu } from './au.ts'
import { framesOf, mixFrames, type SampleLayout } from './sample-layout.ts'
import { type Coding, makeAiff, makeAu, makeWav } from './test-sound-files.ts'
import { readWav } from './wav.ts'

/** Around zero, full scale both ways, and what G.711 has only coarse steps for. */
const VALUES = Float32Array.from([0, 0.25, -0.25, 0.5, -0.5, 0.875, -0.875, 1, -1, 0.01, -0.01])
/** Of half a step of the coding, relative to the value and absolute. */
const TOLERANCE: Record<Coding, readonly [number, number]> = {
  pcm8: [0.01, 0.01],
  pcm8u: [0.01, 0.01],
  pcm16: [0, 1 / 32_768],
  pcm24: [0, 1 / 2 ** 22],
  pcm32: [0, 1 / 2 ** 22],
  float32: [0, 0],
  float64: [0, 0],
  mulaw: [0.04, 0.001],
  alaw: [0.04, 0.001],
}

function read(file: Uint8Array, layout: SampleLayout): Float32Array {
  const into = new Float32Array(framesOf(layout))
  assert.equal(mixFrames(file, layout, 0, into), into.length)
  return into
}

function assertSame(samples: Float32Array, coding: Coding): void {
  assert.equal(samples.length, VALUES.length)
  const [relative, absolute] = TOLERANCE[coding]
  for (const [at, value] of VALUES.entries()) {
    const off = Math.abs(samples[at]! - value)
    assert.ok(off <= absolute + relative * Math.abs(value), `${value} was read as ${samples[at]}`)
  }
}

const WAV_CODINGS = ['pcm8u', 'pcm16', 'pcm24', 'pcm32', 'float32', 'float64', 'mulaw', 'alaw'] as const

for (const coding of WAV_CODINGS)
  for (const [name, form] of [
    ['RIFF', {}],
    ['RIFX', { littleEndian: false }],
    ['extensible', { extensible: true }],
  ] as const)
    test(`WAV with ${coding} samples in ${name} is read as written`, () => {
      const file = makeWav({ channels: [VALUES], sampleRate: 8000, coding, ...form })
      assertSame(read(file, readWav(file)), coding)
    })

for (const [type, coding] of [
  [null, 'pcm8'],
  [null, 'pcm16'],
  [null, 'pcm24'],
  [null, 'pcm32'],
  ['NONE', 'pcm16'],
  ['twos', 'pcm16'],
  ['sowt', 'pcm16'],
  ['sowt', 'pcm24'],
  ['in24', 'pcm24'],
  ['raw ', 'pcm8u'],
  ['fl32', 'float32'],
  ['FL64', 'float64'],
  ['ulaw', 'mulaw'],
  ['ALAW', 'alaw'],
] as const)
  test(`AIFF ${type ?? 'without a type'} with ${coding} samples is read as written`, () => {
    const file = makeAiff({ channels: [VALUES], sampleRate: 44_100, coding, type })
    assertSame(read(file, readAiff(file)), coding)
  })

for (const [code, coding] of [
  [1, 'mulaw'],
  [2, 'pcm8'],
  [3, 'pcm16'],
  [4, 'pcm24'],
  [6, 'float32'],
  [27, 'alaw'],
] as const)
  test(`AU with ${coding} samples is read as written`, () => {
    const file = makeAu([VALUES], 8000, coding, code)
    assertSame(read(file, readAu(file)), coding)
  })

test('channels are averaged', () => {
  const one = Float32Array.from([0.5, 0.5, -1])
  const other = Float32Array.from([0.5, -0.5, 0])
  const file = makeWav({ channels: [one, other], sampleRate: 8000, coding: 'float32' })
  assert.deepEqual([...read(file, readWav(file))], [0.5, 0, -0.5])
})

test('frames are read from anywhere, up to the last whole one', () => {
  const file = makeWav({ channels: [VALUES, VALUES], sampleRate: 8000, coding: 'float32' }).subarray(0, -3)
  const layout = readWav(file)
  const into = new Float32Array(4)
  assert.equal(mixFrames(file, layout, 6, into), 4)
  assert.deepEqual([...into], [...VALUES.subarray(6, 10)])
  assert.equal(mixFrames(file, layout, 10, into), 0)
  assert.equal(mixFrames(file, layout, 1000, into), 0)
})

test('floating point that is no sample is silence or full scale', () => {
  const values = Float32Array.from([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e30])
  for (const coding of ['float32', 'float64'] as const) {
    const file = makeWav({ channels: [values], sampleRate: 8000, coding })
    assert.deepEqual([...read(file, readWav(file))], [0, 1, -1, 1])
  }
})
