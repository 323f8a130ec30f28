/**
 * The exact look at a run of samples that may be a key: which two sinusoids fit it best, how far they are from the
 * key's frequencies, and how much they leave unexplained.
 */
import { ANGULAR, projectOn } from './dtmf-goertzel.ts'

/** As a part of the nominal frequency: senders keep within 1.5 %, and from 3.5 % on it is no key. */
const OFFSET_MAX = 0.02
/**
 * The part of all energy that the two tones must have. Noise 15 dB below them leaves them 0.97; speech and music seldom
 * come near, because their harmonics count against them. This makes a test for second harmonics superfluous.
 */
const SHARE_MIN = 0.93
/** The low tone may be 8 dB above the high one, the high one 4 dB above the low; and 2 dB more for noise. */
const LOW_OVER_HIGH_MAX = 10 ** (10 / 10)
const HIGH_OVER_LOW_MAX = 10 ** (6 / 10)

/**
 * @param samples wholly within the tone if it is one; four quarters, each so short that what is off by half a turn in
 *   it is off by too much anyway (51 samples: 78 Hz)
 * @param key its index, row by row
 */
export function isKeyTone(samples: Float64Array, key: number): boolean {
  const low = ANGULAR[key >> 2]!
  const high = ANGULAR[4 + (key & 3)]!
  const quarter = samples.length / 4
  const early = fitTones(low, high, samples, 0, 2 * quarter)
  const middle = fitTones(low, high, samples, quarter, 3 * quarter)
  const late = fitTones(low, high, samples, 2 * quarter, 4 * quarter)
  // The frequency is measured by how fast the phase runs: over half the run, the middle telling apart whole turns.
  const lowOff =
    (turned(early.low, middle.low, low * quarter) + turned(middle.low, late.low, low * quarter)) / (2 * quarter)
  const highOff =
    (turned(early.high, middle.high, high * quarter) + turned(middle.high, late.high, high * quarter)) / (2 * quarter)
  if (Math.abs(lowOff) > OFFSET_MAX * low || Math.abs(highOff) > OFFSET_MAX * high) return false

  const whole = fitTones(low + lowOff, high + highOff, samples, 0, samples.length)
  if (whole.energy < SHARE_MIN * energyOf(samples)) return false
  const lowPower = powerOf(whole.low)
  const highPower = powerOf(whole.high)
  return lowPower <= LOW_OVER_HIGH_MAX * highPower && highPower <= HIGH_OVER_LOW_MAX * lowPower
}

function energyOf(samples: Float64Array): number {
  let energy = 0
  for (const sample of samples) energy += sample * sample
  return energy
}

/** `cosine * cos(w n) + sine * sin(w n)`, n counted from the middle of the run. */
interface Tone {
  readonly cosine: number
  readonly sine: number
}

interface TwoTones {
  readonly low: Tone
  readonly high: Tone
  /** What both together have of the energy of the run. */
  readonly energy: number
}

/**
 * Least squares. Counted from the middle, cosines and sines are orthogonal to each other, so that four equations fall
 * apart into two pairs; their coefficients are sums of cosines with a closed form.
 */
function fitTones(low: number, high: number, samples: Float64Array, from: number, to: number): TwoTones {
  const count = to - from
  const ofLow = projectOn(low, samples, from, to)
  const ofHigh = projectOn(high, samples, from, to)
  const difference = sumOfCosines(high - low, count)
  const sum = sumOfCosines(high + low, count)
  const ofLowItself = sumOfCosines(2 * low, count)
  const ofHighItself = sumOfCosines(2 * high, count)
  const [lowCosine, highCosine] = solvePair(
    { a: (count + ofLowItself) / 2, b: (difference + sum) / 2, d: (count + ofHighItself) / 2 },
    ofLow.cosine,
    ofHigh.cosine,
  )
  const [lowSine, highSine] = solvePair(
    { a: (count - ofLowItself) / 2, b: (difference - sum) / 2, d: (count - ofHighItself) / 2 },
    ofLow.sine,
    ofHigh.sine,
  )
  return {
    low: { cosine: lowCosine, sine: lowSine },
    high: { cosine: highCosine, sine: highSine },
    energy: lowCosine * ofLow.cosine + lowSine * ofLow.sine + highCosine * ofHigh.cosine + highSine * ofHigh.sine,
  }
}

/** Of `cos(w n)` over `count` samples around 0. */
const sumOfCosines = (angular: number, count: number): number => Math.sin((angular * count) / 2) / Math.sin(angular / 2)

/** Solves `a x + b y = right` and `b x + d y = below`. */
function solvePair({ a, b, d }: { a: number; b: number; d: number }, right: number, below: number): [number, number] {
  const determinant = a * d - b * b
  return [(d * right - b * below) / determinant, (a * below - b * right) / determinant]
}

const powerOf = ({ cosine, sine }: Tone): number => cosine * cosine + sine * sine

/** How much further than expected the phase went from one run to the next, within half a turn. */
function turned(from: Tone, to: Tone, expected: number): number {
  const angle = phaseOf(to) - phaseOf(from) - expected
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI))
}

const phaseOf = ({ cosine, sine }: Tone): number => Math.atan2(-sine, cosine)
