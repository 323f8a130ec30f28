/**
 * Finds an ampersand that begins no entity: the commonest mistake in hand-made TwiML (`?a=1&b=2` in an attribute). An XML
 * parser notices it only at the next semicolon or at the end of the document; its author wants to be shown the ampersand.
 */

// What may hold any ampersand (comment, CDATA section, processing instruction), a good reference, or a bare one.
const TOKEN =
  /<!--[\s\S]*?(?:-->|$)|<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|<\?[\s\S]*?(?:\?>|$)|&(?:(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)?/g

/** The offset of the first bare ampersand before `end`, null when there is none. */
export function findBareAmpersand(source: string, end: number): number | null {
  for (const token of source.matchAll(TOKEN)) {
    if (token.index >= end) return null
    if (token[0] === '&') return token.index
  }
  return null
}
