/**
 * The header of a WAV file: RIFF chunks (Microsoft multimedia RIFF, 1991) up to the samples, which are not touched. It
 * tells how long a file plays and in which encoding. Read: PCM, floating point, µ-law and A-law, plain or as
 * WAVE_FORMAT_EXTENSIBLE, little-endian (`RIFF`) or big-endian (`RIFX`). Left out: ADPCM, GSM, RF64.
 */
import { WireError } from '../../lib/wire-error.ts'
import { ascii, readChunks } from './iff-chunks.ts'
import { CodingError, type SampleEncoding, type SampleFormat, type SampleLayout, toLayout } from './sample-layout.ts'

export type WavHeader = SampleLayout

const EXTENSIBLE = 0xfffe
/** In a SubFormat GUID the tag stands first, followed by these bytes. */
const GUID_TAIL = '000000001000800000aa00389b71'
const ENCODINGS: Readonly<Record<number, SampleEncoding>> = { 1: 'pcm', 3: 'float', 6: 'alaw', 7: 'mulaw' }
/** Some that are met and not read here, for the message. */
const FOREIGN: Readonly<Record<number, string>> = {
  2: 'Microsoft ADPCM',
  17: 'IMA ADPCM',
  49: 'GSM 6.10',
  80: 'MPEG audio',
  85: 'MP3',
  255: 'AAC',
}

/**
 * @param bytes the file, or as much of its beginning as holds everything before the samples
 * @param fileBytes the size of the whole file, when `bytes` is only its beginning. A header may claim more samples than
 *   the file has (streams are written with a size of 0 or 4 GiB): only what is there counts.
 * @throws WireError for everything that is not such a file, and when the header is cut off; CodingError when it is a WAV
 *   file in another encoding.
 */
export function readWav(bytes: Uint8Array, fileBytes: number = bytes.byteLength): WavHeader {
  const magic = ascii(bytes, 0, 4)
  if (magic !== 'RIFF' && magic !== 'RIFX') throw new WireError('WAV file', magic, 'RIFF or RIFX at its beginning')
  const littleEndian = magic === 'RIFF'
  const form = ascii(bytes, 8, 4)
  if (form !== 'WAVE') throw new WireError('RIFF form', form, 'WAVE')

  let format: SampleFormat | null = null
  for (const { id, offset, claimed, body } of readChunks(bytes, 12, littleEndian)) {
    if (id === 'fmt ') format = readFormat(body, littleEndian)
    if (id !== 'data') continue
    if (!format) throw new WireError('WAV chunk', id, 'fmt before data')
    const present = Math.max(0, fileBytes - offset)
    // A size of 0 with bytes behind it is a stream whose writer never came back to fill it in.
    const dataBytes = claimed === 0 ? present : Math.min(claimed, present)
    return toLayout('WAV', format, { dataOffset: offset, dataBytes })
  }
  throw new WireError('WAV header', `${bytes.byteLength} bytes`, 'samples after it')
}

//  0     2          4            8           12           14     16      18           20            24
//  | tag | channels | sampleRate | byteRate  | blockAlign | bits | extra | valid bits | channel mask | SubFormat (16)
//
// byteRate and blockAlign follow from the others; where they contradict them they are wrong more often than not.
function readFormat(body: DataView, littleEndian: boolean): SampleFormat {
  if (body.byteLength < 16) throw new WireError('WAV fmt chunk', `${body.byteLength} bytes`, 'at least 16')
  const outer = body.getUint16(0, littleEndian)
  const tag = outer === EXTENSIBLE ? subFormat(body, littleEndian) : outer
  const encoding = ENCODINGS[tag]
  if (!encoding) {
    const name = `0x${tag.toString(16)}`
    const expected = 'PCM (1), floating point (3), A-law (6) or µ-law (7)'
    throw new CodingError('WAV format tag', name, expected, FOREIGN[tag] ?? `format ${name}`)
  }
  const bits = body.getUint16(14, littleEndian)
  return {
    encoding: encoding === 'pcm' && bits === 8 ? 'unsigned-pcm' : encoding,
    bits,
    littleEndian,
    channels: body.getUint16(2, littleEndian),
    sampleRate: body.getUint32(4, littleEndian),
  }
}

function subFormat(body: DataView, littleEndian: boolean): number {
  if (!littleEndian) throw new WireError('WAV format tag', '0xfffe in RIFX', 'extensible formats in RIFF only')
  if (body.byteLength < 40) throw new WireError('WAV extensible fmt chunk', `${body.byteLength} bytes`, 'at least 40')
  const tail = Buffer.from(body.buffer as ArrayBuffer, body.byteOffset + 26, 14).toString('hex')
  if (tail !== GUID_TAIL) throw new WireError('WAV SubFormat', tail, GUID_TAIL)
  return body.getUint16(24, littleEndian)
}
