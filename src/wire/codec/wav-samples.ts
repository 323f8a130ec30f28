/** A whole WAV file as linear samples of one channel. For files that we had made, such as a synthesizer's: it is all in memory. */
import { framesOf, mixFrames } from './sample-layout.ts'
import { readWav } from './wav.ts'

/** @throws WireError when the file is not one that `readWav` reads */
export function readWavSamples(file: Uint8Array): { samples: Int16Array<ArrayBuffer>; sampleRate: number } {
  const layout = readWav(file)
  const mixed = new Float32Array(framesOf(layout))
  mixFrames(file, layout, 0, mixed)
  return { samples: toInt16(mixed), sampleRate: layout.sampleRate }
}

/** Full scale is 1; what is beyond it is clipped. 16-bit samples that were read as floating point come out unchanged. */
export function toInt16(
  samples: Float32Array,
  into: Int16Array<ArrayBuffer> = new Int16Array(samples.length),
): Int16Array<ArrayBuffer> {
  for (let at = 0; at < samples.length; at++)
    into[at] = Math.max(-0x8000, Math.min(0x7fff, Math.round(samples[at]! * 0x8000)))
  return into
}
