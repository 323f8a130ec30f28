/** A WAV file of ours as numbers: 16-bit PCM, one or two channels. For tests that look at sound. */
import { readWav } from '../../src/wire/codec/wav.ts'

export interface WavFile {
  readonly sampleRate: number
  readonly lengthMs: number
  /** Samples by channel. */
  readonly channels: readonly Int16Array[]
}

export function parseWav(bytes: Uint8Array): WavFile {
  const header = readWav(bytes)
  const { channels: count, sampleRate, dataOffset, dataBytes } = header
  const view = new DataView(bytes.buffer, bytes.byteOffset + dataOffset, dataBytes)
  const frames = Math.floor(dataBytes / (2 * count))
  const channels = Array.from({ length: count }, (_, channel) =>
    Int16Array.from({ length: frames }, (_, at) => view.getInt16(2 * (at * count + channel), true)),
  )
  return { sampleRate, lengthMs: (frames / sampleRate) * 1000, channels }
}

/** Stretches louder than silence, in milliseconds: gaps below `gapMs` do not part them. */
export function soundings(samples: Int16Array, gapMs = 100): [fromMs: number, toMs: number][] {
  const found: [number, number][] = []
  const window = 80
  for (let from = 0; from + window <= samples.length; from += window) {
    let sum = 0
    for (let at = from; at < from + window; at++) sum += samples[at]! ** 2
    if (Math.sqrt(sum / window) < 200) continue
    const last = found.at(-1)
    if (last && from / 8 - last[1] < gapMs) last[1] = (from + window) / 8
    else found.push([from / 8, (from + window) / 8])
  }
  return found
}

/** Share of a stretch's power that is at one frequency, 0 to 1. */
export function powerAt(samples: Int16Array, frequencyHz: number, fromMs: number, toMs: number): number {
  let re = 0
  let im = 0
  let power = 0
  const from = Math.round(fromMs * 8)
  const to = Math.min(samples.length, Math.round(toMs * 8))
  for (let at = from; at < to; at++) {
    const angle = (2 * Math.PI * frequencyHz * at) / 8000
    re += samples[at]! * Math.cos(angle)
    im += samples[at]! * Math.sin(angle)
    power += samples[at]! ** 2
  }
  return power === 0 ? 0 : (2 * (re ** 2 + im ** 2)) / ((to - from) * power)
}
