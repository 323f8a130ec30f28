import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WireError } from '../../lib/wire-error.ts'
import { readWav } from './wav.ts'

const bytesOf = (...parts: (string | readonly number[] | Uint8Array)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Uint8Array.from(part))))

function numbers(little: boolean) {
  const u16 = (value: number) => (little ? [value & 255, value >> 8] : [value >> 8, value & 255])
  const u32 = (value: number) => {
    const bytes = Buffer.alloc(4)
    if (little) bytes.writeUInt32LE(value)
    else bytes.writeUInt32BE(value)
    return [...bytes]
  }
  return { u16, u32 }
}

interface Made {
  tag?: number
  channels?: number
  rate?: number
  bits?: number
  /** Bytes of samples that are there. */
  data?: number
  /** Bytes of samples that the header claims. */
  claimed?: number
  before?: Uint8Array
  extra?: readonly number[]
  little?: boolean
}

function aWav({
  tag = 1,
  channels = 1,
  rate = 8000,
  bits = 16,
  data = 0,
  claimed,
  before,
  extra = [],
  little = true,
}: Made = {}): Uint8Array {
  const { u16, u32 } = numbers(little)
  const align = (channels * bits) / 8
  const format = [
    ...u16(tag),
    ...u16(channels),
    ...u32(rate),
    ...u32((rate * align) % 2 ** 32),
    ...u16(align),
    ...u16(bits),
    ...extra,
  ]
  const body = bytesOf(
    'WAVE',
    before ?? [],
    'fmt ',
    u32(format.length),
    format,
    'data',
    u32(claimed ?? data),
    new Uint8Array(data),
  )
  return bytesOf(little ? 'RIFF' : 'RIFX', u32(body.length), body)
}

const PCM_GUID_TAIL = [...Buffer.from('000000001000800000aa00389b71', 'hex')]
const extensible = (subTag: number) => [
  ...numbers(true).u16(22),
  ...numbers(true).u16(8),
  0,
  0,
  0,
  0,
  ...numbers(true).u16(subTag),
  ...PCM_GUID_TAIL,
]
const listChunk = (size: number) => bytesOf('LIST', numbers(true).u32(size), new Uint8Array(size + (size % 2)))

for (const [name, made, expected] of [
  ['a second of 16-bit PCM', { data: 16_000 }, { lengthMs: 1000, encoding: 'pcm', sampleRate: 8000, channels: 1 }],
  [
    'stereo PCM at 44.1 kHz',
    { rate: 44_100, channels: 2, data: 176_400 },
    { lengthMs: 1000, encoding: 'pcm', sampleRate: 44_100, channels: 2 },
  ],
  [
    'half a second of µ-law',
    { tag: 7, bits: 8, data: 4000 },
    { lengthMs: 500, encoding: 'mulaw', sampleRate: 8000, channels: 1 },
  ],
  [
    'A-law with the extra size field',
    { tag: 6, bits: 8, data: 8, extra: [0, 0] },
    { lengthMs: 1, encoding: 'alaw', sampleRate: 8000, channels: 1 },
  ],
  [
    'extensible µ-law',
    { tag: 0xfffe, bits: 8, data: 8000, extra: extensible(7) },
    { lengthMs: 1000, encoding: 'mulaw', sampleRate: 8000, channels: 1 },
  ],
  [
    'big-endian PCM',
    { little: false, data: 16_000 },
    { lengthMs: 1000, encoding: 'pcm', sampleRate: 8000, channels: 1 },
  ],
  [
    'chunks before the format, one of odd size',
    { data: 1600, before: bytesOf(listChunk(3), listChunk(8)) },
    { lengthMs: 100, encoding: 'pcm', sampleRate: 8000, channels: 1 },
  ],
  [
    'floating point',
    { tag: 3, bits: 32, rate: 16_000, data: 32_000 },
    { lengthMs: 500, encoding: 'float', sampleRate: 16_000, channels: 1 },
  ],
  ['no samples', { data: 0 }, { lengthMs: 0, encoding: 'pcm', sampleRate: 8000, channels: 1 }],
  [
    'a stream that never got its size',
    { data: 1600, claimed: 0 },
    { lengthMs: 100, encoding: 'pcm', sampleRate: 8000, channels: 1 },
  ],
  [
    'a claim of 4 GiB over 100 ms of samples',
    { data: 1600, claimed: 0xffffffff },
    { lengthMs: 100, encoding: 'pcm', sampleRate: 8000, channels: 1 },
  ],
] as const) {
  test(`${name} has its length and encoding read`, () => {
    const { lengthMs, encoding, sampleRate, channels } = readWav(aWav(made))
    assert.deepEqual({ lengthMs, encoding, sampleRate, channels }, expected)
  })
}

test('the beginning of a file is enough when its size is known', () => {
  const whole = aWav({ data: 16_000 })
  assert.equal(readWav(whole.subarray(0, 44), whole.length).lengthMs, 1000)
})

test('bytes behind the samples are not counted', () => {
  assert.equal(readWav(bytesOf(aWav({ data: 1600 }), listChunk(400))).lengthMs, 100)
})

test('a header cut anywhere before the samples is refused, and never misread', () => {
  const whole = aWav({ data: 1600, before: listChunk(6) })
  const header = whole.length - 1600
  for (let length = 0; length < header; length++)
    assert.throws(() => readWav(whole.subarray(0, length)), WireError, `${length} bytes`)
  assert.doesNotThrow(() => readWav(whole.subarray(0, header)))
})

for (const [name, bytes] of [
  ['an MP3', bytesOf('ID3', [4, 0, 0, 0, 0, 0, 0])],
  ['HTML', bytesOf('<!DOCTYPE html><html></html>')],
  ['another RIFF form', bytesOf('RIFF', [4, 0, 0, 0], 'AVI LIST')],
  ['RF64', bytesOf('RF64', [255, 255, 255, 255], 'WAVEds64')],
  ['16-bit floating point', aWav({ tag: 3, bits: 16 })],
  ['GSM', aWav({ tag: 49 })],
  ['16-bit µ-law', aWav({ tag: 7 })],
  ['12-bit PCM', aWav({ bits: 12 })],
  ['no channels', aWav({ channels: 0 })],
  ['65,535 channels', aWav({ channels: 65_535, bits: 8 })],
  ['a sample rate of 0', aWav({ rate: 0 })],
  ['a sample rate of 1 Hz', aWav({ rate: 1 })],
  ['a sample rate of 4 GHz', aWav({ rate: 0xffffffff, bits: 8 })],
  ['an extensible format without its GUID', aWav({ tag: 0xfffe, extra: [0, 0] })],
  ['an extensible format with another GUID', aWav({ tag: 0xfffe, extra: [...extensible(1).slice(0, -1), 0] })],
  ['an extensible format in big-endian', aWav({ tag: 0xfffe, little: false, extra: extensible(1) })],
  ['samples before the format', bytesOf('RIFF', [0, 0, 0, 0], 'WAVEdata', [0, 0, 0, 0])],
  [
    'a format chunk of 4 bytes',
    bytesOf('RIFF', [0, 0, 0, 0], 'WAVEfmt ', [4, 0, 0, 0, 1, 0, 1, 0], 'data', [0, 0, 0, 0]),
  ],
  ['a chunk that claims 4 GiB', bytesOf('RIFF', [0, 0, 0, 0], 'WAVELIST', [255, 255, 255, 255])],
  ['endless empty chunks', bytesOf('RIFF', [0, 0, 0, 0], 'WAVE', new Uint8Array(8 * 10_000))],
] as const) {
  test(`${name} is refused as not a WAV file we read`, () => {
    assert.throws(() => readWav(bytes), WireError)
  })
}
