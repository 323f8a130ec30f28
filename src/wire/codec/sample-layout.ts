/**
 * The samples of an uncompressed sound file, WAV or one of its relatives: how they lie in it, and how they are read as
 * one channel. Headers are read in `wav.ts`, `aiff.ts` and `au.ts`; they all end in a `SampleLayout`.
 */
import { WireError } from '../../lib/wire-error.ts'
import { ALAW_TO_LINEAR, ULAW_TO_LINEAR } from './g711.ts'

/** `pcm` is signed; 8-bit WAV is not. */
export type SampleEncoding = 'pcm' | 'unsigned-pcm' | 'float' | 'mulaw' | 'alaw'

export interface SampleFormat {
  readonly encoding: SampleEncoding
  /** Of one sample of one channel, as stored. */
  readonly bits: number
  readonly littleEndian: boolean
  readonly channels: number
  /** Hz. */
  readonly sampleRate: number
}

export interface SampleLayout extends SampleFormat {
  /** Where the samples begin, and how many bytes of them there are. */
  readonly dataOffset: number
  readonly dataBytes: number
  /** Rounded to the nearest millisecond. */
  readonly lengthMs: number
}

/** A file in order, in a coding that is not read here. */
export class CodingError extends WireError {
  /** In words for people: `GSM 6.10`. */
  readonly coding: string

  constructor(what: string, value: string, expected: string, coding: string) {
    super(what, value, expected)
    this.coding = coding
  }
}

const CHANNELS_MAX = 8
const SAMPLE_RATE_MIN = 1000
const SAMPLE_RATE_MAX = 384_000

/**
 * @param file what to call the file: `WAV`
 * @param dataBytes those that are there, not those that the header claims
 * @throws WireError when channels or sample rate are out of range, CodingError when no such samples are read here
 */
export function toLayout(
  file: string,
  format: SampleFormat,
  { dataOffset, dataBytes }: { readonly dataOffset: number; readonly dataBytes: number },
): SampleLayout {
  const { encoding, bits, channels, sampleRate } = format
  if (channels < 1 || channels > CHANNELS_MAX)
    throw new WireError(`${file} channels`, String(channels), `1 to ${CHANNELS_MAX}`)
  // Not a number fails too: the rate of an AIFF file is floating point.
  if (!(sampleRate >= SAMPLE_RATE_MIN && sampleRate <= SAMPLE_RATE_MAX))
    throw new WireError(`${file} sample rate`, String(sampleRate), `${SAMPLE_RATE_MIN} to ${SAMPLE_RATE_MAX} Hz`)
  if (!(`${encoding} ${bits}` in READERS)) {
    const expected = 'PCM of 8 to 32 bits, float of 32 or 64, µ-law or A-law of 8'
    throw new CodingError(`${file} bits per ${encoding} sample`, String(bits), expected, `${bits}-bit ${encoding}`)
  }
  const frames = Math.floor(dataBytes / ((channels * bits) / 8))
  return { ...format, dataOffset, dataBytes, lengthMs: Math.round((frames / sampleRate) * 1000) }
}

/** Frames (one sample a channel) that are wholly there. */
export const framesOf = ({ dataBytes, channels, bits }: SampleLayout): number =>
  Math.floor(dataBytes / ((channels * bits) / 8))

/**
 * Reads frames from `fromFrame` on until `into` is full or the samples end, channels averaged, full scale is 1.
 * @param file the bytes that `layout` describes
 * @returns how many frames were read
 */
export function mixFrames(file: Uint8Array, layout: SampleLayout, fromFrame: number, into: Float32Array): number {
  const { channels, bits, dataOffset } = layout
  const read = READERS[`${layout.encoding} ${bits}`]!(layout.littleEndian)
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const sampleBytes = bits / 8
  const frames = Math.min(into.length, framesOf(layout) - fromFrame)
  let at = dataOffset + fromFrame * channels * sampleBytes
  for (let frame = 0; frame < frames; frame++) {
    let sum = 0
    for (let channel = 0; channel < channels; channel++) {
      sum += read(view, at)
      at += sampleBytes
    }
    into[frame] = sum / channels
  }
  return Math.max(0, frames)
}

type ReadSample = (view: DataView, at: number) => number

const READERS: Readonly<Record<string, (little: boolean) => ReadSample>> = {
  'pcm 8': () => (view, at) => view.getInt8(at) / 0x80,
  'unsigned-pcm 8': () => (view, at) => (view.getUint8(at) - 0x80) / 0x80,
  'pcm 16': (little) => (view, at) => view.getInt16(at, little) / 0x8000,
  'pcm 24': (little) => {
    const [low, high] = little ? [0, 2] : [2, 0]
    return (view, at) =>
      ((view.getInt8(at + high) << 16) | (view.getUint8(at + 1) << 8) | view.getUint8(at + low)) / 0x80_0000
  },
  'pcm 32': (little) => (view, at) => view.getInt32(at, little) / 0x8000_0000,
  'float 32': (little) => (view, at) => clip(view.getFloat32(at, little)),
  'float 64': (little) => (view, at) => clip(view.getFloat64(at, little)),
  'mulaw 8': () => (view, at) => ULAW_TO_LINEAR[view.getUint8(at)]! / 0x8000,
  'alaw 8': () => (view, at) => ALAW_TO_LINEAR[view.getUint8(at)]! / 0x8000,
}

/** Floating point may hold anything; what is not a number is silence. */
function clip(sample: number): number {
  if (sample > 1) return 1
  if (sample < -1) return -1
  return Number.isNaN(sample) ? 0 : sample
}
