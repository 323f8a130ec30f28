/**
 * Adds up tracks for many listeners, each of whom hears all but its own. Computed only when somebody reads. The sum of
 * all is shared: it is kept by cells of 20 ms on the absolute grid of media time, and who is silent in a cell copies what
 * was encoded once. Cells may lie ahead of now, since what tracks carry is known until one changes; then everybody has
 * caught up first, and the cells are forgotten.
 */
import { encodeUlaw, ULAW_SILENCE, ULAW_TO_LINEAR } from '../../wire/codec/g711.ts'
import { LoopGuard } from './loop-guard.ts'
import type { Sample } from './media-time.ts'
import type { Source, Track, TrackListener } from './track.ts'

/** Samples of a cell: 20 ms. */
const CELL = 160
/** Cells kept: a little more than recordings take at a time, so that one sum does for all of them. */
const CELLS = 64

/** How a track is heard in the mix: by all, only by those who have it besides, or not at all. */
export type Audibility = 'all' | 'some' | 'none'

interface Cell {
  /** Place on the grid; -1: empty. */
  place: number
  silent: boolean
  encoded: boolean
  readonly sums: Int32Array
  readonly codes: Uint8Array
}

export class Mixer implements TrackListener {
  /** Tracks that all hear. */
  readonly #inputs = new Set<Track>()
  /** Tracks that carry a mix. */
  readonly #outputs = new Set<TrackListener>()
  readonly #guard = new LoopGuard()
  /** Made when first needed. */
  readonly #cells: (Cell | undefined)[] = new Array(CELLS)
  /** An input that was found to sound; asked first whether it still does. */
  #loud: Track | null = null
  /** From here on no input sounds, as things are. */
  #quietFrom = Number.POSITIVE_INFINITY
  // Not shared by mixers: one may read another.
  readonly #codes = new Uint8Array(CELL)
  readonly #sums = new Int32Array(CELL)

  /** Before anything about the mix is changed at `to`. */
  catchUp(to: Sample): void {
    for (const output of this.#outputs) output.catchUp(to)
  }

  /** After it was changed. */
  changed(): void {
    this.#forget()
    for (const output of this.#outputs) output.changed?.()
  }

  /** Between `catchUp` and `changed`. */
  hear(track: Track, audibility: Audibility): void {
    if (audibility === 'all') this.#inputs.add(track)
    else this.#inputs.delete(track)
    if (audibility === 'none') track.unlisten(this)
    else track.listen(this)
    this.#loud = null
  }

  attach(output: TrackListener): void {
    this.#outputs.add(output)
  }

  detach(output: TrackListener): void {
    this.#outputs.delete(output)
  }

  read(from: Sample, into: Uint8Array, { own, besides }: Mix): void {
    if (!this.#guard.enter()) {
      into.fill(ULAW_SILENCE)
      return
    }
    try {
      for (let done = 0; done < into.length; ) {
        const at = (from + done) as Sample
        const offset = at % CELL
        const count = Math.min(CELL - offset, into.length - done)
        const minus = own !== null && this.#leavesOut(own, at) ? own : null
        const also = besides.filter((track) => !track.silentFrom(at))
        const part = into.subarray(done, done + count)
        if (minus || also.length > 0) this.#sum(part, at, minus, also)
        else {
          const cell = this.#cellAt((at - offset) as Sample)
          if (cell.silent) part.fill(ULAW_SILENCE)
          else part.set(encoded(cell).subarray(offset, offset + count))
        }
        done += count
      }
    } finally {
      if (this.#guard.leave()) this.#forget()
    }
  }

  /** Whether nobody is heard from `from` on, the listener's own track included: it is silence that costs nothing. */
  silentFrom(from: Sample, { besides }: Mix): boolean {
    if (!this.#guard.enter()) return true
    try {
      return this.#isQuiet(from) && besides.every((track) => track.silentFrom(from))
    } finally {
      if (this.#guard.leave()) this.#quietFrom = Number.POSITIVE_INFINITY
    }
  }

  isLive({ besides }: Mix): boolean {
    if (!this.#guard.enter()) return false
    try {
      for (const track of this.#inputs) if (track.isLive()) return true
      return besides.some((track) => track.isLive())
    } finally {
      this.#guard.leave()
    }
  }

  #isQuiet(from: Sample): boolean {
    if (from >= this.#quietFrom) return true
    if (this.#loud && !this.#loud.silentFrom(from)) return false
    this.#loud = null
    let mayChange = false
    for (const track of this.#inputs) {
      mayChange ||= track.isLive()
      if (track.silentFrom(from)) continue
      this.#loud = track
      return false
    }
    if (!mayChange) this.#quietFrom = from
    return true
  }

  /**
   * Silence need not be left out. But what is read by way of a line may be read for the very track to leave out, which
   * then seems to be silent: there the others are added up.
   */
  #leavesOut(own: Track, at: Sample): boolean {
    return this.#inputs.has(own) && !(this.#guard.isOutermost && own.silentFrom(at))
  }

  /** What one listener hears within a cell. */
  #sum(into: Uint8Array, at: Sample, minus: Track | null, also: readonly Track[]): void {
    const offset = at % CELL
    const heard = this.#sums.subarray(0, into.length)
    const own = minus && this.#guard.isOutermost ? minus : null
    if (minus && !own) {
      heard.fill(0)
      for (const track of this.#inputs) if (track !== minus && !track.silentFrom(at)) this.#add(track, at, heard)
    } else heard.set(this.#cellAt((at - offset) as Sample).sums.subarray(offset, offset + into.length))
    for (const track of also) this.#add(track, at, heard)
    if (own) encodeWithout(heard, this.#read(own, at, into.length), into)
    else encode(heard, into)
  }

  #cellAt(start: Sample): Cell {
    const place = start / CELL
    this.#cells[place % CELLS] ??= {
      place: -1,
      silent: true,
      encoded: false,
      sums: new Int32Array(CELL),
      codes: new Uint8Array(CELL),
    }
    const cell = this.#cells[place % CELLS]!
    if (cell.place !== place) this.#fill(cell, start)
    return cell
  }

  #fill(cell: Cell, start: Sample): void {
    cell.place = start / CELL
    cell.silent = true
    cell.encoded = false
    cell.sums.fill(0)
    for (const track of this.#inputs) {
      if (track.silentFrom(start)) continue
      cell.silent = false
      this.#add(track, start, cell.sums)
    }
  }

  #add(track: Track, from: Sample, into: Int32Array): void {
    const bytes = this.#read(track, from, into.length)
    for (let at = 0; at < into.length; at++) into[at]! += ULAW_TO_LINEAR[bytes[at]!]!
  }

  /** Good until the next. */
  #read(track: Track, from: Sample, count: number): Uint8Array {
    const bytes = count === CELL ? this.#codes : this.#codes.subarray(0, count)
    track.read(from, bytes)
    return bytes
  }

  #forget(): void {
    for (const cell of this.#cells) if (cell) cell.place = -1
    this.#quietFrom = Number.POSITIVE_INFINITY
  }
}

/** What one listener hears of a mix. */
export class Mix implements Source {
  readonly #mixer: Mixer
  /** Not heard by this listener; null: it has none in the mix. */
  readonly own: Track | null
  /** Tracks that this listener hears besides. Changed between the mixer's `catchUp` and `changed`. */
  besides: readonly Track[] = []

  constructor(mixer: Mixer, own: Track | null) {
    this.#mixer = mixer
    this.own = own
  }

  read(from: Sample, into: Uint8Array): void {
    this.#mixer.read(from, into, this)
  }

  silentFrom(from: Sample): boolean {
    return this.#mixer.silentFrom(from, this)
  }

  isLive(): boolean {
    return this.#mixer.isLive(this)
  }

  attach(listener: TrackListener): void {
    this.#mixer.attach(listener)
  }

  detach(listener: TrackListener): void {
    this.#mixer.detach(listener)
  }
}

function encoded(cell: Cell): Uint8Array {
  if (!cell.encoded) encode(cell.sums, cell.codes)
  cell.encoded = true
  return cell.codes
}

function encode(sums: Int32Array, into: Uint8Array): void {
  for (let at = 0; at < into.length; at++) into[at] = encodeUlaw(sums[at]!)
}

function encodeWithout(sums: Int32Array, own: Uint8Array, into: Uint8Array): void {
  for (let at = 0; at < into.length; at++) into[at] = encodeUlaw(sums[at]! - ULAW_TO_LINEAR[own[at]!]!)
}
