/** What a speech service answered: sound, or why there is none. */
import type { Pcm } from '../../engine/ports/sound.ts'
import type { HttpResult } from '../../journal/http-transport.ts'
import { readWavSamples } from '../../wire/codec/wav-samples.ts'

/** `wav`: a WAV file of any rate. `pcm`: bare samples of 16 bits, little-endian, at 24 kHz. */
export type AnswerFormat = 'wav' | 'pcm'

const PCM_SAMPLE_RATE = 24_000
const COMPLAINT_LENGTH_MAX = 300
/** Of an answer that is no sound; a longer one is no explanation. */
const COMPLAINT_BYTES_MAX = 64 * 1024

/**
 * @param key never shown, even if the service repeats it
 * @throws Error with a sentence
 */
export function readAnswer(
  { status, body, truncated }: Extract<HttpResult, { readonly ok: true }>,
  format: AnswerFormat,
  key: string | null,
): Pcm {
  if (status !== 200) {
    const complaint = complaintOf(body)
    const shown = key === null ? complaint : complaint.replaceAll(key, '***')
    throw new Error(`The speech service answered ${status}${shown && `: ${shown.slice(0, COMPLAINT_LENGTH_MAX)}`}`)
  }
  if (truncated) throw new Error(`The speech service answered with more than ${body.byteLength} bytes.`)
  const sound = format === 'wav' ? readWavFile(body) : { samples: readPcm16(body), sampleRate: PCM_SAMPLE_RATE }
  if (sound.samples.length === 0) throw new Error('The speech service answered with no sound.')
  return sound
}

function readWavFile(body: Uint8Array): Pcm {
  try {
    return readWavSamples(body)
  } catch (error) {
    throw new Error(`The speech service answered with something else than a WAV file: ${(error as Error).message}`)
  }
}

/** An odd byte at the end is left out. */
function readPcm16(bytes: Uint8Array): Int16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const samples = new Int16Array(bytes.byteLength >> 1)
  for (let index = 0; index < samples.length; index++) samples[index] = view.getInt16(index * 2, true)
  return samples
}

/** The sentence within `{"error": {"message": …}}`, `{"error": …}`, `{"detail": …}` or `{"message": …}`, else the text itself. */
function complaintOf(body: Uint8Array): string {
  const text = Buffer.from(body.subarray(0, COMPLAINT_BYTES_MAX)).toString()
  return (sentenceOf(text) ?? text).replace(/[\p{Cc}\s]+/gu, ' ').trim()
}

function sentenceOf(text: string): string | null {
  try {
    const { error, detail, message } = JSON.parse(text)
    return [error?.message, error, detail, message].find((found) => typeof found === 'string') ?? null
  } catch {
    return null
  }
}
