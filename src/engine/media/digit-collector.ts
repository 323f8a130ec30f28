/**
 * Collecting keys as a pure step: what one key does to what is in so far. The finishing key acts only after another
 * key; alone it ends the collecting without input, as the reference's Gather does.
 */
import type { Collect } from '../ports/leg-media.ts'

export interface Collected {
  readonly digits: string
  /** The key that ended the collecting; "" while it goes on, and when `numDigits` or a timeout ended it. */
  readonly finishedOnKey: string
  readonly over: boolean
}

export const NOTHING_COLLECTED: Collected = { digits: '', finishedOnKey: '', over: false }

/** Without a bound of its own collecting still ends here. */
const DIGITS_MAX = 4096

/** Keys that reach an application; the letters A to D of the tone table do not. */
export const isCollectable = (key: string): boolean => /^[0-9*#]$/.test(key)

export function stepCollect(collect: Collect, { digits }: Collected, key: string): Collected {
  if (key !== '' && collect.finishOnKey.includes(key)) return { digits, finishedOnKey: key, over: true }
  const more = digits + key
  return { digits: more, finishedOnKey: '', over: more.length >= Math.min(collect.numDigits ?? DIGITS_MAX, DIGITS_MAX) }
}
