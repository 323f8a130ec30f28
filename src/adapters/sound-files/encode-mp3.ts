/**
 * A WAV file of 16-bit PCM to an MP3 file by LAME, in pieces: 32 kbit/s a channel, at the WAV's own sample rate where MP3
 * has it (8 kHz it has).
 */
import { type FileHandle, open, rename } from 'node:fs/promises'
import { createMp3Encoder } from 'wasm-media-encoders'
import { framesOf, mixFrames, type SampleLayout } from '../../wire/codec/sample-layout.ts'
import { readWav } from '../../wire/codec/wav.ts'
import { type EncodeMp3, unfinished } from './messages.ts'

/** Everything before the samples has to be in here. */
const HEADER_BYTES_MAX = 64 * 1024
const PIECE_FRAMES = 16_384
const MP3_RATES = [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000] as const

/** @throws Error when the WAV file cannot be read or the MP3 file not written; an unfinished one may be there then */
export async function encodeMp3({ wavPath, mp3Path, channels }: EncodeMp3): Promise<void> {
  const wav = await open(wavPath, 'r')
  try {
    const layout = await readHeader(wav)
    const mp3 = await open(unfinished(mp3Path), 'w')
    try {
      await encode(wav, layout, mp3, channels)
      await mp3.sync()
    } finally {
      await mp3.close()
    }
    await rename(unfinished(mp3Path), mp3Path)
  } finally {
    await wav.close()
  }
}

async function readHeader(wav: FileHandle): Promise<SampleLayout> {
  const { buffer, bytesRead } = await wav.read(new Uint8Array(HEADER_BYTES_MAX), 0, HEADER_BYTES_MAX, 0)
  const layout = readWav(buffer.subarray(0, bytesRead), (await wav.stat()).size)
  if (layout.encoding !== 'pcm' || layout.bits !== 16)
    throw new Error(`the WAV file has ${layout.bits}-bit ${layout.encoding} samples, not 16-bit PCM`)
  return layout
}

async function encode(
  wav: FileHandle,
  layout: SampleLayout,
  mp3: FileHandle,
  channels: 'mixed' | 'as-is',
): Promise<void> {
  const asTwo = channels === 'as-is' && layout.channels === 2
  const encoder = await createMp3Encoder()
  encoder.configure({
    sampleRate: layout.sampleRate,
    channels: asTwo ? 2 : 1,
    bitrate: asTwo ? 64 : 32,
    outputSampleRate: MP3_RATES.find((rate) => rate >= layout.sampleRate) ?? 48_000,
  })
  const frameBytes = layout.channels * 2
  const piece = new Uint8Array(PIECE_FRAMES * frameBytes)
  const frames = framesOf(layout)
  for (let frame = 0; frame < frames; ) {
    const wanted = Math.min(PIECE_FRAMES, frames - frame) * frameBytes
    const { bytesRead } = await wav.read(piece, 0, wanted, layout.dataOffset + frame * frameBytes)
    const whole = Math.floor(bytesRead / frameBytes)
    if (whole === 0) throw new Error('the WAV file became shorter while it was read')
    const here = { ...layout, dataOffset: 0, dataBytes: whole * frameBytes }
    await mp3.writeFile(encoder.encode(asTwo ? bothOf(piece, here) : [mixOf(piece, here)]))
    frame += whole
  }
  await mp3.writeFile(encoder.finalize())
}

function mixOf(piece: Uint8Array, layout: SampleLayout): Float32Array {
  const mixed = new Float32Array(framesOf(layout))
  mixFrames(piece, layout, 0, mixed)
  return mixed
}

/** Each channel by itself: seen as one channel the samples lie alternately. */
function bothOf(piece: Uint8Array, layout: SampleLayout): [Float32Array, Float32Array] {
  const all = mixOf(piece, { ...layout, channels: 1 })
  const left = new Float32Array(all.length / 2)
  const right = new Float32Array(all.length / 2)
  for (let at = 0; at < left.length; at++) {
    left[at] = all[2 * at]!
    right[at] = all[2 * at + 1]!
  }
  return [left, right]
}
