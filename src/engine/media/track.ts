/**
 * One direction of a leg's audio: what is heard there from some moment on, until it changes. Nothing is computed while
 * nobody listens. Whoever reads a track is called just before it changes, to take what it has missed until then.
 */
import { ULAW_SILENCE } from '../../wire/codec/g711.ts'
import type { Sound } from '../ports/sound.ts'
import { LoopGuard } from './loop-guard.ts'
import type { Sample } from './media-time.ts'

/** What a track carries: µ-law by sample. */
export interface Source {
  /** Fills `into` from `from` on; any stretch of time, also one before or after its sound. */
  read(from: Sample, into: Uint8Array): void
  /** Nothing but silence from `from` on, as far as is known. */
  silentFrom(from: Sample): boolean
  /** It is known only as time goes on: nothing can be read ahead. */
  isLive?(): boolean
  /** Called when a track begins and ceases to carry it. */
  attach?(listener: TrackListener): void
  detach?(listener: TrackListener): void
}

export interface TrackListener {
  /** The track is about to change at `to`: what lies before is as it will ever be. */
  catchUp(to: Sample): void
  /** It has changed: whatever was read ahead is no longer so. */
  changed?(): void
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
  /** Its listeners are being told; a loop of tracks tells each but once. */
  #telling = false

  /** From `at` on the track carries `source`; null is silence. */
  change(source: Source | null, at: Sample): void {
    this.catchUp(at)
    this.#source?.detach?.(this)
    this.#source = source
    source?.attach?.(this)
    this.changed()
  }

  listen(listener: TrackListener): void {
    this.#listeners.add(listener)
  }

  unlisten(listener: TrackListener): void {
    this.#listeners.delete(listener)
  }

  catchUp(to: Sample): void {
    this.#tell((listener) => listener.catchUp(to))
  }

  changed(): void {
    this.#tell((listener) => listener.changed?.())
  }

  read(from: Sample, into: Uint8Array): void {
    if (this.#source) this.#source.read(from, into)
    else into.fill(ULAW_SILENCE)
  }

  silentFrom(from: Sample): boolean {
    return this.#source === null || this.#source.silentFrom(from)
  }

  isLive(): boolean {
    return this.#source?.isLive?.() ?? false
  }

  #tell(what: (listener: TrackListener) => void): void {
    if (this.#telling || this.#listeners.size === 0) return
    this.#telling = true
    try {
      for (const listener of this.#listeners) what(listener)
    } finally {
      this.#telling = false
    }
  }
}

/** What another track carries, as one leg's party is heard by another leg. */
export class TrackSource implements Source {
  readonly #track: Track
  readonly #guard = new LoopGuard()

  constructor(track: Track) {
    this.#track = track
  }

  read(from: Sample, into: Uint8Array): void {
    if (!this.#guard.enter()) {
      into.fill(ULAW_SILENCE)
      return
    }
    try {
      this.#track.read(from, into)
    } finally {
      this.#guard.leave()
    }
  }

  silentFrom(from: Sample): boolean {
    if (!this.#guard.enter()) return true
    try {
      return this.#track.silentFrom(from)
    } finally {
      this.#guard.leave()
    }
  }

  isLive(): boolean {
    if (!this.#guard.enter()) return false
    try {
      return this.#track.isLive()
    } finally {
      this.#guard.leave()
    }
  }

  attach(listener: TrackListener): void {
    this.#track.listen(listener)
  }

  detach(listener: TrackListener): void {
    this.#track.unlisten(listener)
  }
}
