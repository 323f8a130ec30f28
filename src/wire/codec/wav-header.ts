/** Writes the header of a WAV file of 16-bit PCM: the other way of `wav.ts`, for one kind of file. */

export const WAV_HEADER_BYTES = 44
/** RIFF counts what is behind its size in 32 bits. */
export const WAV_DATA_BYTES_MAX = 0xffff_ffff - (WAV_HEADER_BYTES - 8)

export interface Wav16 {
  readonly channels: number
  readonly sampleRate: number
  /** Of samples behind the header, at most `WAV_DATA_BYTES_MAX`. */
  readonly dataBytes: number
}

//  0    4       8    12   16   20    22       24         28       32         34   36   40        44
//  RIFF | size  |WAVE|fmt | 16 | tag |channels|sampleRate|byteRate|blockAlign|bits|data|dataBytes| samples …
export function formatWavHeader({ channels, sampleRate, dataBytes }: Wav16): Uint8Array {
  const header = Buffer.alloc(WAV_HEADER_BYTES)
  header.write('RIFF', 0, 'latin1')
  header.writeUInt32LE(WAV_HEADER_BYTES - 8 + dataBytes, 4)
  header.write('WAVEfmt ', 8, 'latin1')
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(channels, 22)
  header.writeUInt32LE(sampleRate, 24)
  header.writeUInt32LE(sampleRate * channels * 2, 28)
  header.writeUInt16LE(channels * 2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36, 'latin1')
  header.writeUInt32LE(dataBytes, 40)
  return header
}
