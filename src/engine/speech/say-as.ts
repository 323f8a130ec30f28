/**
 * `<say-as>`: text rewritten into words that any synthesizer says as the markup asks. English becomes words; of other
 * languages only characters and digits are set apart, since how they say the rest is the synthesizer's own knowledge.
 */
import type { SsmlElement } from '../../wire/twiml/index.ts'
import { cardinal, digitWords, NUMBER, numberWords, ordinal } from './english-numbers.ts'
import { addressWords } from './say-as-address.ts'
import { dateWords } from './say-as-date.ts'
import { fractionWords, unitWords } from './say-as-measure.ts'
import { timeWords } from './say-as-time.ts'

type SayAsElement = Extract<SsmlElement, { tag: 'say-as' }>
export type Interpretation = Pick<SayAsElement, 'interpretAs' | 'format'> & { readonly language: string }

/** No number, date or address is longer; a longer text is read as it is. */
const SAY_AS_CHARACTERS_MAX = 1000

/** What is heard for words that may not be. */
const BLEEP = 'beep'

const SYMBOLS = new Map(
  Object.entries({
    '.': 'dot',
    ',': 'comma',
    ':': 'colon',
    ';': 'semicolon',
    '!': 'exclamation mark',
    '?': 'question mark',
    "'": 'apostrophe',
    '"': 'quote',
    '-': 'dash',
    _: 'underscore',
    '/': 'slash',
    '\\': 'backslash',
    '@': 'at',
    '#': 'hash',
    '*': 'star',
    '&': 'and',
    '+': 'plus',
    '=': 'equals',
    '%': 'percent',
    $: 'dollar',
    '(': 'open parenthesis',
    ')': 'close parenthesis',
  }),
)
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

export const isEnglish = (language: string): boolean => /^en(?:-|$)/i.test(language)

/** The words to speak for the text, single spaces. What is not of the form it is said to be comes back as it is. */
export function sayAs(text: string, { interpretAs, format, language }: Interpretation): string {
  const plain = text.replace(/\s+/g, ' ').trim()
  if (interpretAs === 'expletive') return plain === '' ? '' : BLEEP
  if (interpretAs === null || plain.length > SAY_AS_CHARACTERS_MAX) return plain
  const english = isEnglish(language)
  switch (interpretAs) {
    case 'characters':
    case 'spell-out':
      return spelled(plain, english)
    case 'digits':
    case 'telephone':
      if (!english) return plain.replace(/\D*(\d)/g, ' $1').trim()
      return interpretAs === 'digits' ? digits(plain) : telephoneWords(plain)
    case 'cardinal':
    case 'number':
      return english ? plain.replace(CARDINALS, cardinalWords) : plain
    case 'ordinal':
      return english ? plain.replace(ORDINALS, (_, number: string) => ordinal(number.replaceAll(',', ''))) : plain
    case 'fraction':
      return (english && fractionWords(plain)) || plain
    case 'unit':
      return (english && unitWords(plain)) || plain
    case 'date':
      return (english && dateWords(plain, { format, language })) || plain
    case 'time':
      return (english && timeWords(plain)) || plain
    case 'address':
      return english ? addressWords(plain) : plain
    default:
      return interpretAs satisfies never
  }
}

/** `a-1` is A dash one; spaces are not said. */
function spelled(text: string, english: boolean): string {
  const said: string[] = []
  for (const { segment } of graphemes.segment(text)) {
    if (segment === ' ') continue
    if (!english) said.push(segment)
    else if (/^\d$/.test(segment)) said.push(cardinal(segment))
    // A capital is a letter to a synthesizer where a small `a` is an article.
    else said.push(SYMBOLS.get(segment) ?? (/^[a-z]$/.test(segment) ? segment.toUpperCase() : segment))
  }
  return said.join(' ')
}

function digits(text: string): string {
  const pointed = text.replace(/(?<=\d)\.(?=\d)/g, ' point ')
  return spaced(pointed.replace(/\d/g, (digit) => ` ${cardinal(digit)} `).replace(/[-/(),\s]+/g, ' '))
}

const CARDINALS = new RegExp(String.raw`((?<![\w.,])[-−])?(${NUMBER})`, 'g')
const ORDINALS = /(\d{1,3}(?:,\d{3})+|\d+)(?:st|nd|rd|th)?\b/gi

function cardinalWords(_: string, minus: string | undefined, number: string): string {
  return `${minus === undefined ? '' : 'minus '}${numberWords(number)}`
}

const KEYS = new Map([
  ['+', 'plus'],
  ['*', 'star'],
  ['#', 'pound'],
])

/** Digit by digit, a comma between groups; an extension (`x345`) is named. */
function telephoneWords(text: string): string {
  const [, main, extension] = /^(.*?)[ ,;]*(?:x|ext\.?|extension) *(\d+)$/i.exec(text) ?? [undefined, text, undefined]
  const written = main!.split(/[^\p{L}\d+*#]+/u).filter((group) => group !== '')
  const groups = written.length === 1 ? grouped(written[0]!) : written
  const said = groups.map((group) => spaced(group.replace(/[\d+*#]/g, (key) => ` ${KEYS.get(key) ?? cardinal(key)} `)))
  if (extension !== undefined) said.push(`extension ${digitWords(extension)}`)
  return said.join(', ')
}

/** North American numbers written in one go, as they are said; others stay whole. */
function grouped(number: string): string[] {
  const [, country, area, exchange, line] = /^(\+?1)?(\d{3})?(\d{3})(\d{4})$/.exec(number) ?? []
  if (line === undefined) return [number]
  return [country, area, exchange, line].filter((group) => group !== undefined)
}

const spaced = (text: string): string => text.replace(/\s+/g, ' ').trim()
