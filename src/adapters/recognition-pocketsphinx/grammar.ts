/**
 * What a caller may say, as a grammar (JSGF): one of the hints, or without hints yes, no, digits and numbers below a
 * hundred. The recognizer hears nothing else: whatever is said is taken for the phrase that sounds most like it.
 */
import type { Dictionary } from './dictionary.ts'
import { figureWords, NUMBER_RULES, NUMBER_WORDS, toFigures } from './numbers.ts'

export interface Grammar {
  readonly jsgf: string
  /** Pronunciations of all its words. */
  readonly dictionary: string
  /** What was said, as it is told. */
  toText(said: string): string
}

/** As many as a Gather has. */
const HINTS_MAX = 500
/** Longer ones are passed over. */
const PHRASE_WORDS_MAX = 20

const YES_OR_NO = ['yes', 'no']

/** @throws Error with a sentence when the dictionary has none of the hints */
export function makeGrammar(hints: readonly string[], dictionary: Dictionary): Grammar {
  return hints.length === 0 ? builtIn(dictionary) : ofHints(hints, dictionary)
}

function builtIn(dictionary: Dictionary): Grammar {
  return {
    jsgf: format(`${YES_OR_NO.join(' | ')} | <number>`, NUMBER_RULES),
    dictionary: linesOf([...YES_OR_NO, ...NUMBER_WORDS], dictionary),
    toText: (said) => toFigures(said) ?? said,
  }
}

function ofHints(hints: readonly string[], dictionary: Dictionary): Grammar {
  const spelled = new Map<string, string>()
  for (const hint of hints.slice(0, HINTS_MAX)) {
    const words = wordsOf(hint)
    const isKnown = words.length > 0 && words.length <= PHRASE_WORDS_MAX && words.every((word) => dictionary.has(word))
    const phrase = words.join(' ')
    if (isKnown && !spelled.has(phrase)) spelled.set(phrase, hint)
  }
  if (spelled.size === 0) {
    const [first = ''] = hints
    throw new Error(`pocketsphinx knows how none of the hints is pronounced, such as ${JSON.stringify(first)}.`)
  }
  const phrases = [...spelled.keys()]
  return {
    jsgf: format(phrases.join(' | ')),
    dictionary: linesOf(
      phrases.flatMap((phrase) => phrase.split(' ')),
      dictionary,
    ),
    toText: (said) => spelled.get(said) ?? said,
  }
}

/**
 * `Ben & Jerry's, 42` is four words: ben, jerry's, forty, two. Nothing in a word means anything to a grammar. A phrase in
 * letters that English has not is no words.
 */
function wordsOf(phrase: string): readonly string[] {
  const plain = phrase
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/’/g, "'")
    .replace(/[0-9]+/g, (figure) => ` ${figureWords(figure)} `)
  if (/(?![a-z])\p{L}/u.test(plain)) return []
  return plain.split(/[^a-z']+/).filter((word) => /[a-z]/.test(word))
}

const linesOf = (words: readonly string[], dictionary: Dictionary): string =>
  [...new Set(words)].map((word) => dictionary.linesOf(word)).join('')

const format = (said: string, rules = ''): string =>
  `#JSGF V1.0;\ngrammar gather;\npublic <said> = ${said};\n${rules}\n`
