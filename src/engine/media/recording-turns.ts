/**
 * When recordings write what they have: each once a second, in its own turn within the second. Recordings often begin
 * together, and all at once they would keep whatever else is due waiting; a few together cost less than each alone.
 */
import type { Instant } from '../../lib/ids.ts'

/** A crash loses so much, and what recordings are behind. */
const PERIOD_MS = 1000
/**
 * So far behind now recordings stay when it is their turn: what is ordered in another thread takes effect at once and is
 * known here a little later, when that thread is busy.
 */
export const BEHIND_MS = 100
/** Moments of a turn, and how many there are. */
const TURN_MS = 5
const TURNS = PERIOD_MS / TURN_MS
/** From one that begins to the next: far apart, and all turns are taken before one is taken again. */
const STEP = 123

/** The number of a turn. */
export type Turn = number

let last = 0

export function takeTurn(): Turn {
  last = (last + STEP) % TURNS
  return last
}

/** When this turn comes next. Not at once: a timer may have been a little early for the one that it was set for. */
export function nextTurn(turn: Turn, now: Instant): Instant {
  const from = now + TURN_MS
  return (from + PERIOD_MS - ((from + PERIOD_MS - turn * TURN_MS) % PERIOD_MS)) as Instant
}
