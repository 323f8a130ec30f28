/**
 * The header of a WAV file: RIFF chunks (Microsoft multimedia RIFF, 1991) up to the samples, which are not touched. It
 * tells how long a file plays and in which encoding. Read: PCM, µ-law and A-law, plain or as WAVE_FORMAT_EXTENSIBLE,
 * little-endian (`RIFF`) or big-endian (`RIFX`). Left out: floating point, ADPCM, GSM, RF64.
 */
import { WireError } from '../../lib/wire-error.ts'

export type WavEncoding = 'pcm' | 'mulaw' | 'alaw'

export interface WavHeader {
  readonly encoding: WavEncoding
  readonly sampleRate: number
  readonly channels: number
  /** Of one sample of one channel. */
  readonly bits: number
  /** Where the samples begin, and how many bytes of them there are. */
  readonly dataOffset: number
  readonly dataBytes: number
  /** Rounded to the nearest millisecond. */
  readonly lengthMs: number
}

/** A header this long before the samples is no header. */
const CHUNKS_MAX = 64
const CHANNELS_MAX = 8
const SAMPLE_RATE_MAX = 384_000
const EXTENSIBLE = 0xfffe
/** In a SubFormat GUID the tag stands first, followed by these bytes. */
const GUID_TAIL = '000000001000800000aa00389b71'
const ENCODINGS: Readonly<Record<number, WavEncoding>> = { 1: 'pcm', 6: 'alaw', 7: 'mulaw' }

/**
 * @param bytes the file, or as much of its beginning as holds everything before the samples
 * @param fileBytes the size of the whole file, when `bytes` is only its beginning. A header may claim more samples than
 *   the file has (streams are written with a size of 0 or 4 GiB): only what is there counts.
 * @throws WireError for everything that is not such a file, and when the header is cut off.
 */
export function readWav(bytes: Uint8Array, fileBytes: number = bytes.byteLength): WavHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const magic = ascii(view, 0, 4)
  if (magic !== 'RIFF' && magic !== 'RIFX') throw new WireError('WAV file', magic, 'RIFF or RIFX at its beginning')
  const little = magic === 'RIFF'
  const form = ascii(view, 8, 4)
  if (form !== 'WAVE') throw new WireError('RIFF form', form, 'WAVE')

  let format: Format | null = null
  let at = 12
  for (let chunk = 0; chunk < CHUNKS_MAX; chunk++) {
    //  0       4       8
    //  | id    | size  | size bytes, then one more when size is odd
    const id = ascii(view, at, 4)
    const claimed = uint32(view, at + 4, little)
    const body = at + 8
    if (id === 'data') {
      if (!format) throw new WireError('WAV chunk', id, 'fmt before data')
      return toHeader(format, body, claimed, fileBytes)
    }
    if (id === 'fmt ') format = readFormat(view, body, claimed, little)
    at = body + claimed + (claimed % 2)
  }
  throw new WireError('WAV header', `${CHUNKS_MAX} chunks`, 'samples before that')
}

interface Format {
  readonly encoding: WavEncoding
  readonly channels: number
  readonly sampleRate: number
  readonly bits: number
}

//  0     2          4            8           12           14     16      18           20            24
//  | tag | channels | sampleRate | byteRate  | blockAlign | bits | extra | valid bits | channel mask | SubFormat (16)
function readFormat(view: DataView, at: number, size: number, little: boolean): Format {
  if (size < 16) throw new WireError('WAV fmt chunk', `${size} bytes`, 'at least 16')
  const tag = uint16(view, at, little)
  const encoding = ENCODINGS[tag === EXTENSIBLE ? subFormat(view, at, size, little) : tag]
  if (!encoding) throw new WireError('WAV format tag', `0x${tag.toString(16)}`, 'PCM (1), A-law (6) or µ-law (7)')
  const channels = uint16(view, at + 2, little)
  if (channels < 1 || channels > CHANNELS_MAX)
    throw new WireError('WAV channels', String(channels), `1 to ${CHANNELS_MAX}`)
  const sampleRate = uint32(view, at + 4, little)
  if (sampleRate < 1 || sampleRate > SAMPLE_RATE_MAX) {
    throw new WireError('WAV sample rate', String(sampleRate), `1 to ${SAMPLE_RATE_MAX} Hz`)
  }
  const bits = uint16(view, at + 14, little)
  const allowed = encoding === 'pcm' ? [8, 16, 24, 32] : [8]
  if (!allowed.includes(bits)) throw new WireError(`WAV bits per ${encoding} sample`, String(bits), allowed.join(', '))
  return { encoding, channels, sampleRate, bits }
}

function subFormat(view: DataView, at: number, size: number, little: boolean): number {
  if (!little) throw new WireError('WAV format tag', '0xfffe in RIFX', 'extensible formats in RIFF only')
  if (size < 40) throw new WireError('WAV extensible fmt chunk', `${size} bytes`, 'at least 40')
  let tail = ''
  for (let offset = 26; offset < 40; offset++) {
    tail += uint8(view, at + offset)
      .toString(16)
      .padStart(2, '0')
  }
  if (tail !== GUID_TAIL) throw new WireError('WAV SubFormat', tail, GUID_TAIL)
  return uint16(view, at + 24, little)
}

function toHeader(format: Format, dataOffset: number, claimed: number, fileBytes: number): WavHeader {
  const present = Math.max(0, fileBytes - dataOffset)
  // A size of 0 with bytes behind it is a stream whose writer never came back to fill it in.
  const dataBytes = claimed === 0 ? present : Math.min(claimed, present)
  const frameBytes = (format.channels * format.bits) / 8
  const lengthMs = Math.round((Math.floor(dataBytes / frameBytes) / format.sampleRate) * 1000)
  return { ...format, dataOffset, dataBytes, lengthMs }
}

function ascii(view: DataView, at: number, length: number): string {
  let text = ''
  for (let offset = 0; offset < length; offset++) text += String.fromCharCode(uint8(view, at + offset))
  return text
}

function uint8(view: DataView, at: number): number {
  need(view, at, 1)
  return view.getUint8(at)
}

function uint16(view: DataView, at: number, little: boolean): number {
  need(view, at, 2)
  return view.getUint16(at, little)
}

function uint32(view: DataView, at: number, little: boolean): number {
  need(view, at, 4)
  return view.getUint32(at, little)
}

function need(view: DataView, at: number, length: number): void {
  if (at + length > view.byteLength) {
    throw new WireError('WAV header', `${view.byteLength} bytes`, `more: it goes on at byte ${at}`)
  }
}
