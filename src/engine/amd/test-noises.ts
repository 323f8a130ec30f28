/** Sounds behind a call: hiss, traffic and other people, at a level. The same from the same random numbers. */
import { FRAME } from '../../wire/codec/energy.ts'
import type { Random } from '../../wire/codec/test-dtmf-audio.ts'
import { amplitudeOf } from '../../wire/codec/tone.ts'

/** Frames that are so much softer than the loudest one do not count as spoken. */
const SPOKEN_RANGE_DB = 25
const VOICES_IN_BABBLE = 6

export function white(count: number, random: Random): Float64Array {
  const samples = new Float64Array(count)
  for (let at = 0; at < count; at++) samples[at] = random() + random() - 1
  return samples
}

/** Falls by 3 dB an octave, by the sum of three low-pass filters. */
export function pink(count: number, random: Random): Float64Array {
  let [low, middle, high] = [0, 0, 0]
  return white(count, random).map((sample) => {
    low = 0.997_65 * low + sample * 0.099_046
    middle = 0.963 * middle + sample * 0.296_516_4
    high = 0.57 * high + sample * 1.052_691_3
    return low + middle + high + sample * 0.1848
  })
}

/** Six people at other tables: each speaks on and on, from anywhere. */
export function babble(count: number, random: Random, speeches: readonly Int16Array[]): Float64Array {
  const sum = new Float64Array(count)
  for (let voice = 0; voice < VOICES_IN_BABBLE; voice++) {
    const speech = atLevel(Float64Array.from(speeches[Math.floor(random() * speeches.length)]!), -20)
    const from = Math.floor(random() * speech.length)
    for (let at = 0; at < count; at++) sum[at]! += speech[(from + at) % speech.length]!
  }
  return sum
}

/** Scaled in place so that what is loud in it, on average, has this level; 0 dBFS is a sine at full scale. */
export function atLevel(samples: Float64Array, levelDbfs: number): Float64Array {
  const factor = amplitudeOf(levelDbfs) / Math.SQRT2 / Math.sqrt(spokenMeanSquare(samples))
  for (let at = 0; at < samples.length; at++) samples[at]! *= factor
  return samples
}

function spokenMeanSquare(samples: Float64Array): number {
  const squares: number[] = []
  for (let from = 0; from + FRAME <= samples.length; from += FRAME) {
    let sum = 0
    for (let at = from; at < from + FRAME; at++) sum += samples[at]! * samples[at]!
    squares.push(sum / FRAME)
  }
  const least = squares.reduce((most, square) => Math.max(most, square), 0) * 10 ** (-SPOKEN_RANGE_DB / 10)
  const spoken = squares.filter((square) => square >= least)
  return spoken.reduce((sum, square) => sum + square, 0) / spoken.length
}
