/**
 * MP3 (MPEG audio, all layers) by libmpg123. It is given nothing but whole frames, which are found before, so that tags
 * and garbage never reach its own search for them; and few at a time, so that memory does not grow with the file.
 */
import { MPEGDecoder } from 'mpg123-decoder'
import { mpegRuns } from '../../wire/codec/sniff-mpeg.ts'
import type { TelephoneSound } from './telephone-sound.ts'

class Fault extends Error {}

/** What comes after a frame that the decoder cannot get over is left out. */
export async function decodeMp3(file: Uint8Array, sound: TelephoneSound): Promise<void> {
  const decoder = new MPEGDecoder()
  await decoder.ready
  try {
    for (const { start, end } of mpegRuns(file)) {
      if (sound.full) break
      const { channelData, sampleRate, samplesDecoded } = decodeRun(decoder, file.subarray(start, end))
      if (samplesDecoded > 0) sound.push(mix(channelData), sampleRate)
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
  } finally {
    decoder.free()
  }
}

/**
 * The decoder tells of what it cannot decode by `console.error` alone, and then asks for it again, perhaps for ever: so
 * that call is where we leave it. Its C code's remarks come the same way and are of no interest.
 * @throws Fault
 */
function decodeRun(decoder: MPEGDecoder, frames: Uint8Array): ReturnType<MPEGDecoder['decode']> {
  const { error: tell } = console
  Reflect.set(console, 'error', (message: unknown) => {
    if (String(message).startsWith('mpg123-decoder: ')) throw new Fault(String(message))
  })
  try {
    return decoder.decode(frames)
  } finally {
    Reflect.set(console, 'error', tell)
  }
}

/** Into the first channel. The decoder gives two, equal ones for one. Broken frames may decode to anything. */
function mix([left, right]: Float32Array[]): Float32Array {
  for (let at = 0; at < left!.length; at++) {
    const mean = (left![at]! + right![at]!) / 2
    left![at] = mean > 1 ? 1 : mean < -1 ? -1 : mean || 0
  }
  return left!
}
