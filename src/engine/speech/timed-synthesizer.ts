/**
 * The timed voice made audible: a murmur without words that lasts exactly as long as the timed voice says. It costs next
 * to nothing, sounds the same every time, and whoever listens hears somebody speaking from beginning to end.
 */
import { SAMPLES_PER_MS } from '../../wire/codec/g711.ts'
import { timedVoiceMs } from '../media/timed-voice.ts'
import type { Pcm } from '../ports/sound.ts'
import type { SpeechSynthesizer, Words } from '../ports/speech.ts'

/** The longest that is spoken in one go; 38 megabytes. */
const SPEECH_MS_MAX = 40 * 60_000

const SAMPLE_RATE = 1000 * SAMPLES_PER_MS
const LOOP_MS = 2000
/** A tenth of full scale: -20 dBFS. */
const RMS = 32_768 / 10
/** At both ends, against clicks. */
const FADE_SAMPLES = 8 * SAMPLES_PER_MS

/** Of the voice, before `pitch`. */
const FUNDAMENTAL_HZ = { male: 110, female: 200 } as const
/** Whole periods fit into the loop. */
const FUNDAMENTAL_STEP_HZ = 1000 / LOOP_MS
/** Nothing sounds above it: the upper tone of every key is higher, so no murmur is ever a key. */
const HARMONICS_HZ_MAX = 1000
/** The melody: up and down by this part of the fundamental, once a second, so that it is no steady tone. */
const MELODY_DEPTH = 0.08
const MELODY_HZ = 1

/** Loudness of the syllables, each 200 ms; ten to the loop. */
const SYLLABLES = [1, 0.75, 0.9, 0.6, 0.85, 1, 0.7, 0.95, 0.65, 0.8]
const SYLLABLE_MS = LOOP_MS / SYLLABLES.length
/** How much of a syllable is left between two: softer, never silent. */
const BETWEEN_SYLLABLES = 0.3

/** Two vowels as strengths of the harmonics; the syllables go from one to the other and back. */
const OPEN_VOWEL = [1, 0.8, 0.6, 0.5, 0.3]
const CLOSED_VOWEL = [1, 0.4, 0.15, 0.05, 0.02]

const TURN = 2 * Math.PI

/** Loops by their fundamental; a voice or two and a few pitches are all that is ever asked for. 32 KB each. */
const LOOPS_MAX = 32
const loops = new Map<number, Int16Array>()

export function timedSynthesizer(): SpeechSynthesizer {
  return {
    id: 'timed-1',
    async synthesize(words: Words): Promise<Pcm> {
      return { samples: murmur(words), sampleRate: SAMPLE_RATE }
    },
    async close(): Promise<void> {},
  }
}

function murmur({ text, voice, rate, pitch }: Words): Int16Array {
  const lengthMs = Math.round(timedVoiceMs(text) / rate)
  if (!(lengthMs <= SPEECH_MS_MAX)) throw new Error(`the timed voice speaks at most 40 minutes, not ${lengthMs} ms`)
  const steps = Math.round((FUNDAMENTAL_HZ[voice.gender] * pitch) / FUNDAMENTAL_STEP_HZ)
  const loop = loopAt(steps * FUNDAMENTAL_STEP_HZ)
  const samples = new Int16Array(lengthMs * SAMPLES_PER_MS)
  for (let at = 0; at < samples.length; at += loop.length) samples.set(loop.subarray(0, samples.length - at), at)
  fadeEnds(samples)
  return samples
}

function loopAt(fundamentalHz: number): Int16Array {
  const kept = loops.get(fundamentalHz)
  if (kept) return kept
  if (loops.size >= LOOPS_MAX) loops.clear()
  const loop = murmurLoop(fundamentalHz)
  loops.set(fundamentalHz, loop)
  return loop
}

/** Two seconds that can be repeated without a seam. */
function murmurLoop(fundamentalHz: number): Int16Array {
  const harmonics = Math.max(1, Math.min(OPEN_VOWEL.length, Math.floor(HARMONICS_HZ_MAX / fundamentalHz)))
  const wave = new Float64Array(LOOP_MS * SAMPLES_PER_MS)
  let energy = 0
  for (let index = 0; index < wave.length; index++) {
    const seconds = index / SAMPLE_RATE
    const melody = (MELODY_DEPTH / (TURN * MELODY_HZ)) * Math.sin(TURN * MELODY_HZ * seconds)
    const phase = TURN * fundamentalHz * (seconds + melody)
    const syllable = index / (SYLLABLE_MS * SAMPLES_PER_MS)
    const openness = (1 - Math.cos(TURN * syllable)) / 2
    // sin((n+1)φ) from the two before it, which is cheaper than a sine each.
    const turning = 2 * Math.cos(phase)
    let before = 0
    let sine = Math.sin(phase)
    let sample = 0
    for (let harmonic = 0; harmonic < harmonics; harmonic++) {
      sample += (CLOSED_VOWEL[harmonic]! + openness * (OPEN_VOWEL[harmonic]! - CLOSED_VOWEL[harmonic]!)) * sine
      ;[before, sine] = [sine, turning * sine - before]
    }
    sample *= BETWEEN_SYLLABLES + openness * (SYLLABLES[Math.floor(syllable)]! - BETWEEN_SYLLABLES)
    wave[index] = sample
    energy += sample * sample
  }
  const scale = RMS / Math.sqrt(energy / wave.length)
  return Int16Array.from(wave, (sample) => Math.round(sample * scale))
}

function fadeEnds(samples: Int16Array): void {
  const last = samples.length - 1
  for (let index = 0; index < Math.min(FADE_SAMPLES, samples.length / 2); index++) {
    const level = index / FADE_SAMPLES
    samples[index] = Math.round(samples[index]! * level)
    samples[last - index] = Math.round(samples[last - index]! * level)
  }
}
