/** The header of an AU file (Sun, 1992), the usual wrapping of µ-law where `audio/basic` comes with one. Big-endian. */
import { WireError } from '../../lib/wire-error.ts'
import { ascii } from './iff-chunks.ts'
import { CodingError, type SampleEncoding, type SampleLayout, toLayout } from './sample-layout.ts'

const ENCODINGS: Readonly<Record<number, readonly [SampleEncoding, number]>> = {
  1: ['mulaw', 8],
  2: ['pcm', 8],
  3: ['pcm', 16],
  4: ['pcm', 24],
  5: ['pcm', 32],
  6: ['float', 32],
  7: ['float', 64],
  27: ['alaw', 8],
}

/** @throws WireError for everything that is not such a file; CodingError when it is one in another encoding. */
export function readAu(bytes: Uint8Array): SampleLayout {
  const magic = ascii(bytes, 0, 4)
  if (magic !== '.snd') throw new WireError('AU file', magic, '.snd at its beginning')
  if (bytes.byteLength < 24) throw new WireError('AU header', `${bytes.byteLength} bytes`, 'at least 24')
  //  0      4             8            12         16           20         24
  //  | .snd | data offset | data bytes | encoding | sampleRate | channels | text up to the data
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const dataOffset = view.getUint32(4)
  if (dataOffset < 24) throw new WireError('AU data offset', String(dataOffset), 'at least 24')
  const code = view.getUint32(12)
  const [encoding, bits] = ENCODINGS[code] ?? []
  if (!encoding || !bits) {
    const known = Object.keys(ENCODINGS).join(' ')
    throw new CodingError('AU encoding', String(code), known, `encoding ${code}`)
  }
  // A size of 4 GiB less one stands for "not known"; only what is there counts anyway.
  const dataBytes = Math.min(view.getUint32(8), Math.max(0, bytes.byteLength - dataOffset))
  const format = { encoding, bits, littleEndian: false, channels: view.getUint32(20), sampleRate: view.getUint32(16) }
  return toLayout('AU', format, { dataOffset, dataBytes })
}
