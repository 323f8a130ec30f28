/** What real phones of tests say: tones, and keys as tones; and how long there was any sound. */
import { formatWavHeader } from '../../src/wire/codec/wav-header.ts'

const SAMPLE_RATE = 8000
const AMPLITUDE = 8000

/** @param hz 0: silence */
export function toneSamples(hz: number, lengthMs: number): Int16Array {
  const step = (2 * Math.PI * hz) / SAMPLE_RATE
  return Int16Array.from({ length: (lengthMs * SAMPLE_RATE) / 1000 }, (_, at) => AMPLITUDE * Math.sin(step * at))
}

/** Keys of telephones, row by row; each is two tones, one of its row and one of its column (ITU-T Q.23). */
export const KEYS = '123A456B789C*0#D'
export const ROWS_HZ = [697, 770, 852, 941] as const
export const COLUMNS_HZ = [1209, 1336, 1477, 1633] as const
const KEY_MS = 100

/** Keys as tones, 100 ms each, with as much silence behind it. */
export function keySamples(keys: string): Int16Array {
  const silence = toneSamples(0, KEY_MS)
  const sounds = [...keys].flatMap((key) => {
    const at = KEYS.indexOf(key)
    const row = toneSamples(ROWS_HZ[Math.floor(at / COLUMNS_HZ.length)]!, KEY_MS)
    const column = toneSamples(COLUMNS_HZ[at % COLUMNS_HZ.length]!, KEY_MS)
    return [...row.map((sample, index) => (sample + column[index]!) / 2), ...silence]
  })
  return Int16Array.from(sounds)
}

/** 16-bit PCM, 8 kHz, one channel: one after the other. */
export function toWav(...sounds: readonly Int16Array[]): Buffer {
  const bytes = Buffer.concat(
    sounds.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
  )
  const header = formatWavHeader({ channels: 1, sampleRate: SAMPLE_RATE, dataBytes: bytes.length })
  return Buffer.concat([header, bytes])
}

export const toneWav = (hz: number, lengthMs: number): Buffer => toWav(toneSamples(hz, lengthMs))

const WINDOW_MS = 100
/** A lower mean is silence. */
const LOUD_RMS = 300

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
