/**
 * When recordings write what they have: each once a second, in its own turn within the second. Recordings often begin
 * together, and all at once they would keep whatever else is due waiting; a few together cost less than each alone.
 */
import type { Instant } from '../../lib/ids.ts'

/** A crash loses no more. */
const PERIOD_MS = 1000
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
