/**
 * Text as flite can read it: printable ASCII. Letters lose their accents, typographic signs become the plain ones,
 * whatever is left has no sound in English and goes.
 */

const SPELLED: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  Œ: 'OE',
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'Th',
  ı: 'i',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': ', ',
  '°': ' degrees ',
  '×': ' times ',
  '€': ' euros ',
  '£': ' pounds ',
}
const SPELLED_SIGNS = new RegExp(`[${Object.keys(SPELLED).join('')}]`, 'g')

/** flite keeps the signs around a word in a small buffer and does not look how many there are. */
const SIGNS_IN_A_ROW_MAX = 10
const TOO_MANY_SIGNS = new RegExp(`([^\\w ]{${SIGNS_IN_A_ROW_MAX}})[^\\w ]+`, 'g')

/** @returns without white space at its ends or twice in a row; maybe empty. */
export function toPlainAscii(text: string): string {
  return text
    .replace(/([€£])\s?(\d[\d.,]*\d|\d)/g, '$2$1')
    .replace(SPELLED_SIGNS, (sign) => SPELLED[sign]!)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replaceAll('\u2044', '/') // of ½
    .replace(/[^\x20-\x7e]/g, ' ')
    .replace(/ +/g, ' ')
    .replace(TOO_MANY_SIGNS, '$1')
    .trim()
}
