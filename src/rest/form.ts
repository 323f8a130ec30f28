/**
 * Form bodies and query strings: `application/x-www-form-urlencoded` text to names and values. A repeated name keeps
 * all its values, in order. Bounded in the number of parameters; the size is bounded where the bytes are read.
 */
import { decodeForm } from '../wire/webhook/form.ts'
import { refuse } from './errors.ts'

/** By name; ask with `valuesOf` or `firstOf`, which do not see what every object has (`constructor`). */
export type Form = Readonly<Record<string, string | readonly string[]>>

export const EMPTY_FORM: Form = Object.freeze({})

const PARAMETERS_MAX = 1000

/** @throws Refusal for more than 1000 parameters, or a NUL character, which no store keeps. */
export function parseForm(text: string): Form {
  if (text === '') return EMPTY_FORM
  if (countParameters(text) > PARAMETERS_MAX) {
    throw refuse('malformedRequest', { why: `more than ${PARAMETERS_MAX} parameters` })
  }
  if (text.includes('%00') || text.includes('\0')) throw refuse('malformedRequest', { why: 'it has a NUL character' })
  return decodeForm(text)
}

function countParameters(text: string): number {
  let count = 1
  for (let at = text.indexOf('&'); at !== -1; at = text.indexOf('&', at + 1)) count++
  return count
}

/** All values of a name, none if it is absent. */
export function valuesOf(form: Form, name: string): readonly string[] {
  const value = Object.hasOwn(form, name) ? form[name] : undefined
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}

/** The first value of a name: what the reference takes when a single-valued parameter is repeated. */
export function firstOf(form: Form, name: string): string | undefined {
  return valuesOf(form, name)[0]
}
