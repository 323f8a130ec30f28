/**
 * Packets come unevenly, out of order, twice or not at all; sound is taken out every 20 ms. What lies between is a line of
 * samples (8 kHz, µ-law) on which each packet has its place by timestamp, and a cursor that runs along it. How much
 * earlier than the cursor packets come is the buffer's only measure:
 *
 * - *grow*: a packet that comes too late but before anything that follows it was heard moves the cursor back to itself, so
 *   the first word after a pause is never cut. When two of the last seconds' packets were too late for that, the
 *   cursor waits in the next silence or gap.
 * - *shrink*: when all came 20 ms earlier than needed, a frame of silence is passed over. Above the longest delay, sound too.
 *
 * Timestamps are only believed as far as they are sensible: when they jump, sound goes on behind what is there.
 */
import { assert } from '../../lib/assert.ts'
import { FRAME } from '../codec/energy.ts'
import { SAMPLES_PER_MS } from '../codec/g711.ts'
import { JITTER_MS_MAX, type JitterLimits, USUAL_JITTER_LIMITS } from './jitter-limits.ts'
import { isLaterSequence } from './packet.ts'
import { RecentPackets } from './recent-packets.ts'
import { ABSENT, SampleLine, SILENT, SOUND } from './sample-line.ts'
import { SlackWindow } from './slack-window.ts'

/**
 * What a stretch of 20 ms is: sound; a hole that packets should have filled; a pause in which the sender sends
 * nothing; or nothing at all, before the first packet and once the sender has fallen silent without a word.
 */
export type Stretch = 'sound' | 'lost' | 'silence' | 'empty'
/** Told of each stretch `into[from..to)` in order. Sound is there already, the rest is to be filled in. */
export type TellStretch = (stretch: Stretch, into: Uint8Array, from: number, to: number) => void

export interface JitterCounts {
  /** Of sound. */
  packets: number
  duplicates: number
  /** Came after their place was played. */
  late: number
  /** Too long, or too far ahead to be kept. */
  discarded: number
  /** The sender's timestamps made a jump, or stood still. */
  jumps: number
  /** Samples told as lost. */
  concealedSamples: number
  /** Samples by which play-out was delayed. */
  insertedSamples: number
  /** Samples that were passed over, silent or not. */
  droppedSamples: number
}

/** 200 ms, the longest packet that a receiver has to take (RFC 3551 §4.2). */
export const PACKET_SAMPLES_MAX = 200 * SAMPLES_PER_MS
/** Timestamps that run so far ahead of what is there have jumped. */
const JUMP = 200 * SAMPLES_PER_MS
/** A hole is taken for a loss so long; then the sender is silent. */
const LOST_MAX = 160 * SAMPLES_PER_MS
/** More than a frame has to be spare before one is passed over, or the next packets would be late again. */
const SPARE_MIN = FRAME + 5 * SAMPLES_PER_MS

export class JitterBuffer {
  readonly #min: number
  readonly #max: number
  readonly #line: SampleLine
  readonly #recent = new RecentPackets()
  readonly #slacks = new SlackWindow()
  readonly #counts: JitterCounts = {
    packets: 0,
    duplicates: 0,
    late: 0,
    discarded: 0,
    jumps: 0,
    concealedSamples: 0,
    insertedSamples: 0,
    droppedSamples: 0,
  }
  /** What is taken next. */
  #cursor = 0
  /** Position less timestamp. */
  #shift = 0
  #anchored = false
  #newestSequence = 0
  #newestEnd = 0
  /** Where the sender said that it is silent, when nothing newer has come. */
  #silentFrom: number | null = null
  /** The end of the last sound that was taken. */
  #playedEnd = 0
  #lostInARow = LOST_MAX

  constructor({ minMs, maxMs }: JitterLimits = USUAL_JITTER_LIMITS) {
    assert(
      minMs >= 0 && minMs <= maxMs && maxMs <= JITTER_MS_MAX,
      `a jitter buffer cannot be ${minMs} to ${maxMs} ms long`,
    )
    this.#min = Math.round(minMs * SAMPLES_PER_MS)
    this.#max = Math.round(maxMs * SAMPLES_PER_MS)
    this.#line = new SampleLine(this.#max + JUMP + 2 * PACKET_SAMPLES_MAX)
  }

  get counts(): Readonly<JitterCounts> {
    return this.#counts
  }

  /** How long a packet that came by the fastest way waits at present. */
  get delayMs(): number {
    return Math.max(0, this.#slacks.most) / SAMPLES_PER_MS
  }

  /** Another source, or the same anew: what is there is still played, what comes is put behind it. */
  restart(): void {
    this.#anchored = false
    this.#recent.clear()
  }

  /** @param codes µ-law; those of the packet are `codes[from..to)` */
  put(sequence: number, rtpTimestamp: number, codes: Uint8Array, from: number = 0, to: number = codes.length): void {
    const length = to - from
    this.#counts.packets += 1
    if (length <= 0 || length > PACKET_SAMPLES_MAX) {
      this.#counts.discarded += 1
      return
    }
    if (this.#recent.has(sequence)) {
      this.#counts.duplicates += 1
      return
    }
    const newer = !this.#anchored || isLaterSequence(sequence, this.#newestSequence)
    if (!this.#anchored) this.#anchor(rtpTimestamp)
    else if (newer && this.#hasJumped(rtpTimestamp)) {
      this.#counts.jumps += 1
      this.#anchor(rtpTimestamp)
    }
    const position = (rtpTimestamp + this.#shift) | 0
    let slack = (position - this.#cursor) | 0
    if (slack < 0 && this.#canGoBackTo(position, newer)) slack = this.#goBackTo(position)
    else if (slack > this.#max) {
      if (!newer) {
        this.#counts.discarded += 1
        return
      }
      slack = this.#goOnTowards(position)
    }
    this.#slacks.add(slack)
    if (newer) {
      this.#newestSequence = sequence
      this.#newestEnd = (position + length) | 0
      this.#silentFrom = null
    }
    this.#place(sequence, position, length)
    if (slack + length <= 0) this.#counts.late += 1
    else {
      const skipped = Math.max(0, -slack)
      this.#line.write((position + skipped) | 0, codes, from + skipped, to)
    }
  }

  /** A packet without sound: the sender is silent from its timestamp on (RFC 3389), or sends a key instead. */
  putSilence(sequence: number, rtpTimestamp: number): void {
    if (this.#recent.has(sequence)) return
    const newer = !this.#anchored || isLaterSequence(sequence, this.#newestSequence)
    if (!this.#anchored) this.#anchor(rtpTimestamp)
    const position = (rtpTimestamp + this.#shift) | 0
    if (newer) {
      this.#newestSequence = sequence
      const ahead = (position - this.#newestEnd) | 0
      // A key's timestamp stays at its beginning, behind sound that is sent beside it.
      if (ahead > 0 && ((position - this.#cursor) | 0) <= this.#max) this.#newestEnd = position
      this.#silentFrom = ahead >= 0 ? position : this.#newestEnd
    }
    this.#place(sequence, position, 0)
  }

  /** @param into 160 codes, the next 20 ms */
  take(into: Uint8Array, tell: TellStretch): void {
    this.#slacks.take()
    const waits = this.#waits()
    if (!waits) this.#passOverSilence()
    const cursor = this.#cursor
    if (waits && this.#line.stateAt(cursor) === ABSENT) {
      this.#tellAbsent(into, { from: 0, to: FRAME, tell })
      return
    }
    for (let from = 0; from < FRAME; ) {
      const position = (cursor + from) | 0
      const to = from + this.#line.stretchFrom(position, FRAME - from)
      const state = this.#line.stateAt(position)
      if (state === SOUND) {
        this.#lostInARow = 0
        this.#line.read(position, into, from, to)
        if (!waits) this.#playedEnd = (cursor + to) | 0
        tell('sound', into, from, to)
      } else if (state === SILENT) tell('silence', into, from, to)
      else this.#tellAbsent(into, { from, to, tell })
      from = to
    }
    if (!waits) this.#advance(FRAME)
  }

  #tellAbsent(into: Uint8Array, { from, to, tell }: { from: number; to: number; tell: TellStretch }): void {
    if (this.#silentFrom !== null && ((this.#cursor + from - this.#silentFrom) | 0) >= 0) {
      tell('silence', into, from, to)
      return
    }
    if (this.#lostInARow >= LOST_MAX) {
      tell('empty', into, from, to)
      return
    }
    this.#lostInARow += to - from
    this.#counts.concealedSamples += to - from
    tell('lost', into, from, to)
  }

  #advance(samples: number): void {
    this.#line.clear(this.#cursor, samples)
    this.#cursor = (this.#cursor + samples) | 0
  }

  /** Gives the timestamp its place: behind what is there, and as long before it is needed as packets have needed lately. */
  #anchor(rtpTimestamp: number): void {
    const { isTelling, most, spare } = this.#slacks
    const needed = isTelling ? Math.ceil((most - spare) / FRAME) * FRAME : 0
    const delay = Math.max(this.#min, Math.min(needed, this.#max))
    let position = (this.#cursor + delay) | 0
    const rest = (this.#newestEnd - this.#cursor) | 0
    if (rest > delay && rest <= this.#max) position = this.#newestEnd
    this.#mark(rest > 0 && rest <= this.#max ? this.#newestEnd : this.#cursor, position)
    this.#anchored = true
    this.#shift = (position - rtpTimestamp) | 0
    this.#newestEnd = position
    this.#silentFrom = null
    this.#slacks.clear()
  }

  /** Of a packet that is newer by its number: it cannot lie before the end of the last, nor far ahead of all that is there. */
  #hasJumped(rtpTimestamp: number): boolean {
    const position = (rtpTimestamp + this.#shift) | 0
    const ahead = (position - this.#newestEnd) | 0
    return ahead < 0 || (ahead > JUMP && ((position - this.#cursor) | 0) > this.#max)
  }

  /** Nothing that follows it was heard, and going back does not make the delay of what is there too long. */
  #canGoBackTo(position: number, newer: boolean): boolean {
    return newer || (((position - this.#playedEnd) | 0) >= 0 && ((this.#newestEnd - position) | 0) <= this.#max)
  }

  /** @returns how long before it is needed the packet has come now */
  #goBackTo(position: number): number {
    const late = (this.#cursor - position) | 0
    if (late <= this.#max) {
      this.#cursor = position
      this.#slacks.shift(late)
      this.#counts.insertedSamples += late
      return 0
    }
    // Behind a pause it is a new beginning: the sender's clock has stood still meanwhile, or the network has.
    this.#cursor = (position - this.#min) | 0
    this.#mark(this.#cursor, position)
    this.#slacks.clear()
    this.#counts.jumps += 1
    return this.#min
  }

  /** More is waiting than may: the oldest gives way, in whole frames. */
  #goOnTowards(position: number): number {
    const over = ((position - this.#cursor) | 0) - this.#max
    const passed = Math.ceil(over / FRAME) * FRAME
    this.#counts.droppedSamples += passed
    this.#slacks.shift(-passed)
    this.#advance(passed)
    return (position - this.#cursor) | 0
  }

  /** Between neighbours by number nothing was lost: what lies between them is silence. */
  #place(sequence: number, position: number, length: number): void {
    const end = (position + length) | 0
    const [before, after] = [(sequence - 1) & 0xffff, (sequence + 1) & 0xffff]
    if (this.#recent.has(before)) this.#mark(this.#recent.endOf(before), position)
    if (this.#recent.has(after)) this.#mark(end, this.#recent.startOf(after))
    this.#recent.add(sequence, position, end)
  }

  /** A pause, as far as it is still ahead. */
  #mark(from: number, to: number): void {
    const begin = Math.max(0, (from - this.#cursor) | 0)
    this.#line.markSilent((this.#cursor + begin) | 0, ((to - this.#cursor) | 0) - begin)
  }

  /** Packets come too late, and this is a frame that may be heard twice, or a hole in which nobody hears a longer one. */
  #waits(): boolean {
    const { spare, most } = this.#slacks
    if (spare >= 0 || most + FRAME > this.#max) return false
    if (this.#line.stateAt(this.#cursor) !== ABSENT && !this.#line.isQuietFrame(this.#cursor)) return false
    this.#slacks.shift(FRAME)
    this.#counts.insertedSamples += FRAME
    return true
  }

  #passOverSilence(): void {
    const { isTelling, spare, most } = this.#slacks
    if (!isTelling || spare < SPARE_MIN || most - FRAME < this.#min) return
    // The frame after it too, so that no beginning of a word is touched.
    if (!this.#line.isQuietFrame(this.#cursor) || !this.#line.isQuietFrame(this.#cursor + FRAME)) return
    this.#slacks.shift(-FRAME)
    this.#counts.droppedSamples += FRAME
    this.#advance(FRAME)
  }
}
