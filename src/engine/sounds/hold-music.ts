/**
 * What callers hear while they wait and no music of the customer's is named: one minute of slow broken chords with a bass
 * and a few notes above, composed for this project and so free of anybody's licence. It is computed from the score below,
 * always the same, and what rings at its end rings on at its beginning, so it can be repeated without a seam.
 */

import { levelDbfs } from '../../wire/codec/energy.ts'
import { SAMPLES_PER_MS } from '../../wire/codec/g711.ts'
import { amplitudeOf, toSample } from '../../wire/codec/tone.ts'

/** Part of the sound's id: another score is another sound. */
export const HOLD_MUSIC_VERSION = 1

const LEVEL_DBFS = -20
const SAMPLES_PER_SEC = 1000 * SAMPLES_PER_MS
/** 64 beats a minute, so that sixteen bars of four beats are a minute. */
const BEAT = (60 * SAMPLES_PER_SEC) / 64
const BAR = 4 * BEAT

/**
 * A bar each: its bass, and four notes that are broken up and down. Nothing lies above 660 Hz, below the tones of
 * telephone keys.
 */
const BARS = [
  ['C3', 'G3 B3 C4 E4'],
  ['A2', 'G3 A3 C4 E4'],
  ['F3', 'A3 C4 E4 F4'],
  ['G3', 'B3 D4 E4 G4'],
  ['E3', 'G3 B3 D4 E4'],
  ['A2', 'G3 A3 C4 E4'],
  ['D3', 'A3 C4 D4 F4'],
  ['G2', 'G3 B3 D4 F4'],
  ['F3', 'A3 C4 E4 G4'],
  ['E3', 'G3 B3 D4 G4'],
  ['D3', 'A3 C4 D4 F4'],
  ['C3', 'G3 B3 C4 E4'],
  ['A2', 'A3 C4 E4 G4'],
  ['F3', 'A3 C4 D4 F4'],
  ['D3', 'A3 C4 E4 F4'],
  ['G2', 'G3 B3 D4 F4'],
] as const

/** In eighths: which of the four notes sounds. */
const BROKEN = [0, 1, 2, 3, 2, 1, 2, 1] as const

/** The notes above: beat, pitch and length in beats. */
const MELODY = [
  [0, 'E5', 3],
  [4, 'C5', 2],
  [6, 'D5', 2],
  [8, 'C5', 3],
  [12, 'B4', 2],
  [14, 'D5', 2],
  [16, 'D5', 3],
  [20, 'C5', 2],
  [22, 'E5', 2],
  [24, 'A4', 3],
  [28, 'B4', 4],
  [33, 'E5', 2],
  [35, 'C5', 1],
  [36, 'D5', 3],
  [40, 'C5', 2],
  [42, 'A4', 2],
  [44, 'B4', 3],
  [48, 'C5', 2],
  [50, 'E5', 2],
  [52, 'D5', 2],
  [54, 'C5', 2],
  [56, 'A4', 3],
  [60, 'B4', 3],
] as const

interface Voice {
  readonly gain: number
  /** How long a note takes to sound, and to fade to a third. */
  readonly riseMs: number
  readonly fadeMs: number
  /** One period; `WAVE` samples, a power of two. */
  readonly wave: Float64Array
}

const WAVE = 2048

/** @param partials their parts, from the fundamental up */
const waveOf = (...partials: readonly number[]): Float64Array =>
  Float64Array.from({ length: WAVE }, (_, at) =>
    partials.reduce((sum, part, index) => sum + part * Math.sin((2 * Math.PI * (index + 1) * at) / WAVE), 0),
  )

const BASS: Voice = { gain: 0.8, riseMs: 30, fadeMs: 900, wave: waveOf(1, 0.5, 0.25, 0.1) }
const CHORD: Voice = { gain: 0.5, riseMs: 12, fadeMs: 500, wave: waveOf(1, 0.2, 0.11, 0, 0.03) }
const LEAD: Voice = { gain: 0.6, riseMs: 60, fadeMs: 1100, wave: waveOf(1, 0.08, 0.05) }

/** Below this part of its beginning a note is over. */
const INAUDIBLE = 0.001
/** How long a note that is damped takes to fade to a third. */
const DAMPED_MS = 80

/** Linear samples at 8 kHz, one minute; its level is -20 dBFS. */
export function composeHoldMusic(): Int16Array {
  const sum = new Float64Array(BARS.length * BAR)
  BARS.forEach(([bass, chord], bar) => {
    const notes = chord.split(' ')
    for (const beat of [0, 2]) add(sum, BASS, bass, bar * BAR + beat * BEAT)
    for (const [eighth, note] of BROKEN.entries()) add(sum, CHORD, notes[note]!, bar * BAR + (eighth * BEAT) / 2)
  })
  for (const [beat, note, beats] of MELODY) add(sum, LEAD, note, beat * BEAT, beats * BEAT)
  return atLevel(sum)
}

/** Adds one note, past the end on from the beginning. @param length after which it is damped; it fades by itself before */
function add(sum: Float64Array, voice: Voice, note: string, from: number, length = Number.POSITIVE_INFINITY): void {
  const { wave, gain } = voice
  const step = (frequencyOf(note) / SAMPLES_PER_SEC) * WAVE
  const rise = voice.riseMs * SAMPLES_PER_MS
  const fade = Math.exp(-1 / (voice.fadeMs * SAMPLES_PER_MS))
  const damped = Math.exp(-1 / (DAMPED_MS * SAMPLES_PER_MS))
  let level = gain
  let to = from
  for (let at = 0; level > gain * INAUDIBLE; at++) {
    sum[to]! += wave[(at * step) & (WAVE - 1)]! * level * Math.min(1, at / rise)
    to = to + 1 === sum.length ? 0 : to + 1
    level *= at < length ? fade : damped
  }
}

const SEMITONES: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 }

/** `A4` is 440 Hz, in equal temperament. */
function frequencyOf(note: string): number {
  const semitone = SEMITONES[note[0]!]! + 12 * Number(note[1])
  return 440 * 2 ** ((semitone - (SEMITONES.A! + 12 * 4)) / 12)
}

function atLevel(sum: Float64Array): Int16Array {
  const peak = sum.reduce((highest, value) => Math.max(highest, Math.abs(value)), 0)
  const loud = Int16Array.from(sum, (value) => toSample((value / peak) * amplitudeOf(0)))
  const factor = 10 ** ((LEVEL_DBFS - levelDbfs(loud)) / 20)
  return loud.map((value) => toSample(value * factor))
}
