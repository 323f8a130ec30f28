/** The telephone's sound at 16 kHz: what was there is still there, and above it is noise that follows it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromUlaw, toUlaw } from '../../wire/codec/g711.ts'
import { toWideband } from './wideband.ts'

const MS = 500
const sine = (hz: number, peak: number) =>
  toUlaw(Int16Array.from({ length: MS * 8 }, (_, at) => Math.round(peak * Math.sin((2 * Math.PI * hz * at) / 8000))))

/** Share of the power that is at this frequency, of 0.4 s in the middle. */
function shareAt(samples: Int16Array, hz: number): number {
  const middle = samples.subarray(800, 7200)
  let [real, imaginary, power] = [0, 0, 0]
  for (const [at, sample] of middle.entries()) {
    const angle = (2 * Math.PI * hz * at) / 16_000
    real += sample * Math.cos(angle)
    imaginary += sample * Math.sin(angle)
    power += sample * sample
  }
  return (2 * (real ** 2 + imaginary ** 2)) / middle.length / power
}

const power = (samples: Int16Array) => samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length

for (const hz of [300, 1000, 2000])
  test(`a tone of ${hz} Hz stays what it is`, () => {
    const wide = toWideband(sine(hz, 8000))
    assert.equal(wide.length, MS * 16)
    assert.ok(shareAt(wide, hz) > 0.93, `${shareAt(wide, hz)}`)
    assert.ok(shareAt(wide, 8000 - hz) < 0.001, 'without its image')
  })

test('the upper end brings noise above it', () => {
  const [low, high] = [toWideband(sine(500, 8000)), toWideband(sine(3300, 8000))]
  assert.ok(shareAt(low, 500) > 0.99)
  assert.ok(shareAt(high, 3300) < 0.95, `${shareAt(high, 3300)}`)
})

test('the same sound gives the same samples, silence stays silent, and loud sound is cut, not folded', () => {
  assert.deepEqual(toWideband(sine(900, 20_000)), toWideband(sine(900, 20_000)))
  assert.equal(power(toWideband(new Uint8Array(800).fill(0xff))), 0)
  assert.equal(toWideband(new Uint8Array(0)).length, 0)
  const loudest = sine(300, 32_767)
  const wide = toWideband(loudest)
  for (const [at, sample] of fromUlaw(loudest).entries())
    if (Math.abs(sample) > 20_000) assert.equal(Math.sign(wide[at * 2]!), Math.sign(sample))
})
