/**
 * Puts the tokens of an app together to pieces that can be spoken: sentences and clauses, each as soon as its end can be
 * seen, which is at the white space behind it. Every character of the tokens is in one piece, white space too.
 */

/** Longer pieces are cut between words. */
const PIECE_LENGTH_MAX = 1000

/** The end of a sentence or clause, and that something comes after it. */
const END = /[.!?:;…]["'”’)\]]*(?=\s)|[。！？：；]|\n/
const LAST_BLANK = /\s(?=\S*$)/

export class TextPieces {
  #waiting = ''

  /** Something to be spoken waits for its end. */
  get waits(): boolean {
    return this.#waiting.trim() !== ''
  }

  /** @returns pieces that are whole now, none of them blank */
  add(token: string): string[] {
    this.#waiting += token
    const pieces: string[] = []
    for (let end = this.#endOfPiece(); end !== null; end = this.#endOfPiece()) pieces.push(this.#take(end))
    return pieces.filter(isWorthSaying)
  }

  /** What waits, as it is; null when there is nothing to speak in it. */
  flush(): string | null {
    const rest = this.#take(this.#waiting.length)
    return isWorthSaying(rest) ? rest : null
  }

  #endOfPiece(): number | null {
    const end = END.exec(this.#waiting)
    if (end && end.index < PIECE_LENGTH_MAX) return end.index + end[0].length
    if (this.#waiting.length <= PIECE_LENGTH_MAX) return null
    const blank = LAST_BLANK.exec(this.#waiting.slice(0, PIECE_LENGTH_MAX))
    if (blank && blank.index > 0) return blank.index
    // In one long word any place will do, except between the halves of a character.
    const before = this.#waiting.charCodeAt(PIECE_LENGTH_MAX - 1)
    return before >= 0xd800 && before <= 0xdbff ? PIECE_LENGTH_MAX - 1 : PIECE_LENGTH_MAX
  }

  #take(length: number): string {
    const piece = this.#waiting.slice(0, length)
    this.#waiting = this.#waiting.slice(length)
    return piece
  }
}

const isWorthSaying = (piece: string): boolean => piece.trim() !== ''
