/**
 * Whether an event passes a filter. Never throws: what is missing or cannot be compared is simply not equal. The cost is
 * bounded by the filter's own length, and by LIKE looking only at values of up to 4,096 characters.
 */

import { never } from '../../../lib/assert.ts'
import type { CloudEvent } from '../../../wire/cloudevents/index.ts'
import { isAttributeName } from '../../../wire/cloudevents/index.ts'
import type { Comparator, Expression, LikePattern, Literal, Operand, Path } from './syntax.ts'

export const LIKE_CHARS_MAX = 4096

export function passes(expression: Expression, event: CloudEvent): boolean {
  switch (expression.kind) {
    case 'and':
      return passes(expression.left, event) && passes(expression.right, event)
    case 'or':
      return passes(expression.left, event) || passes(expression.right, event)
    case 'not':
      return !passes(expression.inner, event)
    case 'exists':
      return lookUp(expression.path, event) !== undefined
    case 'holds':
      return valuesOf(expression.operand, event).some((value) => value === true || value === 'true')
    case 'in':
      return valuesOf(expression.operand, event).some((value) =>
        expression.values.some((one) => order(value, one) === 0),
      )
    case 'like':
      return valuesOf(expression.operand, event).some((value) => isLike(String(value), expression.pattern))
    case 'compare':
      return compares(expression.comparator, valuesOf(expression.left, event), valuesOf(expression.right, event))
    default:
      return never(expression)
  }
}

/**
 * A bare name is looked for in the envelope, then in `data`, then among the request's parameters, so that
 * `CallStatus = 'busy'` says what it seems to say. The three spellings (lower case, camelCase, PascalCase) keep apart.
 */
function lookUp(path: Path, event: CloudEvent): unknown {
  const [first = '', ...rest] = path
  if (first === 'data') return follow(event.data, rest)
  if (rest.length === 0 && isAttributeName(first)) return event[first]
  const extensions = event.extensions ?? {}
  if (rest.length === 0 && Object.hasOwn(extensions, first)) return extensions[first]
  return follow(event.data, path) ?? follow(event.data, ['request', 'parameters', ...path])
}

function follow(value: unknown, path: Path): unknown {
  let at = value
  for (const name of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined
    at = (at as Readonly<Record<string, unknown>>)[name]
  }
  return at ?? undefined
}

/** A repeated parameter has several values; a missing one has none, and so does an object. */
function valuesOf(operand: Operand, event: CloudEvent): readonly Literal[] {
  if (operand.kind === 'literal') return [operand.value]
  const found = lookUp(operand.path, event)
  return (Array.isArray(found) ? found : [found]).filter(isLiteral)
}

const isLiteral = (value: unknown): value is Literal =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

/** True when it holds for any of the values; `!=` when there are values and none is equal. */
function compares(comparator: Comparator, left: readonly Literal[], right: readonly Literal[]): boolean {
  const orders = left.flatMap((one) => right.map((other) => order(one, other)))
  switch (comparator) {
    case '=':
      return orders.includes(0)
    case '!=':
      return orders.length > 0 && !orders.includes(0)
    case '<':
      return orders.some((value) => value !== null && value < 0)
    case '<=':
      return orders.some((value) => value !== null && value <= 0)
    case '>':
      return orders.some((value) => value !== null && value > 0)
    case '>=':
      return orders.some((value) => value !== null && value >= 0)
    default:
      return never(comparator)
  }
}

/** Below, equal, above; null when the two cannot be compared. Parameters are texts, so a number compares with "12". */
function order(one: Literal, other: Literal): number | null {
  if (typeof one === 'number' || typeof other === 'number') {
    const [a, b] = [toNumber(one), toNumber(other)]
    return a === null || b === null ? null : Math.sign(a - b)
  }
  const [a, b] = [String(one), String(other)]
  return a === b ? 0 : a < b ? -1 : 1
}

function toNumber(value: Literal): number | null {
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^[+-]?\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : null
}

/** Greedy, with one place to come back to: at most text × pattern steps, whatever the pattern. */
function isLike(text: string, pattern: LikePattern): boolean {
  if (text.length > LIKE_CHARS_MAX) return false
  const chars = [...text]
  let at = 0
  let part = 0
  let retry: { readonly part: number; at: number } | null = null
  while (at < chars.length) {
    const wanted = pattern[part]
    if (wanted === 'any-run') {
      retry = { part, at }
      part++
    } else if (wanted !== undefined && (wanted === 'any-one' || wanted.char === chars[at])) {
      at++
      part++
    } else if (retry) {
      retry.at++
      at = retry.at
      part = retry.part + 1
    } else return false
  }
  while (pattern[part] === 'any-run') part++
  return part === pattern.length
}
