/**
 * What a subscription's `Filter` is once parsed. A subset of CESQL, the CloudEvents query language: comparisons, AND,
 * OR, NOT, IN, LIKE and EXISTS over the envelope and the data.
 */

export type Literal = string | number | boolean

/** A dotted name, such as `data.request.parameters.CallStatus`. */
export type Path = readonly string[]

export type Operand =
  | { readonly kind: 'literal'; readonly value: Literal }
  | { readonly kind: 'path'; readonly path: Path }

export type Comparator = '=' | '!=' | '<' | '<=' | '>' | '>='

export type Expression =
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'not'; readonly inner: Expression }
  | { readonly kind: 'compare'; readonly comparator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly values: readonly Literal[] }
  | { readonly kind: 'like'; readonly operand: Operand; readonly pattern: LikePattern }
  | { readonly kind: 'exists'; readonly path: Path }
  /** True when the operand is true. */
  | { readonly kind: 'holds'; readonly operand: Operand }

/** Any run of characters, any one character, or this one. */
export type LikePattern = readonly ('any-run' | 'any-one' | { readonly char: string })[]

/** A filter that is not one, and where it stops being one. */
export class FilterError extends Error {
  override readonly name = 'FilterError'
  /** Of the first character that does not fit, from 1. */
  readonly position: number

  constructor(position: number, why: string) {
    super(`${why} at position ${position}`)
    this.position = position
  }
}
