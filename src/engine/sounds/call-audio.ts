/**
 * Plays a call's score: stereo samples, the party left, the platform right, a second at a time, sounds loaded as their
 * turn comes. A sound that is gone is silence.
 */
import { setImmediate } from 'node:timers/promises'
import { SAMPLES_PER_MS, ULAW_TO_LINEAR } from '../../wire/codec/g711.ts'
import type { Sound } from '../ports/sound.ts'
import type { Note, Score, SoundSource } from './score.ts'

/** Two samples of 16 bits, little-endian. */
export const FRAME_BYTES = 4
export const BYTES_PER_MS = SAMPLES_PER_MS * FRAME_BYTES
const CHUNK_MS = 1000

/** Null for a sound that is gone. */
export type SoundOf = (source: SoundSource) => Promise<Sound | null>

/** How many notes will be silent because their sound is gone, or was never known. */
export async function countMissing({ party, platform }: Score, soundOf: SoundOf): Promise<number> {
  const isThere = new Map<string, boolean>()
  let missing = 0
  for (const { source } of [...party, ...platform]) {
    if (source && 'keys' in source) continue
    if (source && !isThere.has(source.id)) isThere.set(source.id, (await soundOf(source)) !== null)
    if (!source || !isThere.get(source.id)) missing += 1
  }
  return missing
}

/** `score.lengthMs` × `BYTES_PER_MS` bytes in all. */
export async function* renderCall(score: Score, soundOf: SoundOf): AsyncGenerator<Uint8Array> {
  const party = new Side(score.party, soundOf)
  const platform = new Side(score.platform, soundOf)
  for (let fromMs = 0; fromMs < score.lengthMs; fromMs += CHUNK_MS) {
    const toMs = Math.min(fromMs + CHUNK_MS, score.lengthMs)
    const chunk = new Uint8Array((toMs - fromMs) * BYTES_PER_MS)
    await party.paint(new DataView(chunk.buffer), 0, fromMs, toMs)
    await platform.paint(new DataView(chunk.buffer), FRAME_BYTES / 2, fromMs, toMs)
    yield chunk
    // A day's call is as many chunks as a day has seconds, and calls go on meanwhile.
    await setImmediate()
  }
}

/** One channel; holds no more than the sound it is playing. */
class Side {
  readonly #notes: readonly Note[]
  readonly #soundOf: SoundOf
  #next = 0
  /** The sound of the next note, once it has begun. */
  #playing: { readonly sound: Sound | null } | null = null

  constructor(notes: readonly Note[], soundOf: SoundOf) {
    this.#notes = notes
    this.#soundOf = soundOf
  }

  /** Chunks come one after the other. */
  async paint(view: DataView, offset: number, fromMs: number, toMs: number): Promise<void> {
    for (let note = this.#notes[this.#next]; note && note.fromMs < toMs; note = this.#notes[this.#next]) {
      this.#playing ??= { sound: note.source && (await this.#soundOf(note.source)) }
      const { sound } = this.#playing
      if (sound) paintNote(view, offset, { note, sound, fromMs, toMs })
      if (note.toMs > toMs) return
      this.#playing = null
      this.#next += 1
    }
  }
}

/** The part of the note that lies between `fromMs` and `toMs`, which is where the view begins and ends. */
function paintNote(
  view: DataView,
  offset: number,
  { note, sound, fromMs, toMs }: { note: Note; sound: Sound; fromMs: number; toMs: number },
): void {
  const beginMs = Math.max(note.fromMs, fromMs)
  const endMs = Math.min(note.toMs, note.fromMs + sound.lengthMs, toMs)
  let at = (beginMs - fromMs) * BYTES_PER_MS + offset
  const last = (endMs - note.fromMs) * SAMPLES_PER_MS
  for (let index = (beginMs - note.fromMs) * SAMPLES_PER_MS; index < last; index++) {
    view.setInt16(at, ULAW_TO_LINEAR[sound.ulaw[index]!]!, true)
    at += FRAME_BYTES
  }
}
