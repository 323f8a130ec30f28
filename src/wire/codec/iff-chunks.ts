/** The row of chunks that RIFF (WAV) and IFF (AIFF) files are made of; they differ in byte order only. */

export interface Chunk {
  readonly id: string
  /** Where its body begins. */
  readonly offset: number
  /** Bytes of body that its header claims; what is there may be less. */
  readonly claimed: number
  /** As much of the body as is there. */
  readonly body: DataView
}

/** A header of more chunks than this before the samples is no header. */
const CHUNKS_MAX = 64

/** Ends with the bytes, at a chunk whose own 8 bytes are cut off, and after `CHUNKS_MAX` chunks. */
export function* readChunks(bytes: Uint8Array, from: number, littleEndian: boolean): Generator<Chunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = from
  for (let chunk = 0; chunk < CHUNKS_MAX && at + 8 <= view.byteLength; chunk++) {
    //  0       4       8
    //  | id    | size  | size bytes, then one more when size is odd
    const claimed = view.getUint32(at + 4, littleEndian)
    const offset = at + 8
    const present = Math.min(claimed, view.byteLength - offset)
    const body = new DataView(bytes.buffer, bytes.byteOffset + offset, present)
    yield { id: ascii(bytes, at, 4), offset, claimed, body }
    at = offset + claimed + (claimed % 2)
  }
}

/** Four-character codes; shorter where the bytes end. */
export function ascii(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length))
}
