/**
 * Who decodes a file. How it begins decides; only where that tells nothing its media type does. Reads headers, never
 * samples, so it costs nothing on the main thread.
 */
import { WireError } from '../../lib/wire-error.ts'
import { readAiff } from '../../wire/codec/aiff.ts'
import { readAu } from '../../wire/codec/au.ts'
import { CodingError, framesOf, type SampleLayout } from '../../wire/codec/sample-layout.ts'
import { type FileKind, isLikeGsm, sniff } from '../../wire/codec/sniff.ts'
import { readWav } from '../../wire/codec/wav.ts'
import { TELEPHONE_HZ } from './messages.ts'

export type Plan =
  /** The telephone's code already: from here to there, as it is. */
  | { readonly by: 'copy'; readonly from: number; readonly to: number }
  | { readonly by: 'samples'; readonly layout: SampleLayout }
  | { readonly by: 'mp3' }
  /** By its own name for the format and by that of people. */
  | { readonly by: 'ffmpeg'; readonly demuxer: string; readonly what: string }
  | { readonly by: 'nobody'; readonly unplayable: string }

/** 40 minutes of MP3 at its highest bitrate are 96 MB. */
const FILE_BYTES_MAX = 100_000_000

const FOREIGN: Partial<Record<FileKind, { readonly demuxer: string; readonly what: string }>> = {
  rf64: { demuxer: 'wav', what: 'RF64' },
  ogg: { demuxer: 'ogg', what: 'Ogg' },
  flac: { demuxer: 'flac', what: 'FLAC' },
  mp4: { demuxer: 'mov', what: 'MP4' },
  webm: { demuxer: 'matroska', what: 'WebM' },
  amr: { demuxer: 'amr', what: 'AMR' },
}

/** What a file without a beginning of its own is taken for. Some MP3 files begin with garbage. */
const BY_TYPE: Readonly<Record<string, 'mulaw' | 'gsm' | 'mp3'>> = {
  'audio/ulaw': 'mulaw',
  'audio/basic': 'mulaw',
  'audio/x-mulaw': 'mulaw',
  'audio/gsm': 'gsm',
  'audio/x-gsm': 'gsm',
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
}

export function planDecoding(file: Uint8Array, mediaType: string): Plan {
  if (file.length === 0) return nobody('The file is empty')
  if (file.length > FILE_BYTES_MAX) return nobody(`The file is larger than ${FILE_BYTES_MAX / 1e6} MB`)
  const kind = sniff(file)
  switch (kind) {
    case 'wav':
      return planSamples('WAV', 'wav', () => readWav(file))
    case 'aiff':
      return planSamples('AIFF', 'aiff', () => readAiff(file))
    case 'au':
      return planSamples('AU', 'au', () => readAu(file))
    case 'mp3':
      return { by: 'mp3' }
    case 'text':
      return nobody('The file is a web page or other text, not a sound')
    case 'unknown':
      return planByType(file, BY_TYPE[mediaType])
    default:
      return { by: 'ffmpeg', ...FOREIGN[kind]! }
  }
}

function planSamples(name: string, demuxer: string, read: () => SampleLayout): Plan {
  try {
    const layout = read()
    const { encoding, sampleRate, channels, dataOffset, dataBytes } = layout
    if (framesOf(layout) === 0) return nobody('There is nothing to hear in the file')
    if (encoding === 'mulaw' && sampleRate === TELEPHONE_HZ && channels === 1)
      return { by: 'copy', from: dataOffset, to: dataOffset + dataBytes }
    return { by: 'samples', layout }
  } catch (error) {
    if (error instanceof CodingError) return { by: 'ffmpeg', demuxer, what: `${name} with ${error.coding}` }
    if (error instanceof WireError) return nobody(`The ${name} file is broken (${error.message})`)
    throw error
  }
}

function planByType(file: Uint8Array, type: 'mulaw' | 'gsm' | 'mp3' | undefined): Plan {
  if (type === 'mulaw') return { by: 'copy', from: 0, to: file.length }
  if (type === 'gsm' && isLikeGsm(file)) return { by: 'ffmpeg', demuxer: 'gsm', what: 'GSM' }
  if (type === 'mp3') return { by: 'mp3' }
  return nobody('The file is not of a kind that can be played')
}

const nobody = (unplayable: string): Plan => ({ by: 'nobody', unplayable })
