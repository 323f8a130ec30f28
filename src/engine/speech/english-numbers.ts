/**
 * Numbers in English words, for synthesizers that would read 1999 as a year and 5551234 as five million. Decimal digits
 * come in as text, so that nothing is rounded; beyond quadrillions they are read one by one.
 */

const ONES = (
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen ' +
  'fifteen sixteen seventeen eighteen nineteen'
).split(' ')
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety']
/** By thousands. */
const SCALES = ['', ' thousand', ' million', ' billion', ' trillion']
const DIGITS_MAX = 3 * SCALES.length

const IRREGULAR_ORDINALS = new Map([
  ['one', 'first'],
  ['two', 'second'],
  ['three', 'third'],
  ['five', 'fifth'],
  ['eight', 'eighth'],
  ['nine', 'ninth'],
  ['twelve', 'twelfth'],
])

/** `407` is four zero seven. */
export function digitWords(digits: string): string {
  return [...digits].map((digit) => ONES[Number(digit)]).join(' ')
}

/** `1234` is one thousand two hundred thirty-four. */
export function cardinal(digits: string): string {
  const significant = digits.replace(/^0+(?=\d)/, '')
  if (significant.length > DIGITS_MAX) return digitWords(significant)
  let rest = Number(significant)
  if (rest === 0) return 'zero'
  const groups: string[] = []
  for (const scale of SCALES) {
    if (rest % 1000 !== 0) groups.unshift(`${belowThousand(rest % 1000)}${scale}`)
    rest = Math.floor(rest / 1000)
  }
  return groups.join(' ')
}

function belowThousand(value: number): string {
  const hundreds = Math.floor(value / 100)
  const words = hundreds > 0 ? [`${ONES[hundreds]} hundred`] : []
  if (value % 100 > 0) words.push(belowHundred(value % 100))
  return words.join(' ')
}

function belowHundred(value: number): string {
  if (value < 20) return ONES[value]!
  const tens = TENS[Math.floor(value / 10)]!
  return value % 10 === 0 ? tens : `${tens}-${ONES[value % 10]}`
}

/** `21` is twenty-first. */
export function ordinal(digits: string): string {
  const words = cardinal(digits)
  const last = /[a-z]+$/.exec(words)![0]
  const turned = IRREGULAR_ORDINALS.get(last) ?? (last.endsWith('y') ? `${last.slice(0, -1)}ieth` : `${last}th`)
  return words.slice(0, -last.length) + turned
}

/** A year of one to four digits as it is said: nineteen sixty, nineteen oh five, two thousand five, twenty ten. */
export function yearWords(year: number): string {
  const century = Math.floor(year / 100)
  const rest = year % 100
  if (century === 0 || (century % 10 === 0 && rest < 10)) return cardinal(String(year))
  if (rest === 0) return `${belowHundred(century)} hundred`
  return `${belowHundred(century)} ${rest < 10 ? `oh ${ONES[rest]}` : belowHundred(rest)}`
}

/** Digits with or without thousands separators, and a fraction: the pieces of what `numberWords` takes. */
export const NUMBER = String.raw`(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?`

/** `1,234.50` is one thousand two hundred thirty-four point five zero. @param number of the form `NUMBER` */
export function numberWords(number: string): string {
  const [whole = '', fraction] = number.replaceAll(',', '').split('.')
  return fraction === undefined ? cardinal(whole) : `${cardinal(whole)} point ${digitWords(fraction)}`
}
