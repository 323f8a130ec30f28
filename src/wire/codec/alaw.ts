/**
 * A-law (ITU-T G.711) beside µ-law: what is spoken in Europe's networks is turned into the platform's µ-law and back by
 * tables. Each code becomes the one whose value is nearest; there and back again changes a code once at most.
 */
import { ALAW_TO_LINEAR, encodeUlaw, ULAW_TO_LINEAR } from './g711.ts'

/** A-law's code of digital silence, as near as it has one: +8. */
export const ALAW_SILENCE = 0xd5

/** Even bits are inverted on the line, so that silence has no long rows of zeros. */
const TURNED = 0x55
const MAGNITUDE_MAX = 32_767

export function encodeAlaw(sample: number): number {
  const sign = sample < 0 ? 0 : 0x80
  const magnitude = sample < 0 ? Math.min(~sample, MAGNITUDE_MAX) : Math.min(sample, MAGNITUDE_MAX)
  const exponent = Math.max(0, 31 - Math.clz32(magnitude | 1) - 7)
  const mantissa = (magnitude >> Math.max(4, exponent + 3)) & 0x0f
  return (sign | (exponent << 4) | mantissa) ^ TURNED
}

/** A-law code by µ-law code. */
export const ULAW_TO_ALAW: Uint8Array = Uint8Array.from(ULAW_TO_LINEAR, encodeAlaw)
/** µ-law code by A-law code. */
export const ALAW_TO_ULAW: Uint8Array = Uint8Array.from(ALAW_TO_LINEAR, encodeUlaw)

/** Turns `from[begin..end)` by a table into `into`, from `at` on. */
export function recode(
  table: Uint8Array,
  from: Uint8Array,
  into: Uint8Array,
  {
    begin = 0,
    end = from.length,
    at = 0,
  }: { readonly begin?: number; readonly end?: number; readonly at?: number } = {},
): void {
  for (let index = begin; index < end; index++) into[at + index - begin] = table[from[index]!]!
}
