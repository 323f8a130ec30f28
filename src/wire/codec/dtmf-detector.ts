/**
 * Finds the keys pressed in 8 kHz audio by their tones, to ITU-T Q.24: keys of 40 ms and more with gaps of 40 ms and
 * more, 0 to -25 dBm0 a tone, frequencies off by up to 1.5 %, 15 dB above noise; not what is shorter than 20 ms or off by
 * 3.5 %; and as good as never speech or music.
 *
 * Plain Goertzel over blocks of 102 samples does not reach this: a key of 40 ms fills only two of them for sure, and one
 * of 20 ms can touch as many; a tone off by 1.5 % loses up to 28 % of its power in such a block, about what speech gains.
 * So blocks overlap by a half, which costs nothing (sums over half blocks are joined), and looking goes in two steps. A
 * generous look at every block (`dtmf-block.ts`) finds candidates; four in a row, of which a key of 40 ms fills at least
 * that many, are looked at exactly (`dtmf-two-tones.ts`): measured frequencies, and two sinusoids that leave next to
 * nothing unexplained.
 */
import { DTMF_KEYS } from './dtmf.ts'
import { HALF_BLOCK, keyOfBlock } from './dtmf-block.ts'
import { noSums, type Sums, sumAll } from './dtmf-goertzel.ts'
import { isKeyTone } from './dtmf-two-tones.ts'

export interface DetectedKey {
  readonly key: string
  /** Counted since the detector began; within 20 ms. */
  readonly startedAtSample: number
}

/** Blocks in a row that may be the same key before it is looked at exactly. */
const BEGIN_HITS = 4
/** Blocks in a row without the key that end it: a break of 10 ms spoils at most three, a gap of 40 ms at least six. */
const END_MISSES = 4
/** What is looked at exactly, 25.5 ms: four candidate blocks reach over 255 samples, of which the first half block may
 * lie before the tone. */
const LOOKED_AT = 4 * HALF_BLOCK
/** Half blocks below this are not searched: half of what the two weakest tones have. */
const ENERGY_MIN = HALF_BLOCK * 15_000
const NONE: readonly DetectedKey[] = []

export class DtmfDetector {
  /** The newest samples; the half block being filled is the last. */
  readonly #samples = new Float64Array(LOOKED_AT)
  #filled = 0
  /** Where the half block being filled begins. */
  #position = 0
  #earlier: Sums = noSums()
  #later: Sums = noSums()
  #earlierEnergy = 0
  #laterEnergy = 0
  /** The key that the last blocks may be, how many of them, and where the first of them began. */
  #candidate = -1
  #hits = 0
  #candidateFrom = 0
  #pressed = -1
  #misses = 0

  /** Whether a key is held: it was reported, and has not ended. */
  get speaking(): boolean {
    return this.#pressed >= 0
  }

  /** @returns the keys that became certain within these samples; how the audio is cut makes no difference */
  push(samples: Int16Array, from: number = 0, to: number = samples.length): readonly DetectedKey[] {
    let found: DetectedKey[] | null = null
    for (let at = from; at < to; ) {
      const count = Math.min(HALF_BLOCK - this.#filled, to - at)
      this.#take(samples, at, count)
      at += count
      if (this.#filled < HALF_BLOCK) break
      if (this.#look()) {
        found ??= []
        found.push({ key: DTMF_KEYS[this.#pressed]!, startedAtSample: this.#candidateFrom })
      }
      this.#samples.copyWithin(0, HALF_BLOCK)
      this.#filled = 0
      this.#position += HALF_BLOCK
    }
    return found ?? NONE
  }

  #take(samples: Int16Array, from: number, count: number): void {
    const held = this.#samples
    const into = LOOKED_AT - HALF_BLOCK + this.#filled
    let energy = 0
    for (let offset = 0; offset < count; offset++) {
      const sample = samples[from + offset]!
      held[into + offset] = sample
      energy += sample * sample
    }
    this.#filled += count
    this.#laterEnergy += energy
  }

  /** Looks at the block that the newest half block completes. @returns whether a key has begun */
  #look(): boolean {
    const key = this.#possibleKey()
    if (this.#pressed >= 0) {
      if (key === this.#pressed) {
        this.#misses = 0
        this.#candidate = -1
        return false
      }
      this.#misses += 1
      if (this.#misses >= END_MISSES) this.#pressed = -1
    }
    if (key !== this.#candidate) {
      this.#candidate = key
      this.#candidateFrom = Math.max(0, this.#position - HALF_BLOCK)
      this.#hits = 0
    }
    this.#hits += 1
    if (key < 0 || this.#hits < BEGIN_HITS || !isKeyTone(this.#samples, key)) return false
    this.#pressed = key
    this.#misses = 0
    this.#candidate = -1
    return true
  }

  #possibleKey(): number {
    const swapped = this.#earlier
    this.#earlier = this.#later
    this.#later = swapped
    const energy = this.#earlierEnergy + this.#laterEnergy
    const silent = this.#laterEnergy < ENERGY_MIN
    this.#earlierEnergy = this.#laterEnergy
    this.#laterEnergy = 0
    if (silent) {
      this.#later.real.fill(0)
      this.#later.imaginary.fill(0)
      if (energy < 2 * ENERGY_MIN) return -1
    } else sumAll(this.#samples, LOOKED_AT - HALF_BLOCK, LOOKED_AT, this.#later)
    return keyOfBlock(this.#earlier, this.#later, energy)
  }
}
