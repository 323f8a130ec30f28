/** Keys as lines deliver them: off in level, twist and frequency, noisy, and cut by µ-law. Always the same from the same seed. */
import { keyFrequencies } from './dtmf.ts'
import { fromUlaw, SAMPLES_PER_MS, toUlaw } from './g711.ts'
import { amplitudeOf, dbfsOfDbm0, sineAt, toSample } from './tone.ts'

export type Random = () => number

/** 0 to 1, without 1. */
export function seeded(seed: number): Random {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

export interface Pressing {
  /** Pressed one after the other. */
  readonly keys: string
  readonly toneMs: number
  readonly gapMs: number
  /** Silent samples before the first. */
  readonly lead: number
  readonly lowDbm0: number
  readonly highDbm0: number
  /** As parts of the nominal frequency. */
  readonly lowOff: number
  readonly highOff: number
  /** White, against both tones together; null for none. */
  readonly signalToNoiseDb: number | null
  readonly ulaw: boolean
  readonly random: Random
}

const SOME_SILENCE = 400
const USUAL = {
  toneMs: 40,
  gapMs: 40,
  lead: 200,
  lowDbm0: -9,
  highDbm0: -7,
  lowOff: 0,
  highOff: 0,
  signalToNoiseDb: null,
  ulaw: false,
} as const

/** @returns the samples, and where each key begins */
export function pressed(what: Partial<Pressing> & { readonly keys: string }): {
  samples: Int16Array
  starts: number[]
} {
  const { keys, toneMs, gapMs, lead, lowDbm0, highDbm0, lowOff, highOff, signalToNoiseDb, ulaw, random } = {
    ...USUAL,
    random: seeded(1),
    ...what,
  }
  const tone = Math.floor(toneMs * SAMPLES_PER_MS)
  const step = tone + Math.floor(gapMs * SAMPLES_PER_MS)
  const low = amplitudeOf(dbfsOfDbm0(lowDbm0))
  const high = amplitudeOf(dbfsOfDbm0(highDbm0))
  const line = new Float64Array(lead + keys.length * step + SOME_SILENCE)
  const starts = [...keys].map((_, index) => lead + index * step)
  for (const [index, start] of starts.entries()) {
    const { lowHz, highHz } = keyFrequencies(keys[index]!)
    for (let at = start; at < start + tone; at++)
      line[at] = low * sineAt(lowHz * (1 + lowOff), at) + high * sineAt(highHz * (1 + highOff), at)
  }
  if (signalToNoiseDb !== null) {
    const meanSquare = ((low * low + high * high) / 2) * 10 ** (-signalToNoiseDb / 10)
    const width = Math.sqrt(12 * meanSquare)
    for (let at = 0; at < line.length; at++) line[at]! += width * (random() - 0.5)
  }
  const samples = Int16Array.from(line, toSample)
  return { samples: ulaw ? fromUlaw(toUlaw(samples)) : samples, starts }
}
