/**
 * Goertzel's algorithm: how much of one frequency is in a run of samples, and at which phase, for one multiplication
 * and two additions a sample. Written for the eight frequencies of DTMF at once, and for any one.
 */
import { HIGH_GROUP_HZ, LOW_GROUP_HZ } from './dtmf.ts'
import { SAMPLES_PER_MS } from './g711.ts'

/** The four low frequencies, then the four high ones, in radians a sample. */
export const ANGULAR: Float64Array = Float64Array.from(
  [...LOW_GROUP_HZ, ...HIGH_GROUP_HZ],
  (frequencyHz) => (2 * Math.PI * frequencyHz) / (1000 * SAMPLES_PER_MS),
)
const COSINES = ANGULAR.map(Math.cos)
const SINES = ANGULAR.map(Math.sin)

/** Complex sums, one for each frequency; their phases count from the last sample of the run. */
export interface Sums {
  readonly real: Float64Array
  readonly imaginary: Float64Array
}

export const noSums = (): Sums => ({
  real: new Float64Array(ANGULAR.length),
  imaginary: new Float64Array(ANGULAR.length),
})

/** @param into overwritten with the sums of all eight frequencies over `samples[from..to)` */
export function sumAll(samples: Float64Array, from: number, to: number, into: Sums): void {
  sumFour(samples, from, to, into, 0)
  sumFour(samples, from, to, into, 4)
}

// Four at a time: their chains of additions run side by side in the processor, and eight would not fit its registers.
function sumFour(samples: Float64Array, from: number, to: number, into: Sums, first: number): void {
  const factorA = 2 * COSINES[first]!
  const factorB = 2 * COSINES[first + 1]!
  const factorC = 2 * COSINES[first + 2]!
  const factorD = 2 * COSINES[first + 3]!
  let lastA = 0
  let lastB = 0
  let lastC = 0
  let lastD = 0
  let beforeA = 0
  let beforeB = 0
  let beforeC = 0
  let beforeD = 0
  for (let at = from; at < to; at++) {
    const sample = samples[at]!
    const nextA = sample - beforeA + factorA * lastA
    const nextB = sample - beforeB + factorB * lastB
    const nextC = sample - beforeC + factorC * lastC
    const nextD = sample - beforeD + factorD * lastD
    beforeA = lastA
    beforeB = lastB
    beforeC = lastC
    beforeD = lastD
    lastA = nextA
    lastB = nextB
    lastC = nextC
    lastD = nextD
  }
  finish(into, first, lastA, beforeA)
  finish(into, first + 1, lastB, beforeB)
  finish(into, first + 2, lastC, beforeC)
  finish(into, first + 3, lastD, beforeD)
}

function finish({ real, imaginary }: Sums, index: number, last: number, before: number): void {
  real[index] = last - before * COSINES[index]!
  imaginary[index] = before * SINES[index]!
}

/**
 * Sums over two runs of `count` samples, one after the other, joined as if it had been one run.
 * @param into overwritten with their squared magnitudes
 */
export function joinedPowers(earlier: Sums, later: Sums, turn: Turn, into: Float64Array): void {
  for (let index = 0; index < into.length; index++) {
    const real = earlier.real[index]! * turn.cosines[index]! - earlier.imaginary[index]! * turn.sines[index]!
    const imaginary = earlier.real[index]! * turn.sines[index]! + earlier.imaginary[index]! * turn.cosines[index]!
    into[index] = (real + later.real[index]!) ** 2 + (imaginary + later.imaginary[index]!) ** 2
  }
}

/** How far the phase of each frequency goes on in a number of samples. */
export interface Turn {
  readonly cosines: Float64Array
  readonly sines: Float64Array
}

export const turnOver = (count: number): Turn => ({
  cosines: ANGULAR.map((angular) => Math.cos(angular * count)),
  sines: ANGULAR.map((angular) => Math.sin(angular * count)),
})

/** How much of a cosine and of a sine is in `samples[from..to)`, both counted from the middle of the run. */
export interface Projection {
  readonly cosine: number
  readonly sine: number
}

/** @param angular any frequency, in radians a sample */
export function projectOn(angular: number, samples: Float64Array, from: number, to: number): Projection {
  const factor = 2 * Math.cos(angular)
  let last = 0
  let before = 0
  for (let at = from; at < to; at++) {
    const next = samples[at]! - before + factor * last
    before = last
    last = next
  }
  const real = last - before * Math.cos(angular)
  const imaginary = before * Math.sin(angular)
  const back = (angular * (to - from - 1)) / 2
  return {
    cosine: real * Math.cos(back) + imaginary * Math.sin(back),
    sine: real * Math.sin(back) - imaginary * Math.cos(back),
  }
}
