/** Which words of a text were heard, in the very characters in which the app wrote them. */

/** As it is spoken, and stands in the ledger. */
export const spoken = (text: string): string => text.replace(/\s+/g, ' ').trim()

/**
 * The words that had been spoken by then, their characters evenly over the length; without white space around them. What
 * ends a word without being a letter makes no sound: the word is heard before it.
 */
export function heardOf(text: string, lengthMs: number, heardMs: number): string {
  const total = [...spoken(text)].length
  const isHeard = (characters: number) => Math.round((lengthMs * characters) / total) <= heardMs
  let characters = 0
  let end = 0
  for (const { 0: word, index } of text.matchAll(/\S+/g)) {
    const letters = word.replace(/[^\p{L}\p{N}]+$/u, '') || word
    if (!isHeard(characters + [...letters].length)) break
    characters += [...word].length
    end = index + (isHeard(characters) ? word : letters).length
    // The space behind it.
    characters += 1
  }
  return text.slice(0, end).trim()
}
