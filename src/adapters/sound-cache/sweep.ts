/** Makes room in a folder of sounds: what was used longest ago goes first, and with it what cannot be a sound. */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isSoundFileSize, nullWhenAbsent } from './sound-file.ts'

/** The disk gives out blocks: a sound of one key takes as much as one of half a second. */
const BLOCK_BYTES = 4096
/** A temporary file of this age has no writer any more. */
const ABANDONED_AFTER_MS = 3600 * 1000

export const onDiskBytes = (fileBytes: number): number => Math.ceil(fileBytes / BLOCK_BYTES) * BLOCK_BYTES

interface Found {
  readonly path: string
  readonly bytes: number
  readonly usedAtMs: number
}

/**
 * Removes files until at most `bytesMax` are left. Others may write and sweep the same folder meanwhile.
 * @returns how many bytes are left, in whole blocks
 * @throws what the disk has to say
 */
export async function sweep(folder: string, bytesMax: number, nowMs: number): Promise<number> {
  const found: Found[] = []
  for (const name of (await readdir(folder).catch(nullWhenAbsent)) ?? []) {
    if (/^[0-9a-f]{2}$/.test(name)) found.push(...(await lookInto(join(folder, name), nowMs)))
  }
  let bytes = found.reduce((sum, file) => sum + file.bytes, 0)
  for (const file of found.sort((a, b) => a.usedAtMs - b.usedAtMs)) {
    if (bytes <= bytesMax) break
    await rm(file.path, { force: true })
    bytes -= file.bytes
  }
  return bytes
}

async function lookInto(folder: string, nowMs: number): Promise<readonly Found[]> {
  const found: Found[] = []
  for (const name of (await readdir(folder).catch(nullWhenAbsent)) ?? []) {
    const isSound = /^[0-9a-f]{32}\.ulaw$/.test(name)
    if (!isSound && !name.endsWith('.tmp')) continue
    const path = join(folder, name)
    const file = await stat(path).catch(nullWhenAbsent)
    if (!file) continue
    const useless = isSound ? !isSoundFileSize(file.size) : nowMs - file.mtimeMs > ABANDONED_AFTER_MS
    if (useless) await rm(path, { force: true })
    else found.push({ path, bytes: onDiskBytes(file.size), usedAtMs: file.mtimeMs })
  }
  return found
}
