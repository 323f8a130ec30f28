/** Both ends offered at once, and each refused the other by 491: who asks again when (RFC 3261 section 14.1). */

const STEP_MS = 10

/**
 * The end that began the dialog waits 2.1 to 4 s, the other up to 2 s, so that one of them is first.
 * @param randomBelow a random whole number from 0 to below its argument
 */
export function retryAfterGlareMs(isCaller: boolean, randomBelow: (end: number) => number): number {
  return STEP_MS * (isCaller ? 210 + randomBelow(191) : randomBelow(201))
}

/** Retry-After of the 500 that a second INVITE gets while the first is not answered: 0 to 10 s (section 14.2). */
export const retryAfterBusySec = (randomBelow: (end: number) => number): number => randomBelow(11)
