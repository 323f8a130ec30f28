/** Lengths of key strings as the platform sends them: each key 100 ms of tone and 100 ms of gap; `w` 0.5 s, `W` 1 s. */
const KEY_MS = 200
const WAIT_MS: Readonly<Record<string, number>> = { w: 500, W: 1000 }

export function toneLengthMs(digits: string): number {
  let lengthMs = 0
  for (const key of digits) lengthMs += WAIT_MS[key] ?? KEY_MS
  return lengthMs
}
