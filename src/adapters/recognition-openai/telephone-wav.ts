/** The telephone's sound as a WAV file of 16-bit PCM, which every recognizer reads. */
import { fromUlaw } from '../../wire/codec/g711.ts'
import { formatWavHeader } from '../../wire/codec/wav-header.ts'

const SAMPLE_RATE = 8000

export function telephoneWav(ulaw: Uint8Array): Uint8Array {
  const samples = fromUlaw(ulaw)
  const header = formatWavHeader({ channels: 1, sampleRate: SAMPLE_RATE, dataBytes: samples.byteLength })
  const data = Buffer.alloc(samples.byteLength)
  for (const [index, sample] of samples.entries()) data.writeInt16LE(sample, index * 2)
  return Buffer.concat([header, data])
}
