/**
 * The filter language, by recursive descent:
 *
 *     or        = and { OR and }
 *     and       = not { AND not }
 *     not       = [ NOT ] predicate
 *     predicate = "(" or ")" | EXISTS path | operand [ comparator operand | [NOT] IN "(" literal {"," literal} ")"
 *                 | [NOT] LIKE text ]
 *     operand   = path | text | number | TRUE | FALSE
 *
 * Keywords in any case. Bounded: 2,048 characters, 32 levels, so that neither parsing nor a later evaluation can cost much.
 */

import {
  type Comparator,
  type Expression,
  FilterError,
  type LikePattern,
  type Literal,
  type Operand,
} from './syntax.ts'
import { cutTokens, type Token } from './tokens.ts'

export const FILTER_CHARS_MAX = 2048
export const FILTER_DEPTH_MAX = 32

const KEYWORDS: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', 'IN', 'LIKE', 'EXISTS'])
const COMPARATORS: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>='])

/** @throws FilterError naming the position of what does not fit. */
export function parseFilter(text: string): Expression {
  if (text.length > FILTER_CHARS_MAX)
    throw new FilterError(FILTER_CHARS_MAX + 1, `longer than ${FILTER_CHARS_MAX} characters`)
  const parser = new Parser(cutTokens(text))
  return parser.whole()
}

class Parser {
  readonly #tokens: readonly Token[]
  #next = 0
  #depth = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  whole(): Expression {
    const expression = this.#or()
    if (this.#peek().kind !== 'end') throw this.#unexpected('AND, OR or the end')
    return expression
  }

  #or(): Expression {
    let left = this.#and()
    while (this.#takeKeyword('OR')) left = { kind: 'or', left, right: this.#and() }
    return left
  }

  #and(): Expression {
    let left = this.#not()
    while (this.#takeKeyword('AND')) left = { kind: 'and', left, right: this.#not() }
    return left
  }

  #not(): Expression {
    return this.#takeKeyword('NOT') ? { kind: 'not', inner: this.#deeper(() => this.#not()) } : this.#predicate()
  }

  #predicate(): Expression {
    if (this.#takeSign('(')) {
      const inner = this.#deeper(() => this.#or())
      this.#expectSign(')')
      return inner
    }
    if (this.#takeKeyword('EXISTS')) return { kind: 'exists', path: this.#path() }
    const operand = this.#operand()
    const comparator = this.#takeComparator()
    if (comparator) return { kind: 'compare', comparator, left: operand, right: this.#operand() }
    if (this.#takeKeyword('NOT')) return { kind: 'not', inner: this.#membership(operand, 'IN or LIKE') }
    if (this.#isKeyword('IN') || this.#isKeyword('LIKE')) return this.#membership(operand, 'IN or LIKE')
    if (operand.kind === 'literal' && typeof operand.value !== 'boolean') throw this.#unexpected('a comparison')
    return { kind: 'holds', operand }
  }

  #membership(operand: Operand, expected: string): Expression {
    if (this.#takeKeyword('LIKE')) return { kind: 'like', operand, pattern: parseLike(this.#text()) }
    if (!this.#takeKeyword('IN')) throw this.#unexpected(expected)
    this.#expectSign('(')
    const values = [this.#literal()]
    while (this.#takeSign(',')) values.push(this.#literal())
    this.#expectSign(')')
    return { kind: 'in', operand, values }
  }

  #operand(): Operand {
    const token = this.#peek()
    if (token.kind === 'literal') return { kind: 'literal', value: this.#literal() }
    return { kind: 'path', path: this.#path() }
  }

  #path(): readonly string[] {
    const token = this.#peek()
    if (token.kind !== 'word' || KEYWORDS.has(token.text.toUpperCase())) throw this.#unexpected('a name or a value')
    this.#next++
    return token.text.split('.')
  }

  #literal(): Literal {
    const token = this.#peek()
    if (token.kind !== 'literal') throw this.#unexpected('a value')
    this.#next++
    return token.value
  }

  #text(): string {
    const token = this.#peek()
    if (token.kind !== 'literal' || typeof token.value !== 'string') throw this.#unexpected('a text in quotes')
    this.#next++
    return token.value
  }

  #peek(): Token {
    return this.#tokens[this.#next] as Token
  }

  #isKeyword(keyword: string): boolean {
    const token = this.#peek()
    return token.kind === 'word' && token.text.toUpperCase() === keyword
  }

  #takeKeyword(keyword: string): boolean {
    const taken = this.#isKeyword(keyword)
    if (taken) this.#next++
    return taken
  }

  #takeSign(sign: string): boolean {
    const token = this.#peek()
    const taken = token.kind === 'sign' && token.text === sign
    if (taken) this.#next++
    return taken
  }

  #expectSign(sign: string): void {
    if (!this.#takeSign(sign)) throw this.#unexpected(JSON.stringify(sign))
  }

  #takeComparator(): Comparator | null {
    const token = this.#peek()
    if (token.kind !== 'sign' || !COMPARATORS.has(token.text)) return null
    this.#next++
    return token.text as Comparator
  }

  #deeper<Value>(parse: () => Value): Value {
    if (this.#depth === FILTER_DEPTH_MAX) {
      throw new FilterError(this.#peek().at, `nested deeper than ${FILTER_DEPTH_MAX} levels`)
    }
    this.#depth++
    const value = parse()
    this.#depth--
    return value
  }

  #unexpected(expected: string): FilterError {
    const token = this.#peek()
    const found = token.kind === 'end' ? 'the end' : JSON.stringify(token.kind === 'literal' ? token.value : token.text)
    return new FilterError(token.at, `expected ${expected}, found ${found}`)
  }
}

/** `%` any run, `_` any one character; a backslash makes the next one ordinary. Runs of `%` are one. */
function parseLike(text: string): LikePattern {
  const pattern: LikePattern[number][] = []
  const chars = [...text]
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] as string
    const next = chars[at + 1]
    if (char === '\\' && (next === '%' || next === '_' || next === '\\')) {
      pattern.push({ char: next })
      at++
    } else if (char === '_') pattern.push('any-one')
    else if (char !== '%') pattern.push({ char })
    else if (pattern.at(-1) !== 'any-run') pattern.push('any-run')
  }
  return pattern
}
