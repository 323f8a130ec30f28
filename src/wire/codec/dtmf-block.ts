/**
 * The quick look at a block of 102 samples: which key may this be? Deliberately generous. A block may lie half beside
 * the tone, a frequency that is off by 1.5 % shows up to 1.4 dB too weak in it, and the stronger tone leaks into the
 * other's neighbours; the strict criteria would lose valid keys. What passes here is looked at exactly before it counts.
 */
import { joinedPowers, type Sums, turnOver } from './dtmf-goertzel.ts'

/** Samples of half a block, 6.4 ms: blocks overlap by a half, and sums over halves are joined to those of blocks. */
export const HALF_BLOCK = 51
const BLOCK = 2 * HALF_BLOCK

/** Each tone: an amplitude of 175, -45 dBFS. */
const POWER_MIN = 8e7
/** The part of all energy that both tones must have. */
const SHARE_MIN = 0.55
/** The strongest of its group against every other. */
const DOMINANCE_MIN = 2
const LOW_OVER_HIGH_MAX = 25
const HIGH_OVER_LOW_MAX = 10

const HALF_TURN = turnOver(HALF_BLOCK)
const powers = new Float64Array(8)

/**
 * @param energy sum of the squares of the block's samples
 * @returns the index of the key, row by row, or -1
 */
export function keyOfBlock(earlier: Sums, later: Sums, energy: number): number {
  joinedPowers(earlier, later, HALF_TURN, powers)
  const low = strongest(0)
  const high = strongest(4)
  const lowPower = powers[low]!
  const highPower = powers[high]!
  if (lowPower < POWER_MIN || highPower < POWER_MIN) return -1
  if ((lowPower + highPower) * 2 < SHARE_MIN * BLOCK * energy) return -1
  if (lowPower > LOW_OVER_HIGH_MAX * highPower || highPower > HIGH_OVER_LOW_MAX * lowPower) return -1
  if (!dominates(low, 0) || !dominates(high, 4)) return -1
  return low * 4 + (high - 4)
}

function strongest(first: number): number {
  let best = first
  for (let index = first + 1; index < first + 4; index++) if (powers[index]! > powers[best]!) best = index
  return best
}

function dominates(best: number, first: number): boolean {
  for (let index = first; index < first + 4; index++)
    if (index !== best && powers[index]! * DOMINANCE_MIN > powers[best]!) return false
  return true
}
