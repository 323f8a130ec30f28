/**
 * What 20 ms of a call sound like, to whoever wants to know if a machine is at the other end: silence, one single tone,
 * the two tones of a busy signal, or a voice, which is everything else: speech, music, keys, noise.
 *
 * A single tone is told by fitting a sinusoid: the best frequency comes from how each sample follows from its two
 * neighbours and is made exact by how far the phase turns from the first half to the second. What the sinusoid leaves
 * unexplained decides. Below 390 Hz the fundamental of a voice can be as lonely as a tone, so tones begin there. Above, a
 * vowel keeps some of its power in other harmonics: of forty minutes of synthetic voices, sung high and slow, one frame
 * passes.
 */
import { projectOn } from '../../wire/codec/dtmf-goertzel.ts'
import { ACTIVE_DBFS, FRAME } from '../../wire/codec/energy.ts'
import { SAMPLES_PER_MS } from '../../wire/codec/g711.ts'
import { amplitudeOf } from '../../wire/codec/tone.ts'

export type Frame =
  | { readonly sound: 'silence' | 'voice' | 'busy-pair' }
  | { readonly sound: 'tone'; readonly hz: number }

const SILENCE: Frame = { sound: 'silence' }
const VOICE: Frame = { sound: 'voice' }
const BUSY_PAIR: Frame = { sound: 'busy-pair' }

const FULL_SCALE_ENERGY = (FRAME * amplitudeOf(0) ** 2) / 2
const ACTIVE_ENERGY = (FRAME * amplitudeOf(ACTIVE_DBFS) ** 2) / 2
/** The part of all energy that a tone must have: 9 dB above what else is heard, its own harmonics included. */
const SHARE_MIN = 0.88
/** A little less of two tones, which reach into each other. */
const PAIR_SHARE_MIN = 0.8
/** Of either of the two. */
const PAIR_MEMBER_SHARE_MIN = 0.25
const RADIANS_OF_HZ = (2 * Math.PI) / (1000 * SAMPLES_PER_MS)
/** North American busy and congestion tones. */
const BUSY_LOW = 480 * RADIANS_OF_HZ
const BUSY_HIGH = 620 * RADIANS_OF_HZ
/** From the lowest beep to the tone of an answering fax. */
const TONE_MIN = 390 * RADIANS_OF_HZ
const TONE_MAX = 2130 * RADIANS_OF_HZ
/** The first look takes a tone's own harmonics for noise, more of it than there is, and is off by up to so much. */
const FIRST_LOOK_NOISE_MAX = 0.3
const FIRST_LOOK_OFF = 90 * RADIANS_OF_HZ

/** Of 160 samples, 20 ms at 8 kHz. */
export function energyOf(samples: Float64Array): number {
  let energy = 0
  for (let at = 0; at < FRAME; at++) energy += samples[at]! * samples[at]!
  return energy
}

/** In dBFS, where a sine at full scale is 0; -Infinity for digital silence. */
export const levelOf = (energy: number): number => 10 * Math.log10(energy / FULL_SCALE_ENERGY)

/** @param samples 160 of them, 20 ms at 8 kHz */
export function classifyFrame(samples: Float64Array, energy: number = energyOf(samples)): Frame {
  if (energy < ACTIVE_ENERGY) return SILENCE
  const angular = likelyTone(samples)
  if (angular !== null) {
    const near = angular + correction(angular, samples, FRAME / 4)
    const exact = near + correction(near, samples, FRAME / 2)
    if (exact >= TONE_MIN && exact <= TONE_MAX && fit(exact, samples, 0, FRAME).energy >= SHARE_MIN * energy)
      return { sound: 'tone', hz: exact / RADIANS_OF_HZ }
  }
  return isBusyPair(samples, energy) ? BUSY_PAIR : VOICE
}

/**
 * In a sinusoid the two neighbours of every sample add up to the sample times 2 cos(w). The factor is fitted so that
 * white noise on all three does not shift it; what it leaves over is that noise, and when there is much of it the
 * frame is no tone.
 * @returns w, in radians a sample, or null when it is no frequency of interest
 */
function likelyTone(samples: Float64Array): number | null {
  let own = 0
  let neighbours = 0
  let both = 0
  let before = samples[0]!
  let sample = samples[1]!
  for (let at = 2; at < FRAME; at++) {
    const after = samples[at]!
    const sum = before + after
    own += sample * sample
    neighbours += sum * sum
    both += sum * sample
    before = sample
    sample = after
  }
  const half = neighbours - 2 * own
  const root = Math.sqrt(half * half + 8 * both * both)
  // Two ways to write one root of a quadratic: each is exact where the other loses its digits.
  const factor = half > 0 ? (half + root) / (2 * both) : (4 * both) / (root - half)
  if (!(Math.abs(factor) < 2)) return null
  const noise = (neighbours - 2 * factor * both + factor * factor * own) / (2 + factor * factor)
  if (noise > FIRST_LOOK_NOISE_MAX * own) return null
  const angular = Math.acos(factor / 2)
  return angular > TONE_MIN - FIRST_LOOK_OFF && angular < TONE_MAX + FIRST_LOOK_OFF ? angular : null
}

/**
 * How far off `angular` is, from the turn of the phase between two runs of `count` samples that meet in the middle: 100 Hz
 * can be told by a quarter of the frame, 50 Hz by a half, which is more exact.
 */
function correction(angular: number, samples: Float64Array, count: number): number {
  const middle = FRAME / 2
  const before = fit(angular, samples, middle - count, middle).phase
  const turned = fit(angular, samples, middle, middle + count).phase - before - angular * count
  return (turned - 2 * Math.PI * Math.round(turned / (2 * Math.PI))) / count
}

/** The sinusoid of one frequency that comes nearest to `samples[from..to)`: its phase in the middle, and its energy. */
function fit(angular: number, samples: Float64Array, from: number, to: number): { phase: number; energy: number } {
  const count = to - from
  const { cosine, sine } = projectOn(angular, samples, from, to)
  const ofDouble = Math.sin(angular * count) / Math.sin(angular)
  const amplitudeOfCosine = (2 * cosine) / (count + ofDouble)
  const amplitudeOfSine = (2 * sine) / (count - ofDouble)
  return {
    phase: Math.atan2(-amplitudeOfSine, amplitudeOfCosine),
    energy: amplitudeOfCosine * cosine + amplitudeOfSine * sine,
  }
}

function isBusyPair(samples: Float64Array, energy: number): boolean {
  const low = fit(BUSY_LOW, samples, 0, FRAME).energy
  if (low < PAIR_MEMBER_SHARE_MIN * energy) return false
  const high = fit(BUSY_HIGH, samples, 0, FRAME).energy
  return high >= PAIR_MEMBER_SHARE_MIN * energy && low + high >= PAIR_SHARE_MIN * energy
}
