/** Two channels to one: the sum of both, as the parties of a call are heard together, cut off at the loudest sample. */
import { open } from 'node:fs/promises'
import { WAV_HEADER_BYTES } from '../../wire/codec/wav-header.ts'
import { frameBytes, writeHeader, writeWhole } from './wav-file.ts'

/** 4 s: about half a millisecond of computing between two turns of the event loop. */
const CHUNK_FRAMES = 32_768
const LOUDEST = 32_767

/** Writes the mix of one recording with two channels to a file that does not exist yet. */
export async function mixDown(from: string, to: string): Promise<void> {
  await using source = await open(from, 'r')
  await using target = await open(to, 'wx', 0o600)
  const { size } = await source.stat()
  const frames = Math.floor((size - WAV_HEADER_BYTES) / frameBytes(2))
  await writeHeader(target, 1, frames * frameBytes(1))
  const both = new Int16Array(CHUNK_FRAMES * 2)
  const bytes = new Uint8Array(both.buffer)
  for (let done = 0; done < frames; ) {
    const wanted = Math.min(CHUNK_FRAMES, frames - done) * frameBytes(2)
    const { bytesRead } = await source.read(bytes, 0, wanted, WAV_HEADER_BYTES + done * frameBytes(2))
    const count = Math.floor(bytesRead / frameBytes(2))
    if (count === 0) throw new Error(`${from} became shorter while it was read`)
    mixInPlace(both, count)
    await writeWhole(target, bytes.subarray(0, count * frameBytes(1)), WAV_HEADER_BYTES + done * frameBytes(1))
    done += count
  }
}

/** The mix of the first frames takes the place of their first half: it is written behind where it is read. */
function mixInPlace(samples: Int16Array, frames: number): void {
  for (let frame = 0; frame < frames; frame++) {
    const sum = samples[frame * 2]! + samples[frame * 2 + 1]!
    samples[frame] = sum > LOUDEST ? LOUDEST : sum < -LOUDEST - 1 ? -LOUDEST - 1 : sum
  }
}
