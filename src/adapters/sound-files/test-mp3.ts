/** For tests: MP3 files. */
import { createMp3Encoder } from 'wasm-media-encoders'

export interface MadeMp3 {
  readonly channels: readonly Float32Array[]
  readonly sampleRate: 8000 | 11_025 | 16_000 | 22_050 | 44_100 | 48_000
  readonly bitrate: 8 | 16 | 32 | 64 | 128
}

export async function makeMp3({ channels, sampleRate, bitrate }: MadeMp3): Promise<Buffer> {
  const encoder = await createMp3Encoder()
  const count = channels.length === 2 ? 2 : 1
  encoder.configure({ channels: count, sampleRate, outputSampleRate: sampleRate, bitrate })
  const begun = Buffer.from(encoder.encode(channels))
  return Buffer.concat([begun, encoder.finalize()])
}
