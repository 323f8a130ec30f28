/** A sound in which each sample tells its place, and the comparison of a recording's file with it, sample by sample. */
import { readFileSync } from 'node:fs'
import { fromUlaw } from '../src/wire/codec/g711.ts'
import { formatWavHeader, WAV_HEADER_BYTES } from '../src/wire/codec/wav-header.ts'

const RATE_HZ = 8000
/** So many samples tell their place. */
const KNOWN_BY = 64

/** Noise of samples that µ-law carries unchanged, none of them 0. The same for the same seed. */
export function noise(seconds: number, seed: number): Int16Array {
  let state = seed
  const codes = Uint8Array.from({ length: seconds * RATE_HZ }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const code = state >>> 24
    // These two are 0.
    return (code & 0x7f) === 0x7f ? code - 1 : code
  })
  return fromUlaw(codes)
}

export function toWav(samples: Int16Array): Buffer {
  const header = formatWavHeader({ channels: 1, sampleRate: RATE_HZ, dataBytes: samples.byteLength })
  return Buffer.concat([header, Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)])
}

export interface Compared {
  readonly lengthMs: number
  /** How long after the beginning of the file each channel's sound began; below 0 when it began before. */
  readonly beginsMs: readonly number[]
  /** Samples that are not what was played, those that are missing at its beginning included. */
  readonly wrong: number
  /** Of the sounds, how much is in the file; the shorter one. */
  readonly soundMs: number
}

/**
 * A file of two channels whose sounds begin a little before or some time after it does, and go on to its end or to
 * their own.
 * @throws Error when the header does not count what is there
 */
export function compare(path: string, sources: readonly [Int16Array, Int16Array], isRunning: boolean): Compared {
  const file = readFileSync(path)
  const counted = file.readUInt32LE(40)
  const there = file.length - WAV_HEADER_BYTES
  if (file.readUInt16LE(22) !== 2 || file.readUInt32LE(24) !== RATE_HZ)
    throw new Error(`${path}: not two channels at 8 kHz`)
  if (file.readUInt32LE(4) !== counted + WAV_HEADER_BYTES - 8) throw new Error(`${path}: the header's sizes differ`)
  if (isRunning ? counted > there : counted !== there)
    throw new Error(`${path}: the header counts ${counted} bytes of ${there}`)
  const samples = new Int16Array(new Uint8Array(file.subarray(WAV_HEADER_BYTES, WAV_HEADER_BYTES + counted)).buffer)
  const frames = samples.length / 2
  let wrong = 0
  const begins = sources.map((source, channel) => {
    const content = Int16Array.from({ length: frames }, (_, at) => samples[2 * at + channel]!)
    const first = Math.max(
      0,
      content.findIndex((sample) => sample !== 0),
    )
    const begin = first - placeIn(source, content.subarray(first, first + KNOWN_BY))
    wrong += first - Math.max(0, begin)
    for (let at = first; at < frames; at++) if (content[at] !== (source[at - begin] ?? 0)) wrong++
    return begin
  })
  const ms = (count: number) => (count / RATE_HZ) * 1000
  const soundMs = Math.min(
    ...begins.map((begin, channel) => ms(Math.min(frames, sources[channel]!.length + begin) - Math.max(0, begin))),
  )
  return { lengthMs: ms(frames), beginsMs: begins.map(ms), wrong, soundMs }
}

/** Where in the first second of the source these samples are; 0 when they are nowhere. */
function placeIn(source: Int16Array, samples: Int16Array): number {
  for (let place = 0; place < RATE_HZ; place++)
    if (samples.every((sample, at) => sample === source[place + at])) return place
  return 0
}
