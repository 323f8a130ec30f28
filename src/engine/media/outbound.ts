/**
 * What a leg is played: its program's prompt while one sounds, else what an app says through a stream, else its
 * background, which is a bridged leg's party, a room, or silence. Recordings of the leg hear exactly that.
 */
import type { Sample } from './media-time.ts'
import { type Source, Track } from './track.ts'

export class Outbound {
  readonly track = new Track()
  #prompt: Source | null = null
  #stream: Source | null = null
  #background: Source | null = null

  /** A prompt begins at `at`; null: it is over. */
  change(prompt: Source | null, at: Sample): void {
    this.#prompt = prompt
    this.track.change(prompt ?? this.#stream ?? this.#background, at)
  }

  setStream(stream: Source | null, at: Sample): void {
    this.#stream = stream
    if (!this.#prompt) this.track.change(stream ?? this.#background, at)
  }

  setBackground(background: Source | null, at: Sample): void {
    this.#background = background
    if (!this.#prompt && !this.#stream) this.track.change(background, at)
  }
}
