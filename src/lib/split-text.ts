/** Cuts a long text where a reader would draw breath, so that what speaks it gets it in pieces of a stated size. */

/** Where to cut, best first: after a sentence, after a clause, between words. */
const ENDS = [
  /[.!?\u3002\uff01\uff1f]["')\]]*(?=\s|$)|[\u3002\uff01\uff1f]/g,
  /[,;:\u3001\uff0c](?=\s|$)|[\u3001\uff0c]/g,
  /\S(?=\s)/g,
]

/**
 * @param max characters (UTF-16 units) in a piece, at least 2
 * @returns no piece is empty or has white space at its ends; joined with spaces they are the text, unless a word was
 *   longer than a piece
 */
export function splitText(text: string, max: number): string[] {
  const pieces: string[] = []
  let rest = text.trim()
  while (rest.length > max) {
    const at = cutAt(rest, max)
    pieces.push(rest.slice(0, at).trim())
    rest = rest.slice(at).trim()
  }
  if (rest !== '') pieces.push(rest)
  return pieces
}

function cutAt(text: string, max: number): number {
  // One more character, so that an end can see the space behind it.
  const window = text.slice(0, max + 1)
  for (const end of ENDS) {
    let cut = 0
    for (const { index, 0: found } of window.matchAll(end)) if (index + found.length <= max) cut = index + found.length
    if (cut > 0) return cut
  }
  // In one long word any place will do, except between the halves of a character.
  const before = text.charCodeAt(max - 1)
  return before >= 0xd800 && before <= 0xdbff ? max - 1 : max
}
