/**
 * One direction of a leg's audio: what is heard there from some moment on, until it changes. Nothing is computed while
 * nobody listens. Whoever reads a track is called just before it changes, to take what it has missed until then.
 */
import { ULAW_SILENCE } from '../../wire/codec/g711.ts'
import type { Sound } from '../ports/sound.ts'
import type { Sample } from './media-time.ts'

/** What a track carries: µ-law by sample. */
export interface Source {
  /** Fills `into` from `from` on; any stretch of time, also one before or after its sound. */
  read(from: Sample, into: Uint8Array): void
  /** Nothing but silence from `from` on, as far as is known. */
  silentFrom(from: Sample): boolean
  /** Called when a track begins and ceases to carry it. */
  attach?(listener: TrackListener): void
  detach?(listener: TrackListener): void
}

export interface TrackListener {
  /** The track is about to change at `to`: what lies before is as it will ever be. */
  catchUp(to: Sample): void
}

/** A sound that began at a moment; silence after its end. */
export class SoundSource implements Source {
  readonly #sound: Sound
  readonly #startedAt: Sample

  constructor(sound: Sound, startedAt: Sample) {
    this.#sound = sound
    this.#startedAt = startedAt
  }

  read(from: Sample, into: Uint8Array): void {
    const { ulaw } = this.#sound
    const offset = from - this.#startedAt
    const first = Math.max(0, offset)
    const last = Math.min(ulaw.length, offset + into.length)
    if (last <= first) {
      into.fill(ULAW_SILENCE)
      return
    }
    if (offset < 0) into.fill(ULAW_SILENCE, 0, -offset)
    into.set(ulaw.subarray(first, last), first - offset)
    if (last - offset < into.length) into.fill(ULAW_SILENCE, last - offset)
  }

  silentFrom(from: Sample): boolean {
    return from - this.#startedAt >= this.#sound.ulaw.length
  }
}

export class Track implements TrackListener {
  #source: Source | null = null
  readonly #listeners = new Set<TrackListener>()

  /** From `at` on the track carries `source`; null is silence. */
  change(source: Source | null, at: Sample): void {
    this.catchUp(at)
    this.#source?.detach?.(this)
    this.#source = source
    source?.attach?.(this)
  }

  listen(listener: TrackListener): void {
    this.#listeners.add(listener)
  }

  unlisten(listener: TrackListener): void {
    this.#listeners.delete(listener)
  }

  catchUp(to: Sample): void {
    for (const listener of this.#listeners) listener.catchUp(to)
  }

  read(from: Sample, into: Uint8Array): void {
    if (this.#source) this.#source.read(from, into)
    else into.fill(ULAW_SILENCE)
  }

  silentFrom(from: Sample): boolean {
    return this.#source === null || this.#source.silentFrom(from)
  }
}

/** What another track carries, as one leg's party is heard by another leg. */
export class TrackSource implements Source {
  readonly #track: Track

  constructor(track: Track) {
    this.#track = track
  }

  read(from: Sample, into: Uint8Array): void {
    this.#track.read(from, into)
  }

  silentFrom(from: Sample): boolean {
    return this.#track.silentFrom(from)
  }

  attach(listener: TrackListener): void {
    this.#track.listen(listener)
  }

  detach(listener: TrackListener): void {
    this.#track.unlisten(listener)
  }
}
