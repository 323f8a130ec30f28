/**
 * What one participant is played alone: what it waits or is held with, and announcements to it, which interrupt that. A
 * leg plays one thing at a time. A background that was interrupted begins anew; one that is over is followed by silence.
 */
import type { AsideEnding } from '../interpreter/aside.ts'

/** Plays until it is over or `stop` is aborted. Never rejects. */
export type Play = (stop: AbortSignal) => Promise<AsideEnding>

/** Announcements that wait for their turn; one more is refused. */
export const ANNOUNCEMENTS_MAX = 20

interface Waiting {
  readonly play: Play
  readonly done: (ending: AsideEnding) => void
}

const CUT = 'cut'

export class SoloSound {
  #background: Play | null = null
  #announcements: Waiting[] = []
  #playing: { readonly what: Play; readonly cut: AbortController } | null = null
  #over = false

  get hasBackground(): boolean {
    return this.#background !== null
  }

  /** Plays this from now on, null for nothing. The one before is cut. */
  setBackground(play: Play | null): void {
    const before = this.#background
    this.#background = play
    if (this.#playing && this.#playing.what === before) this.#playing.cut.abort(CUT)
    this.#next()
  }

  /** Resolves when it is over: `stopped` when the participant left before, `failed` when too many wait already. */
  announce(play: Play): Promise<AsideEnding> {
    if (this.#over) return Promise.resolve('stopped')
    if (this.#announcements.length >= ANNOUNCEMENTS_MAX) return Promise.resolve('failed')
    return new Promise((done) => {
      this.#announcements.push({ play, done })
      if (this.#playing && this.#playing.what === this.#background) this.#playing.cut.abort(CUT)
      this.#next()
    })
  }

  /** Nothing is played any more. Idempotent. */
  end(): void {
    this.#over = true
    this.#background = null
    this.#playing?.cut.abort(CUT)
    for (const { done } of this.#announcements.splice(0)) done('stopped')
  }

  #next(): void {
    if (this.#playing || this.#over) return
    const announcement = this.#announcements.shift()
    const what = announcement?.play ?? this.#background
    if (!what) return
    const cut = new AbortController()
    this.#playing = { what, cut }
    void what(cut.signal).then((ending) => {
      this.#playing = null
      if (announcement) announcement.done(ending)
      else if (!cut.signal.aborted && this.#background === what) this.#background = null
      this.#next()
    })
  }
}
