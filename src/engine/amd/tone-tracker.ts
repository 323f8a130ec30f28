/**
 * Tones out of frames: which ones last, how long, and what they mean. A beep stands alone: what follows it is no tone,
 * so that neither the first third of a special information tone nor a note of a melody is one. It is told when it is
 * over, because then a message may begin.
 */
import { FRAME } from '../../wire/codec/energy.ts'
import { SAMPLES_PER_MS } from '../../wire/codec/g711.ts'
import type { Frame } from './frame-classifier.ts'

export type ToneSignal =
  /** One single tone, at most 1.5 s: longer ones are told while they sound. */
  | 'beep'
  /** A beep as long and as low as the ringback of most countries. */
  | 'ring'
  /** A calling fax: 1100 Hz for half a second. */
  | 'fax-calling'
  /** An answering fax: 2100 Hz. */
  | 'fax-answering'
  /** Three rising tones before an announcement of the network. */
  | 'special-information'
  /** The same tone or pair of tones twice, with a rest between: busy, or no way through. */
  | 'busy'

const FRAME_MS = FRAME / SAMPLES_PER_MS
/** Frames in which a tone of so many milliseconds can be expected to be seen, having begun and ended within frames. */
const frames = (ms: number): number => Math.floor(ms / FRAME_MS)

/** What is shorter is no tone: some sound of a voice. */
const SURE = frames(120)
/** A tone that is sure goes on after less than this: a lost packet, or the turned phase of a modem. */
const OVER = frames(60)
/** How far the frequency may wander, as a part of it. */
const DRIFT_MAX = 0.015

const BEEP_HZ = [395, 2010] as const
const BEEP_MAX = frames(1500)
const RING_HZ = [380, 480] as const
const RING_MIN = frames(900)

/** ITU-T T.30 allows 38 Hz and 15 % of the length. */
const FAX_CALLING_HZ = [1060, 1140] as const
const FAX_CALLING_LENGTH = [frames(420), frames(580)] as const
/** ITU-T T.30 allows 15 Hz. */
const FAX_ANSWERING_HZ = [2080, 2120] as const
/** Less than the 450 ms after which a modem turns the phase; nothing else sounds so long at that frequency. */
const FAX_ANSWERING_MIN = frames(400)

const SPECIAL_INFORMATION_HZ = [
  [900, 1000],
  [1350, 1450],
  [1750, 1850],
] as const
const SPECIAL_INFORMATION_LAST_MIN = frames(200)

/** Of the tone and of the rest. */
const BUSY_LENGTH = [SURE, frames(800)] as const

/** One tone, or the two of busy; positions are numbers of frames. */
interface Run {
  /** Null for the two tones of busy. */
  readonly hz: number | null
  readonly from: number
  /** After the last frame in which it was heard. */
  to: number
  lowestHz: number
  highestHz: number
  told: boolean
}

export class ToneTracker {
  #frames = 0
  #run: Run | null = null
  /** What may be the next tone while the last one is not over. */
  #next: Run | null = null
  /** Frequencies of tones that followed each other without a rest. */
  #melody: readonly (number | null)[] = []
  /** The last tone that stood alone. */
  #before: Run | null = null

  /** Whether something sounds that may be a tone, or ended so lately that it is not told yet. */
  get listening(): boolean {
    return this.#run !== null
  }

  /** Whether the last frame belongs to a tone for sure. */
  get sure(): boolean {
    return this.#run !== null && isSure(this.#run) && this.#run.to === this.#frames
  }

  /** @returns what became certain with this frame */
  push(frame: Frame): ToneSignal | null {
    const at = this.#frames++
    const run = this.#run
    if (run && goesOn(run, frame, at)) {
      this.#next = null
      return this.#sounding(run)
    }
    if (!this.#next || !goesOn(this.#next, frame, at)) this.#next = begun(frame, at)
    if (run && isSure(run) && this.#frames - run.to < OVER) return null
    this.#run = this.#next
    this.#next = null
    return run && isSure(run) ? this.#ended(run) : null
  }

  #sounding(run: Run): ToneSignal | null {
    if (run.told) return null
    const signal = soundingSignal(run, this.#melody)
    run.told = signal !== null
    return signal
  }

  #ended(run: Run): ToneSignal | null {
    // Two frames of it: one frame in which a tone ends may look like another tone.
    if (this.#run && lengthOf(this.#run) > 1) {
      this.#melody = [...this.#melody.slice(-1), run.hz]
      return null
    }
    const inMelody = this.#melody.length > 0
    this.#melody = []
    if (inMelody || run.told) return null
    const before = this.#before
    this.#before = run
    if (before && isBusy(before, run)) return 'busy'
    return isWithin(run.hz, BEEP_HZ) ? aloneSignal(run) : null
  }
}

function begun(frame: Frame, at: number): Run | null {
  if (frame.sound === 'silence' || frame.sound === 'voice') return null
  const hz = frame.sound === 'tone' ? frame.hz : null
  return { hz, from: at, to: at + 1, lowestHz: hz ?? 0, highestHz: hz ?? 0, told: false }
}

/** Makes the run longer when the frame belongs to it. */
function goesOn(run: Run, frame: Frame, at: number): boolean {
  if (run.hz === null) {
    if (frame.sound !== 'busy-pair') return false
  } else {
    if (frame.sound !== 'tone') return false
    const lowestHz = Math.min(run.lowestHz, frame.hz)
    const highestHz = Math.max(run.highestHz, frame.hz)
    if (highestHz - lowestHz > DRIFT_MAX * lowestHz) return false
    run.lowestHz = lowestHz
    run.highestHz = highestHz
  }
  run.to = at + 1
  return true
}

const lengthOf = ({ from, to }: Run): number => to - from
const isSure = (run: Run): boolean => lengthOf(run) >= SURE

type Range = readonly [from: number, to: number]
const isWithin = (value: number | null, [from, to]: Range): boolean => value !== null && value >= from && value <= to

/** @param melody the frequencies of the tones right before it */
function soundingSignal(run: Run, melody: readonly (number | null)[]): ToneSignal | null {
  const length = lengthOf(run)
  if (length >= FAX_ANSWERING_MIN && isWithin(run.hz, FAX_ANSWERING_HZ)) return 'fax-answering'
  if (length >= SPECIAL_INFORMATION_LAST_MIN && isSpecialInformation([...melody, run.hz])) return 'special-information'
  return length >= BEEP_MAX && isWithin(run.hz, BEEP_HZ) ? aloneSignal(run) : null
}

function aloneSignal(run: Run): ToneSignal {
  if (isWithin(run.hz, FAX_CALLING_HZ) && isWithin(lengthOf(run), FAX_CALLING_LENGTH)) return 'fax-calling'
  return isWithin(run.hz, RING_HZ) && lengthOf(run) >= RING_MIN ? 'ring' : 'beep'
}

const isSpecialInformation = (melody: readonly (number | null)[]): boolean =>
  melody.length === SPECIAL_INFORMATION_HZ.length &&
  melody.every((hz, index) => isWithin(hz, SPECIAL_INFORMATION_HZ[index]!))

function isBusy(first: Run, second: Run): boolean {
  const same =
    first.hz === null || second.hz === null
      ? first.hz === second.hz
      : isWithin(first.hz, RING_HZ) && Math.abs(second.hz - first.hz) <= DRIFT_MAX * first.hz
  const lengths = [lengthOf(first), second.from - first.to, lengthOf(second)]
  return same && lengths.every((length) => isWithin(length, BUSY_LENGTH))
}
