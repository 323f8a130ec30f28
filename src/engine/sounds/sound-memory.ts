/** The sounds of late, ready to be played: least recently used out, bounded by their bytes. */
import type { Sound } from '../ports/sound.ts'

/** A longer sound than this share of the memory would drive out too many others: it is not kept. */
const SHARE_MAX = 1 / 8
/** What a sound costs beside its samples, so that their number has a limit too. */
const OVERHEAD_BYTES = 1024

export class SoundMemory {
  readonly #bytesMax: number
  /** In the order of last use. */
  readonly #sounds = new Map<string, Sound>()
  #bytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  get(id: string): Sound | null {
    const sound = this.#sounds.get(id)
    if (!sound) return null
    this.#sounds.delete(id)
    this.#sounds.set(id, sound)
    return sound
  }

  keep(sound: Sound): void {
    if (costOf(sound) > this.#bytesMax * SHARE_MAX || this.get(sound.id)) return
    this.#sounds.set(sound.id, sound)
    this.#bytes += costOf(sound)
    for (const [id, oldest] of this.#sounds) {
      if (this.#bytes <= this.#bytesMax) break
      this.#sounds.delete(id)
      this.#bytes -= costOf(oldest)
    }
  }
}

const costOf = (sound: Sound): number => sound.ulaw.length + OVERHEAD_BYTES
