/** For tests: sound files made of tones, and what a telephone would hear of them. */
import { encodeUlaw, fromUlaw } from './g711.ts'

export interface Tone {
  readonly hz: number
  readonly sampleRate: number
  readonly lengthMs: number
  /** 1 is full scale. Default a half. */
  readonly amplitude?: number
}

export function toneSamples({ hz, sampleRate, lengthMs, amplitude = 0.5 }: Tone): Float32Array {
  const samples = new Float32Array(Math.round((sampleRate * lengthMs) / 1000))
  for (let at = 0; at < samples.length; at++) samples[at] = amplitude * Math.sin((2 * Math.PI * hz * at) / sampleRate)
  return samples
}

export type Coding = 'pcm8' | 'pcm8u' | 'pcm16' | 'pcm24' | 'pcm32' | 'float32' | 'float64' | 'mulaw' | 'alaw'

const BITS: Record<Coding, number> = {
  pcm8: 8,
  pcm8u: 8,
  pcm16: 16,
  pcm24: 24,
  pcm32: 32,
  float32: 32,
  float64: 64,
  mulaw: 8,
  alaw: 8,
}

/** Channels of the same length, interleaved. */
export function encodeSamples(channels: readonly Float32Array[], coding: Coding, littleEndian: boolean): Buffer {
  const bytes = BITS[coding] / 8
  const frames = channels[0]!.length
  const out = Buffer.alloc(frames * channels.length * bytes)
  let at = 0
  for (let frame = 0; frame < frames; frame++) {
    for (const channel of channels) {
      encodeSample(out, at, channel[frame]!, coding)
      if (!littleEndian) out.subarray(at, at + bytes).reverse()
      at += bytes
    }
  }
  return out
}

function encodeSample(out: Buffer, at: number, sample: number, coding: Coding): void {
  if (coding === 'float32') out.writeFloatLE(sample, at)
  else if (coding === 'float64') out.writeDoubleLE(sample, at)
  else if (coding === 'mulaw') out[at] = encodeUlaw(Math.round(sample * 32_767))
  else if (coding === 'alaw') out[at] = encodeAlaw(Math.round(sample * 32_767))
  else {
    const bits = BITS[coding]
    const value = Math.round(sample * (2 ** (bits - 1) - 1))
    if (coding === 'pcm8u') out[at] = value + 128
    else out.writeIntLE(value, at, bits / 8)
  }
}

/** ITU-T G.711; the product only reads A-law. */
function encodeAlaw(sample: number): number {
  const sign = sample < 0 ? 0 : 0x80
  const magnitude = Math.min(Math.abs(sample), 32_767) >> 3
  const exponent = Math.max(0, 31 - Math.clz32(magnitude | 1) - 4)
  const mantissa = (exponent === 0 ? magnitude >> 1 : magnitude >> exponent) & 0x0f
  return (sign | ((magnitude < 32 ? magnitude >> 4 : exponent) << 4) | mantissa) ^ 0x55
}

const WAV_TAGS: Record<Coding, number> = {
  pcm8: 1,
  pcm8u: 1,
  pcm16: 1,
  pcm24: 1,
  pcm32: 1,
  float32: 3,
  float64: 3,
  mulaw: 7,
  alaw: 6,
}

export interface MadeWav {
  readonly channels: readonly Float32Array[]
  readonly sampleRate: number
  readonly coding: Coding
  readonly littleEndian?: boolean
  readonly extensible?: boolean
  /** Instead of what fits the samples. */
  readonly claims?: { readonly dataBytes?: number; readonly blockAlign?: number; readonly tag?: number }
}

export function makeWav({ channels, sampleRate, coding, littleEndian = true, extensible, claims }: MadeWav): Buffer {
  const data = encodeSamples(channels, coding, littleEndian)
  const align = (channels.length * BITS[coding]) / 8
  const format = Buffer.alloc(extensible ? 40 : 16)
  const tag = claims?.tag ?? WAV_TAGS[coding]
  const u16 = (value: number, at: number) =>
    littleEndian ? format.writeUInt16LE(value, at) : format.writeUInt16BE(value, at)
  const u32 = (value: number, at: number) =>
    littleEndian ? format.writeUInt32LE(value, at) : format.writeUInt32BE(value, at)
  u16(extensible ? 0xfffe : tag, 0)
  u16(channels.length, 2)
  u32(sampleRate, 4)
  u32(Math.min(sampleRate * align, 0xffffffff), 8)
  u16(claims?.blockAlign ?? align, 12)
  u16(BITS[coding], 14)
  if (extensible) {
    u16(22, 16)
    u16(BITS[coding], 18)
    u16(tag, 24)
    format.write('000000001000800000aa00389b71', 26, 'hex')
  }
  const body = [
    Buffer.from('WAVE'),
    chunk('fmt ', format, { littleEndian }),
    chunk('data', data, { littleEndian, claimed: claims?.dataBytes }),
  ]
  return chunk(littleEndian ? 'RIFF' : 'RIFX', Buffer.concat(body), { littleEndian })
}

/** @param options.claimed size that its header claims */
export function chunk(
  id: string,
  body: Uint8Array,
  options: { readonly littleEndian?: boolean; readonly claimed?: number | undefined } = {},
): Buffer {
  const size = Buffer.alloc(4)
  const claimed = options.claimed ?? body.length
  if (options.littleEndian) size.writeUInt32LE(claimed)
  else size.writeUInt32BE(claimed)
  return Buffer.concat([Buffer.from(id, 'latin1'), size, body, Buffer.alloc(body.length % 2)])
}

/** IEEE 754 extended, of a positive number with at most 32 bits. */
export function extended(value: number): Buffer {
  const bytes = Buffer.alloc(10)
  const exponent = Math.floor(Math.log2(value))
  bytes.writeUInt16BE(16_383 + exponent, 0)
  bytes.writeUInt32BE(Math.floor(value * 2 ** (31 - exponent)), 2)
  return bytes
}

export interface MadeAiff {
  readonly channels: readonly Float32Array[]
  readonly sampleRate: number
  readonly coding: Coding
  /** Of AIFF-C; null makes an AIFF. */
  readonly type: string | null
  /** Of the sample rate, instead of its own ten bytes. */
  readonly rateBytes?: Buffer
  /** The description stands behind the samples. */
  readonly late?: boolean
}

export function makeAiff({ channels, sampleRate, coding, type, rateBytes, late }: MadeAiff): Buffer {
  const common = Buffer.alloc(8)
  common.writeUInt16BE(channels.length, 0)
  common.writeUInt32BE(channels[0]!.length, 2)
  common.writeUInt16BE(coding === 'mulaw' || coding === 'alaw' ? 16 : BITS[coding], 6)
  const name = type === null ? [] : [Buffer.from(type, 'latin1'), Buffer.from([3, 0x61, 0x62, 0x63])]
  const comm = chunk('COMM', Buffer.concat([common, rateBytes ?? extended(sampleRate), ...name]))
  const samples = encodeSamples(channels, coding, type === 'sowt')
  const ssnd = chunk('SSND', Buffer.concat([Buffer.alloc(8), samples]))
  return chunk(
    'FORM',
    Buffer.concat([Buffer.from(type === null ? 'AIFF' : 'AIFC'), ...(late ? [ssnd, comm] : [comm, ssnd])]),
  )
}

export function makeAu(channels: readonly Float32Array[], sampleRate: number, coding: Coding, code: number): Buffer {
  const header = Buffer.alloc(28)
  header.write('.snd')
  for (const [index, value] of [28, 0xffffffff, code, sampleRate, channels.length].entries())
    header.writeUInt32BE(value, 4 + 4 * index)
  return Buffer.concat([header, encodeSamples(channels, coding, false)])
}

export interface Heard {
  /** By the time between upward crossings of zero. */
  readonly hz: number
  /** Of a sine, by its power; 1 is full scale. */
  readonly amplitude: number
  readonly lengthMs: number
}

/** Of one tone, without its first and last tenth. */
export function hear(ulaw: Uint8Array): Heard {
  const samples = fromUlaw(ulaw)
  const middle = samples.subarray(Math.floor(samples.length * 0.1), Math.ceil(samples.length * 0.9))
  const crossings: number[] = []
  let power = 0
  for (let at = 1; at < middle.length; at++) {
    const [before, now] = [middle[at - 1]!, middle[at]!]
    if (before < 0 && now >= 0) crossings.push(at - now / (now - before))
    power += (now / 32_768) ** 2
  }
  const periods = crossings.length - 1
  return {
    hz: periods > 0 ? (8000 * periods) / (crossings.at(-1)! - crossings[0]!) : 0,
    amplitude: Math.sqrt((2 * power) / middle.length),
    lengthMs: ulaw.length / 8,
  }
}
