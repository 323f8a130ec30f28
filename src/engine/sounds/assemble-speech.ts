/** Speaks what a speech was planned to be: its words one after the other, each as loud as it should be, with its pauses. */
import { SAMPLES_PER_MS } from '../../wire/codec/g711.ts'
import type { Pcm } from '../ports/sound.ts'
import type { SpeechPart } from '../speech/plan-speech.ts'
import { bytesOf, type Piece, SOUND_BYTES_MAX } from './shared-sound.ts'

type SpokenPart = Extract<SpeechPart, { readonly part: 'words' }>

/**
 * At most two parts are spoken at a time. What comes after the longest length of a sound is not spoken.
 * @param speak makes the part's words as loud as it says, in µ-law
 * @throws what `speak` throws
 */
export async function assembleSpeech(
  parts: readonly SpeechPart[],
  speak: (part: SpokenPart) => Promise<Piece>,
): Promise<readonly Piece[]> {
  const begun: Promise<Piece>[] = []
  const begin = (index: number): void => {
    const part = parts[index]
    if (part === undefined || begun[index] !== undefined) return
    begun[index] = part.part === 'words' ? speak(part) : Promise.resolve(silence(part.lengthMs))
    // When an earlier part fails nobody asks for this one any more.
    begun[index].catch(() => {})
  }
  const pieces: Piece[] = []
  let bytes = 0
  for (let index = 0; index < parts.length && bytes < SOUND_BYTES_MAX; index++) {
    begin(index)
    begin(index + 1)
    const piece = await begun[index]!
    pieces.push(piece)
    bytes += bytesOf(piece)
  }
  return pieces
}

const silence = (lengthMs: number): Piece => Math.min(SOUND_BYTES_MAX, Math.round(lengthMs) * SAMPLES_PER_MS)

/** What would be louder than the loudest is clipped. */
export function louder(pcm: Pcm, volumeDb: number): Pcm {
  if (volumeDb === 0) return pcm
  const factor = 10 ** (volumeDb / 20)
  const samples = new Int16Array(pcm.samples.length)
  for (let at = 0; at < samples.length; at++)
    samples[at] = Math.max(-32_768, Math.min(32_767, Math.round(pcm.samples[at]! * factor)))
  return { ...pcm, samples }
}
