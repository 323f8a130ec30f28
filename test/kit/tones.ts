/** Tones as WAV files, and how much of each is in what was heard. For tests with real phones, whose sound nobody hears. */
import { formatWavHeader } from '../../src/wire/codec/wav-header.ts'
import { powerAt } from './wav-file.ts'

const SAMPLE_RATE = 8000
const AMPLITUDE = 8000

/** @param hz 0: silence */
export function toneSamples(hz: number, lengthMs: number): Int16Array {
  const step = (2 * Math.PI * hz) / SAMPLE_RATE
  return Int16Array.from({ length: (lengthMs * SAMPLE_RATE) / 1000 }, (_, at) => AMPLITUDE * Math.sin(step * at))
}

/** 16-bit PCM, 8 kHz, one channel. */
export function toWav(samples: Int16Array): Buffer {
  const header = formatWavHeader({ channels: 1, sampleRate: SAMPLE_RATE, dataBytes: samples.byteLength })
  return Buffer.concat([header, Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)])
}

export const toneWav = (hz: number, lengthMs: number): Buffer => toWav(toneSamples(hz, lengthMs))

const WINDOW_MS = 100
/** A lower mean is silence. */
const LOUD_RMS = 300

/** For how long each tone was heard, in ms: windows of 100 ms in which it has most of, or an even part in, the power. */
export function heardMs<Hz extends number>(samples: Int16Array, ...tones: readonly Hz[]): Record<Hz, number> {
  const found = Object.fromEntries(tones.map((hz) => [hz, 0])) as Record<Hz, number>
  const lengthMs = (samples.length * 1000) / SAMPLE_RATE
  for (let from = 0; from + WINDOW_MS <= lengthMs; from += WINDOW_MS) {
    if (rms(samples, from) < LOUD_RMS) continue
    for (const hz of tones) if (powerAt(samples, hz, from, from + WINDOW_MS) > 0.2) found[hz] += WINDOW_MS
  }
  return found
}

/** Stretches of 100 ms in which there is any sound. */
export function soundMs(samples: Int16Array): number {
  let found = 0
  for (let from = 0; from + WINDOW_MS <= (samples.length * 1000) / SAMPLE_RATE; from += WINDOW_MS)
    if (rms(samples, from) >= LOUD_RMS) found += WINDOW_MS
  return found
}

function rms(samples: Int16Array, fromMs: number): number {
  const from = (fromMs * SAMPLE_RATE) / 1000
  const window = samples.subarray(from, from + (WINDOW_MS * SAMPLE_RATE) / 1000)
  return Math.sqrt(window.reduce((sum, sample) => sum + sample ** 2, 0) / window.length)
}
