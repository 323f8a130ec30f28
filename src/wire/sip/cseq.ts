/** A request's place in its dialog and its method, `CSeq: 1 INVITE` (RFC 3261 section 20.16). */
import { TOKEN_CHARACTERS } from './grammar.ts'

export interface CSeq {
  readonly number: number
  readonly method: string
}

/** Numbers stay below (RFC 3261 section 8.1.1.5). */
export const CSEQ_END = 2 ** 31

const CSEQ = new RegExp(`^(\\d+)[ \\t]+([${TOKEN_CHARACTERS}]+)$`)

/** @returns null when the value is none, or its number too large */
export function parseCSeq(value: string): CSeq | null {
  const found = CSEQ.exec(value)
  if (found === null) return null
  const number = Number(found[1])
  return number < CSEQ_END ? { number, method: found[2]! } : null
}

export const writeCSeq = ({ number, method }: CSeq): string => `${number} ${method}`
