import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromUlaw } from '../codec/g711.ts'
import { ComfortNoise, decodeNoiseLevel, encodeNoiseLevel } from './comfort-noise.ts'

const decoded = (...bytes: number[]) => decodeNoiseLevel(Uint8Array.from(bytes), 0, bytes.length)

for (const [bytes, level] of [
  [[60], 60],
  [[0], 0],
  [[127], 127],
  [[0x80 | 60], 60],
  [[60, 1, 2, 3], 60],
  [[], null],
] as const)
  test(`a payload of ${bytes.join(' ') || 'nothing'} says ${level}`, () => assert.equal(decoded(...bytes), level))

for (const [level, byte] of [
  [60.4, 60],
  [-3, 0],
  [200, 127],
] as const)
  test(`${level} dBov is sent as ${byte}`, () => assert.deepEqual(encodeNoiseLevel(level), Uint8Array.of(byte)))

function rendered(levelDbov: number): Int16Array {
  const noise = new ComfortNoise()
  noise.setLevel(levelDbov)
  const codes = new Uint8Array(8000)
  noise.render(codes, 0, codes.length)
  return fromUlaw(codes)
}

const dbov = (samples: Int16Array) =>
  10 * Math.log10(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length / 32_768 ** 2)

for (const [asked, heard] of [
  [40, 40],
  [50, 50],
  [60, 60],
  [30, 30],
  [3, 30],
] as const)
  test(`noise of -${asked} dBov is heard at -${heard}`, () => {
    assert.ok(Math.abs(dbov(rendered(asked)) + heard) < 1, `${dbov(rendered(asked))}`)
  })

test('the lowest level is silence', () => assert.ok(rendered(127).every((sample) => sample === 0)))

test('noise has no pitch', () => {
  const samples = rendered(40)
  const likeness = (distance: number) => {
    let product = 0
    for (let at = distance; at < samples.length; at++) product += samples[at]! * samples[at - distance]!
    return product
  }
  for (let distance = 1; distance < 400; distance++) assert.ok(Math.abs(likeness(distance)) < 0.1 * likeness(0))
})

test('only the part asked for is filled', () => {
  const noise = new ComfortNoise()
  noise.setLevel(30)
  const codes = new Uint8Array(10).fill(3)
  noise.render(codes, 4, 6)
  assert.deepEqual([...codes.subarray(0, 4), ...codes.subarray(6)], new Array(8).fill(3))
})
