/** The WAV files of recordings, 16-bit PCM at 8 kHz with one or two channels: their header, and writes that are whole. */
import { write } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { assert } from '../../lib/assert.ts'
import { isSid, type RecordingSid } from '../../lib/ids.ts'
import { formatWavHeader, WAV_HEADER_BYTES } from '../../wire/codec/wav-header.ts'

export type Channels = 1 | 2

/** A third of the CPU that `FileHandle.write` takes, which matters with hundreds of recordings. */
const writeOnce = promisify(write)
const RATE_HZ = 8000
const SAMPLE_BYTES = 2
/** What a header can count, in whole frames of either kind: 74 hours of one channel, 37 of two. */
export const DATA_BYTES_MAX = Math.floor((0xffffffff - (WAV_HEADER_BYTES - 8)) / 4) * 4

export function pathIn(folder: string, sid: RecordingSid): string {
  assert(isSid('RE', sid), `${sid} is not a recording's SID`)
  return join(folder, `${sid}.wav`)
}

/** A frame has one sample of each channel. */
export const frameBytes = (channels: Channels): number => channels * SAMPLE_BYTES

export async function writeHeader(handle: FileHandle, channels: Channels, dataBytes: number): Promise<void> {
  await writeWhole(handle, formatWavHeader({ channels, sampleRate: RATE_HZ, dataBytes }), 0)
}

/** The system may take less than it was given, when the disk fills up: the next write then says why. */
export async function writeWhole(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; )
    done += (await writeOnce(handle.fd, bytes, done, bytes.length - done, position + done)).bytesWritten
}

/** How many channels the header says; null when it is none of ours. Its sizes are not looked at. */
export async function readChannels(handle: FileHandle): Promise<Channels | null> {
  const header = Buffer.alloc(WAV_HEADER_BYTES)
  const { bytesRead } = await handle.read(header, 0, WAV_HEADER_BYTES, 0)
  if (bytesRead < WAV_HEADER_BYTES) return null
  for (const channels of [1, 2] as const) {
    const ours = Buffer.from(formatWavHeader({ channels, sampleRate: RATE_HZ, dataBytes: 0 }))
    // The two sizes are at 4 and at 40.
    header.copy(ours, 4, 4, 8)
    header.copy(ours, 40, 40, 44)
    if (header.equals(ours)) return channels
  }
  return null
}
