/** When each word of a text is spoken: its characters evenly over its length. */

export interface TimedWord {
  readonly word: string
  /** Milliseconds from the beginning of the text until the word has been spoken. */
  readonly spokenMs: number
}

export function timeWords(text: string, lengthMs: number): readonly TimedWord[] {
  const chars = [...text]
  const words: TimedWord[] = []
  let word = ''
  for (const [index, char] of chars.entries()) {
    const isBlank = /\s/.test(char)
    if (!isBlank) word += char
    const isLast = index === chars.length - 1
    if (word === '' || !(isBlank || isLast)) continue
    const end = isBlank ? index : index + 1
    words.push({ word, spokenMs: Math.round((lengthMs * end) / chars.length) })
    word = ''
  }
  return words
}
