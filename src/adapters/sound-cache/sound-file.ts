/**
 * One sound in one file: its µ-law codes as they are, then a trailer by which a whole file is known from what a crash
 * or a bad disk left of one.
 *
 *   0                         n      n+4     n+8
 *   | codes, 8 a millisecond  | RBS1 | CRC32 |       n is a multiple of 8 and not 0; CRC32 of the codes, big-endian
 */
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { randomHex32 } from '../../lib/ids.ts'
import { SAMPLES_PER_MS } from '../../wire/codec/g711.ts'

const TRAILER_BYTES = 8
const MAGIC = Buffer.from('RBS1')
/** 40 minutes: no sound is longer. */
const ULAW_BYTES_MAX = 40 * 60 * 1000 * SAMPLES_PER_MS

/** `ab/abcdef….ulaw`: 256 folders, so that none gets too many files. Null for an id that is none. */
export function pathOf(folder: string, id: string): string | null {
  return /^[0-9a-f]{32}$/.test(id) ? join(folder, id.slice(0, 2), `${id}.ulaw`) : null
}

/** Whether a file can have this size; sounds without length have no file. */
export function isSoundFileSize(bytes: number): boolean {
  const ulawBytes = bytes - TRAILER_BYTES
  return ulawBytes > 0 && ulawBytes <= ULAW_BYTES_MAX && ulawBytes % SAMPLES_PER_MS === 0
}

export const soundFileBytes = (ulaw: Uint8Array): number => ulaw.length + TRAILER_BYTES

/** Null when there is no file. @throws what the disk has to say */
export async function readSoundFile(path: string): Promise<Uint8Array<SharedArrayBuffer> | 'damaged' | null> {
  const file = await open(path).catch(nullWhenAbsent)
  if (!file) return null
  try {
    const { size } = await file.stat()
    if (!isSoundFileSize(size)) return 'damaged'
    const ulaw = new Uint8Array(new SharedArrayBuffer(size - TRAILER_BYTES))
    const trailer = new Uint8Array(TRAILER_BYTES)
    await file.readv([ulaw, trailer], 0)
    return trailerOf(ulaw).equals(trailer) ? ulaw : 'damaged'
  } finally {
    await file.close()
  }
}

/**
 * Whole or not at all, also for others who read it meanwhile.
 * @param how.durable it is to outlive the machine's sudden end
 * @throws what the disk has to say
 */
export async function writeSoundFile(path: string, ulaw: Uint8Array, how: { readonly durable: boolean }) {
  const folder = dirname(path)
  const temporary = `${path}.${randomHex32()}.tmp`
  await mkdir(folder, { recursive: true })
  try {
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile([ulaw, trailerOf(ulaw)])
      if (how.durable) await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  if (how.durable) await syncFolders([folder, dirname(folder)])
}

/** So that the names themselves are on disk. */
async function syncFolders(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const opened = await open(folder)
    try {
      await opened.sync()
    } finally {
      await opened.close()
    }
  }
}

function trailerOf(ulaw: Uint8Array): Buffer {
  const trailer = Buffer.alloc(TRAILER_BYTES)
  MAGIC.copy(trailer)
  trailer.writeUInt32BE(crc32(ulaw), MAGIC.length)
  return trailer
}

export function nullWhenAbsent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}
