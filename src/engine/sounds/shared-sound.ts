/** Makes a `Sound` out of what decoders and synthesizers give: one stretch of shared memory, whole milliseconds. */
import { SAMPLES_PER_MS, ULAW_SILENCE } from '../../wire/codec/g711.ts'
import type { Sound } from '../ports/sound.ts'

/** 40 minutes; what is beyond is cut. */
export const SOUND_BYTES_MAX = 40 * 60 * 1000 * SAMPLES_PER_MS

/** µ-law, or so many bytes of silence. */
export type Piece = Uint8Array | number

export const bytesOf = (piece: Piece): number => (typeof piece === 'number' ? piece : piece.length)

/** The pieces one after the other. */
export function joinSound(id: string, pieces: readonly Piece[]): Sound {
  const bytes = Math.min(
    SOUND_BYTES_MAX,
    pieces.reduce<number>((sum, piece) => sum + bytesOf(piece), 0),
  )
  const lengthMs = Math.ceil(bytes / SAMPLES_PER_MS)
  const ulaw = new Uint8Array(new SharedArrayBuffer(lengthMs * SAMPLES_PER_MS)).fill(ULAW_SILENCE)
  let at = 0
  for (const piece of pieces) {
    if (typeof piece !== 'number') ulaw.set(piece.subarray(0, Math.max(0, ulaw.length - at)), at)
    at = Math.min(ulaw.length, at + bytesOf(piece))
  }
  return { id, lengthMs, ulaw }
}

/** @param ulaw whole milliseconds already, as a cache keeps them */
export const keptSound = (id: string, ulaw: Uint8Array<SharedArrayBuffer>): Sound => ({
  id,
  lengthMs: ulaw.length / SAMPLES_PER_MS,
  ulaw,
})
