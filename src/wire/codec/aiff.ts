/**
 * The header of an AIFF file (Apple, 1989) or an uncompressed AIFF-C file (1991): IFF chunks, big-endian. Unlike in WAV
 * the chunk that describes the samples may stand behind them. Left out: compressed AIFF-C.
 */
import { WireError } from '../../lib/wire-error.ts'
import { ascii, readChunks } from './iff-chunks.ts'
import { CodingError, type SampleEncoding, type SampleFormat, type SampleLayout, toLayout } from './sample-layout.ts'

/** Compression types that are none. Bits where the type fixes them: many files say 16 for µ-law. */
const UNCOMPRESSED: Readonly<Record<string, { encoding: SampleEncoding; bits?: number; littleEndian?: true }>> = {
  NONE: { encoding: 'pcm' },
  twos: { encoding: 'pcm' },
  sowt: { encoding: 'pcm', littleEndian: true },
  in24: { encoding: 'pcm', bits: 24 },
  in32: { encoding: 'pcm', bits: 32 },
  'raw ': { encoding: 'unsigned-pcm' },
  fl32: { encoding: 'float', bits: 32 },
  FL32: { encoding: 'float', bits: 32 },
  fl64: { encoding: 'float', bits: 64 },
  FL64: { encoding: 'float', bits: 64 },
  ulaw: { encoding: 'mulaw', bits: 8 },
  ULAW: { encoding: 'mulaw', bits: 8 },
  alaw: { encoding: 'alaw', bits: 8 },
  ALAW: { encoding: 'alaw', bits: 8 },
}

/** @throws WireError for everything that is not such a file; CodingError when it is AIFF-C in another encoding. */
export function readAiff(bytes: Uint8Array): SampleLayout {
  const magic = ascii(bytes, 0, 4)
  if (magic !== 'FORM') throw new WireError('AIFF file', magic, 'FORM at its beginning')
  const form = ascii(bytes, 8, 4)
  if (form !== 'AIFF' && form !== 'AIFC') throw new WireError('IFF form', form, 'AIFF or AIFC')

  let format: SampleFormat | null = null
  let samples: { dataOffset: number; dataBytes: number } | null = null
  for (const { id, offset, claimed, body } of readChunks(bytes, 12, false)) {
    if (id === 'COMM') format = readCommon(body, form === 'AIFC')
    if (id === 'SSND') samples = findSamples(body, { offset, claimed, fileBytes: bytes.byteLength })
    if (format && samples) return toLayout('AIFF', format, samples)
  }
  throw new WireError('AIFF header', `${bytes.byteLength} bytes`, 'a COMM and an SSND chunk')
}

//  0          2        6      8                         18
//  | channels | frames | bits | sample rate (extended)  | compression type (AIFC only)
//
// The frames are not looked at: writers that stream leave them 0, and the samples' own chunk has a size.
function readCommon(body: DataView, isAifc: boolean): SampleFormat {
  const need = isAifc ? 22 : 18
  if (body.byteLength < need) throw new WireError('AIFF COMM chunk', `${body.byteLength} bytes`, `at least ${need}`)
  const type = isAifc ? ascii(new Uint8Array(body.buffer, body.byteOffset + 18, 4), 0, 4) : 'NONE'
  const coding = UNCOMPRESSED[type]
  if (!coding)
    throw new CodingError('AIFF-C compression type', type, Object.keys(UNCOMPRESSED).join(' '), `“${type.trim()}”`)
  return {
    encoding: coding.encoding,
    // Samples of 12 bits lie left-justified in 16.
    bits: coding.bits ?? Math.ceil(body.getUint16(6) / 8) * 8,
    littleEndian: coding.littleEndian ?? false,
    channels: body.getUint16(0),
    sampleRate: Math.round(readExtended(body, 8)),
  }
}

//  0        4            8
//  | offset | block size | offset bytes, then samples
function findSamples(
  body: DataView,
  { offset, claimed, fileBytes }: { offset: number; claimed: number; fileBytes: number },
): { dataOffset: number; dataBytes: number } {
  if (body.byteLength < 8) throw new WireError('AIFF SSND chunk', `${body.byteLength} bytes`, 'at least 8')
  const skipped = 8 + body.getUint32(0)
  const present = Math.min(claimed, fileBytes - offset)
  return { dataOffset: offset + skipped, dataBytes: Math.max(0, present - skipped) }
}

//  0                    2                                  10
//  | sign 1 exponent 15 | mantissa 64, its first bit is whole |     IEEE 754 extended, not finite when the exponent is full
function readExtended(body: DataView, at: number): number {
  const exponent = body.getUint16(at)
  const mantissa = body.getUint32(at + 2) * 2 ** 32 + body.getUint32(at + 6)
  if ((exponent & 0x7fff) === 0x7fff) return Number.NaN
  const magnitude = mantissa * 2 ** ((exponent & 0x7fff) - 16_383 - 63)
  return exponent & 0x8000 ? -magnitude : magnitude
}
