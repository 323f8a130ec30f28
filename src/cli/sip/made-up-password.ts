/** A password that a person types into a phone: no letters that look alike, and all that the server asks of one. */
import { randomSecret } from '../../lib/ids.ts'

const LOWER = 'abcdefghijkmnpqrstuvwxyz'
const UPPER = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
const DIGITS = '23456789'
const LENGTH = 16

/** About 90 bits of chance. */
export function madeUpPassword(): string {
  const first = [LOWER, UPPER, DIGITS]
  return [...randomSecret(LENGTH)]
    .map((byte, place) => {
      const letters = first[place] ?? LOWER + UPPER + DIGITS
      return letters.charAt(byte % letters.length)
    })
    .join('')
}
