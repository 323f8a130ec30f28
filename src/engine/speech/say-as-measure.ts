/** Fractions and measurements in English words. */
import { cardinal, NUMBER, numberWords, ordinal } from './english-numbers.ts'

const FRACTION = /^([-−])?(?:(\d+)(?: ?\+ ?| ))?(\d+) ?\/ ?(\d+)$/

/** ½, ¾ and their kin are one character: `2½` is `2 1/2`. */
function withoutFractionSigns(text: string): string {
  return text
    .replace(/[¼-¾⅐-⅞]/g, (sign) => ` ${sign.normalize('NFKC')}`)
    .replaceAll('⁄', '/')
    .trim()
}

/** `3/20`, `2 1/2`, `2+1/2`, `2½`. @returns null when the text is no fraction. */
export function fractionWords(text: string): string | null {
  const [, minus, whole, upper, lower] = FRACTION.exec(withoutFractionSigns(text)) ?? []
  if (upper === undefined || lower === undefined) return null
  const part = partWords(upper, lower)
  const said = whole === undefined ? part : `${cardinal(whole)} and ${part}`
  return minus === undefined ? said : `minus ${said}`
}

function partWords(upper: string, lower: string): string {
  const parts = Number(lower)
  const isOne = Number(upper) === 1
  if (parts < 2) return `${cardinal(upper)} over ${cardinal(lower)}`
  if (parts === 2) return `${cardinal(upper)} ${isOne ? 'half' : 'halves'}`
  return `${cardinal(upper)} ${parts === 4 ? 'quarter' : ordinal(lower)}${isOne ? '' : 's'}`
}

/** What an abbreviation stands for: one of it, and several where that is not an `s` more. */
const UNITS: ReadonlyMap<string, readonly [one: string, many?: string]> = new Map([
  ['mm', ['millimeter']],
  ['cm', ['centimeter']],
  ['m', ['meter']],
  ['km', ['kilometer']],
  ['in', ['inch', 'inches']],
  ['"', ['inch', 'inches']],
  ['ft', ['foot', 'feet']],
  ["'", ['foot', 'feet']],
  ['yd', ['yard']],
  ['mi', ['mile']],
  ['mg', ['milligram']],
  ['g', ['gram']],
  ['kg', ['kilogram']],
  ['oz', ['ounce']],
  ['lb', ['pound']],
  ['lbs', ['pound']],
  ['ml', ['milliliter']],
  ['cl', ['centiliter']],
  ['l', ['liter']],
  ['pt', ['pint']],
  ['qt', ['quart']],
  ['gal', ['gallon']],
  ['fl oz', ['fluid ounce']],
  ['m2', ['square meter']],
  ['km2', ['square kilometer']],
  ['m3', ['cubic meter']],
  ['ft2', ['square foot', 'square feet']],
  ['sq ft', ['square foot', 'square feet']],
  ['ms', ['millisecond']],
  ['s', ['second']],
  ['sec', ['second']],
  ['min', ['minute']],
  ['h', ['hour']],
  ['hr', ['hour']],
  ['hrs', ['hour']],
  ['km/h', ['kilometer per hour', 'kilometers per hour']],
  ['kph', ['kilometer per hour', 'kilometers per hour']],
  ['mph', ['mile per hour', 'miles per hour']],
  ['m/s', ['meter per second', 'meters per second']],
  ['hz', ['hertz', 'hertz']],
  ['khz', ['kilohertz', 'kilohertz']],
  ['mhz', ['megahertz', 'megahertz']],
  ['ghz', ['gigahertz', 'gigahertz']],
  ['v', ['volt']],
  ['a', ['ampere']],
  ['w', ['watt']],
  ['kw', ['kilowatt']],
  ['kwh', ['kilowatt hour']],
  ['kb', ['kilobyte']],
  ['mb', ['megabyte']],
  ['gb', ['gigabyte']],
  ['tb', ['terabyte']],
  ['%', ['percent', 'percent']],
  ['°', ['degree']],
  ['°c', ['degree Celsius', 'degrees Celsius']],
  ['°f', ['degree Fahrenheit', 'degrees Fahrenheit']],
])

const MEASURE = new RegExp(String.raw`^([-−])?(\d+(?: ?\+ ?| )\d+/\d+|\d+/\d+|${NUMBER}) ?(\D+[23]?)$`)

/**
 * `4kg`, `20°C`, `1/2inch`; a unit that is not abbreviated is said as written.
 * @returns null when the text is no measurement.
 */
export function unitWords(text: string): string | null {
  const plain = withoutFractionSigns(text).replaceAll('²', '2').replaceAll('³', '3')
  const [, minus, amount, written] = MEASURE.exec(plain) ?? []
  if (amount === undefined || written === undefined) return null
  const [one, many] = UNITS.get(written.toLowerCase().replace(/\.$/, '')) ?? [written, written]
  const sign = minus === undefined ? '' : 'minus '
  const fraction = fractionWords(amount)
  if (fraction !== null && /^\d+\//.test(amount))
    return `${sign}${fraction} of ${/^(?:[aeiou]|hour)/.test(one) ? 'an' : 'a'} ${one}`
  return `${sign}${fraction ?? numberWords(amount)} ${amount === '1' ? one : (many ?? `${one}s`)}`
}
