/** The header fields of reliable provisional answers (RFC 3262): RSeq numbers them, RAck names the one that a PRACK acknowledges. */
import type { SipHeaders } from '../headers.ts'
import { listsToken } from './option-tags.ts'

export interface RAck {
  readonly rseq: number
  readonly cseq: number
  readonly method: string
}

const RSEQ_MAX = 2 ** 31 - 1
/** Numbers begin anywhere; low, they never reach their end. */
export const FIRST_RSEQ = 1

/** @returns null when the value is none */
export function parseRSeq(value: string): number | null {
  if (!/^\d{1,10}$/.test(value)) return null
  const number = Number(value)
  return number >= 1 && number <= RSEQ_MAX ? number : null
}

/** @returns null when the value is none */
export function parseRAck(value: string): RAck | null {
  const found = /^(\d{1,10})[ \t]+(\d{1,10})[ \t]+(\S+)$/.exec(value)
  return found && { rseq: Number(found[1]), cseq: Number(found[2]), method: found[3]! }
}

export const writeRAck = ({ rseq, cseq, method }: RAck): string => `${rseq} ${cseq} ${method}`

/** The number of an answer that wants PRACK; null for one that does not. */
export function reliableNumber(status: number, headers: SipHeaders): number | null {
  if (status <= 100 || status >= 200 || !listsToken(headers, 'Require', '100rel')) return null
  return parseRSeq(headers.get('RSeq') ?? '')
}

/**
 * Which reliable answers of one early dialog are to be acknowledged: each by one PRACK, in their order (section 4). Repeats and
 * those that came before their turn are dropped; they come again.
 */
export class ReliableOrder {
  #last: number | null = null

  takes(rseq: number): boolean {
    if (this.#last !== null && rseq !== this.#last + 1) return false
    this.#last = rseq
    return true
  }
}
