/** A filter's text cut into tokens, each with its position. */
import { FilterError, type Literal } from './syntax.ts'

export type Token =
  | { readonly kind: 'word'; readonly text: string; readonly at: number }
  | { readonly kind: 'literal'; readonly value: Literal; readonly at: number }
  | { readonly kind: 'sign'; readonly text: Sign; readonly at: number }
  | { readonly kind: 'end'; readonly at: number }

export type Sign = '(' | ')' | ',' | '=' | '!=' | '<' | '<=' | '>' | '>='

const SPACE = /\s+/y
const WORD = /[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*/y
const NUMBER = /[+-]?\d{1,15}(?:\.\d{1,15})?(?![\w.])/y
const TEXT = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/sy
const SIGN = /==|!=|<>|<=|>=|[()<>=,]/y

/** Spellings that mean the same: CESQL writes `=` and `!=`, the reference's own example `==`. */
const SAME: Readonly<Record<string, Sign>> = { '==': '=', '<>': '!=' }

/** @throws FilterError at the first character that starts no token. */
export function cutTokens(text: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match) at = pattern.lastIndex
    return match
  }
  for (;;) {
    take(SPACE)
    const start = at
    const position = start + 1
    if (at === text.length) return [...tokens, { kind: 'end', at: position }]
    const word = take(WORD)
    if (word) {
      tokens.push(wordToken(word[0], position))
      continue
    }
    const number = take(NUMBER)
    if (number) {
      tokens.push({ kind: 'literal', value: Number(number[0]), at: position })
      continue
    }
    const quoted = take(TEXT)
    if (quoted) {
      tokens.push({ kind: 'literal', value: unescapeQuotes(quoted[1] ?? quoted[2] ?? ''), at: position })
      continue
    }
    const sign = take(SIGN)
    if (!sign) throw new FilterError(position, whyNoToken(text.charAt(start)))
    tokens.push({ kind: 'sign', text: SAME[sign[0]] ?? (sign[0] as Sign), at: position })
  }
}

function wordToken(text: string, at: number): Token {
  const upper = text.toUpperCase()
  if (upper === 'TRUE' || upper === 'FALSE') return { kind: 'literal', value: upper === 'TRUE', at }
  return { kind: 'word', text, at }
}

/** Quotes and backslashes only: `\%` and `\_` stay as they are, for LIKE. */
const unescapeQuotes = (text: string): string => text.replace(/\\(['"\\])/g, '$1')

function whyNoToken(char: string): string {
  if (char === "'" || char === '"') return 'the text has no closing quote'
  return `unexpected ${JSON.stringify(char)}`
}
