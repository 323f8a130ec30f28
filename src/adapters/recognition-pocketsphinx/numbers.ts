/** Numbers below a hundred, as they are said. */

const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']
const TEENS = [
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
]
const TENS = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety']

/**
 * Rules of a grammar: `<number>` is digits one after the other, or a number from 10 to 99. A repetition begins with its
 * second round: pocketsphinx goes back to where it began, and whatever else begins there could follow, too.
 */
export const NUMBER_RULES: string = [
  '<number> = <digit> <digit>* | <teen> | <ten> [<one>];',
  `<digit> = ${DIGITS[0]} | <one>;`,
  `<one> = ${DIGITS.slice(1).join(' | ')};`,
  `<teen> = ${TEENS.join(' | ')};`,
  `<ten> = ${TENS.join(' | ')};`,
].join('\n')

export const NUMBER_WORDS: readonly string[] = [...DIGITS, ...TEENS, ...TENS]

/** What was said by the rules above, in figures: `four two seven` is 427, `forty two` is 42. Null when it is no number. */
export function toFigures(said: string): string | null {
  const words = said.split(' ')
  const [first = '', second = ''] = words
  if (words.length === 1 && TEENS.includes(first)) return String(10 + TEENS.indexOf(first))
  if (TENS.includes(first) && words.length <= 2) {
    const ones = second === '' ? 0 : DIGITS.indexOf(second)
    return ones === -1 ? null : String((2 + TENS.indexOf(first)) * 10 + ones)
  }
  const digits = words.map((word) => DIGITS.indexOf(word))
  return digits.includes(-1) ? null : digits.join('')
}

/** A figure in a text, as words: 7 is `seven`, 42 `forty two`, anything longer digit by digit. */
export function figureWords(figure: string): string {
  const value = Number(figure)
  if (figure.length === 2 && value >= 20) return [TENS[Math.floor(value / 10) - 2]!, ...ones(value % 10)].join(' ')
  if (figure.length === 2 && value >= 10) return TEENS[value - 10]!
  return [...figure].map((digit) => DIGITS[Number(digit)]!).join(' ')
}

const ones = (value: number): readonly string[] => (value === 0 ? [] : [DIGITS[value]!])
