/**
 * What a file is by how it begins: servers often send the wrong type. µ-law, A-law and GSM have no beginning of their own
 * and are `unknown`.
 */
import { ascii } from './iff-chunks.ts'
import { isId3At, isMpegAt } from './sniff-mpeg.ts'

export type FileKind =
  | 'wav'
  | 'rf64'
  | 'aiff'
  | 'au'
  | 'mp3'
  | 'ogg'
  | 'flac'
  | 'mp4'
  | 'webm'
  | 'amr'
  /** HTML, XML, JSON: an error page rather than a sound. */
  | 'text'
  | 'unknown'

/** @param bytes the file, or at least its first 4 KB */
export function sniff(bytes: Uint8Array): FileKind {
  const four = ascii(bytes, 0, 4)
  const form = ascii(bytes, 8, 4)
  if ((four === 'RIFF' || four === 'RIFX') && form === 'WAVE') return 'wav'
  if (four === 'RF64' && form === 'WAVE') return 'rf64'
  if (four === 'FORM' && (form === 'AIFF' || form === 'AIFC')) return 'aiff'
  if (four === '.snd') return 'au'
  if (four === 'OggS') return 'ogg'
  if (four === 'fLaC') return 'flac'
  if (four === '\x1a\x45\xdf\xa3') return 'webm'
  if (ascii(bytes, 0, 5) === '#!AMR') return 'amr'
  if (ascii(bytes, 4, 4) === 'ftyp') return 'mp4'
  if (isId3At(bytes, 0) || isMpegAt(bytes, 0)) return 'mp3'
  return TEXT.test(ascii(bytes, 0, 100)) ? 'text' : 'unknown'
}

const GSM_FRAME_BYTES = 33
const GSM_FRAMES_SEEN = 50

/** Whether it may be GSM 06.10, whose frames all begin with the same four bits; too weak a sign to go by alone. */
export function isLikeGsm(bytes: Uint8Array): boolean {
  const end = Math.min(bytes.length, GSM_FRAMES_SEEN * GSM_FRAME_BYTES)
  for (let at = 0; at < end; at += GSM_FRAME_BYTES) if (bytes[at]! >> 4 !== 0xd) return false
  return bytes.length >= GSM_FRAME_BYTES
}

/** After a byte order mark and white space. */
const TEXT = /^(\xef\xbb\xbf)?\s*(<[a-z!?]|[{[]\s*["{}\]])/i
