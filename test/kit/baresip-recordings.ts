/** What a baresip heard: a WAV file for each call, in its folder, that grows while there is sound. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { WAV_HEADER_BYTES } from '../../src/wire/codec/wav-header.ts'

/** Of the last call, so far. */
export async function heardSoFar(folder: string): Promise<Int16Array> {
  const file = await lastFile(folder)
  const bytes = file === null ? Buffer.alloc(0) : await readFile(file)
  const samples = Math.max(0, Math.floor((bytes.length - WAV_HEADER_BYTES) / 2))
  return Int16Array.from({ length: samples }, (_, at) => bytes.readInt16LE(WAV_HEADER_BYTES + 2 * at))
}

/** The file of the last call once it is closed, a moment after the call: only then does its header tell its length. */
export async function closedFile(folder: string): Promise<string | null> {
  const file = await lastFile(folder)
  if (file === null) return null
  const bytes = await readFile(file)
  return bytes.length > WAV_HEADER_BYTES && bytes.readUInt32LE(4) + 8 === bytes.length ? file : null
}

async function lastFile(folder: string): Promise<string | null> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('-dec.wav'))
  const last = names.toSorted().at(-1)
  return last === undefined ? null : join(folder, last)
}
