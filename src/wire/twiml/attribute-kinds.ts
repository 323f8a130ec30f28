/**
 * The kinds of attribute TwiML has; the tables of the verbs are made of these. Each is written as
 * `kind('name', { otherwise: default, code: warning })`; a code left out is the general schema warning 12200.
 */
import { isSid } from '../../lib/ids.ts'
import type { Attribute } from './attributes.ts'
import { SCHEMA_WARNING } from './report.ts'

export type Method = 'GET' | 'POST'

/** No call lasts longer, so no time in a document need. */
export const SECONDS_MAX = 86_400
/** What `loop="0"` (until hang-up) comes to, and the most any loop is. */
export const LOOP_MAX = 1000
const INTEGER_MAX = 999_999_999

interface Row<T> {
  readonly otherwise: T
  readonly code?: number
}

/** `true` or `false` in any case. `otherwise: null` where the reference states no default. */
export function boolean<D extends boolean | null>(
  wire: string,
  { otherwise, code = SCHEMA_WARNING }: Row<D>,
): Attribute<boolean | D> {
  const parse = (text: string) => {
    const word = text.trim().toLowerCase()
    return word === 'true' ? true : word === 'false' ? false : undefined
  }
  return { wire, otherwise, code, expected: 'true or false', parse }
}

/** Decimal digits within a range; never clamped. */
export function integer<D extends number | null>(
  wire: string,
  {
    min = 0,
    max = INTEGER_MAX,
    otherwise,
    code = SCHEMA_WARNING,
  }: Row<D> & { readonly min?: number; readonly max?: number },
): Attribute<number | D> {
  const expected = max === INTEGER_MAX ? `a whole number of at least ${min}` : `a whole number from ${min} to ${max}`
  const parse = (text: string) => {
    const value = /^\d{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN
    return value >= min && value <= max ? value : undefined
  }
  return { wire, otherwise, code, expected, parse }
}

/** A whole number in a range, or `auto`. */
export function integerOrAuto(
  wire: string,
  { min, max, code = SCHEMA_WARNING }: { readonly min: number; readonly max: number; readonly code?: number },
): Attribute<number | 'auto' | null> {
  const whole = integer(wire, { min, max, otherwise: null, code })
  const parse = (text: string) => (text.trim() === 'auto' ? 'auto' : (whole.parse(text) ?? undefined))
  return { wire, otherwise: null, code, expected: `${whole.expected}, or auto`, parse }
}

/** How often to repeat: 1 to 1000. 0 means until hang-up and reads as 1000; more than 1000 is cut to it. */
export function loop(code: number): Attribute<number> {
  const parse = (text: string) => {
    if (!/^\d{1,9}$/.test(text.trim())) return undefined
    const times = Number(text)
    return times === 0 ? LOOP_MAX : Math.min(times, LOOP_MAX)
  }
  return { wire: 'loop', otherwise: 1, code, expected: 'a whole number of at least 0', parse }
}

/** One word of a list; `aliases` are further spellings of some of them. */
export function oneOf<const Word extends string, D extends Word | null>(
  wire: string,
  words: readonly Word[],
  { otherwise, code = SCHEMA_WARNING, aliases = {} }: Row<D> & { readonly aliases?: Readonly<Record<string, Word>> },
): Attribute<Word | D> {
  const parse = (text: string) => {
    const word = text.trim()
    return Object.hasOwn(aliases, word) ? aliases[word] : words.find((known) => known === word)
  }
  return { wire, otherwise, code, expected: `one of ${[...words, ...Object.keys(aliases)].join(', ')}`, parse }
}

/** Space-separated words of a list, each kept once, in the order given; at least one. */
export function tokens<const Word extends string>(
  wire: string,
  words: readonly Word[],
  { otherwise, code = SCHEMA_WARNING }: Row<readonly Word[]>,
): Attribute<readonly Word[]> {
  const parse = (text: string) => {
    const written = new Set(text.split(/\s+/).filter((word) => word !== ''))
    const known = [...written].map((word) => words.find((candidate) => candidate === word))
    return known.length > 0 && known.every((word) => word !== undefined) ? known : undefined
  }
  return { wire, otherwise, code, expected: `a list of ${words.join(', ')}, separated by spaces`, parse }
}

/** Raw and unresolved: null when absent, "" when given empty (which means the document itself, or silence). */
export function url(wire: string): Attribute<string | null> {
  return { wire, otherwise: null, code: SCHEMA_WARNING, expected: 'a URL', parse: (text) => text.trim() }
}

/** GET or POST, in any case. `otherwise: null` where the default depends on another attribute. */
export function method<D extends Method | null = 'POST'>(
  wire: string,
  { otherwise = 'POST' as D, code = SCHEMA_WARNING }: Partial<Row<D>> = {},
): Attribute<Method | D> {
  const parse = (text: string) => (['GET', 'POST'] as const).find((known) => known === text.trim().toUpperCase())
  return { wire, otherwise, code, expected: 'GET or POST', parse }
}

/** Text of a given form, kept as written. */
export function pattern<D extends string | null>(
  wire: string,
  form: RegExp,
  { otherwise, code = SCHEMA_WARNING, expected }: Row<D> & { readonly expected: string },
): Attribute<string | D> {
  return { wire, otherwise, code, expected, parse: (text) => (form.test(text) ? text : undefined) }
}

/** Keys and pauses to send as tones: `w` is half a second, `W` a second. */
export function tones(wire: string, code = SCHEMA_WARNING): Attribute<string | null> {
  return pattern(wire, /^[0-9A-D#*wW]+$/, { otherwise: null, code, expected: 'a string of 0-9 A-D # * w W' })
}

/** A language tag such as en-US. */
export function language<D extends string | null>(
  wire: string,
  { otherwise, code = SCHEMA_WARNING }: Row<D>,
): Attribute<string | D> {
  const parse = (text: string) => (/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/.test(text.trim()) ? text.trim() : undefined)
  return { wire, otherwise, code, expected: 'a language tag such as en-US', parse }
}

/** Any text, kept as written. */
export function text<D extends string | null = null>(
  wire: string,
  { max, otherwise = null as D, code = SCHEMA_WARNING }: Partial<Row<D>> & { readonly max?: number } = {},
): Attribute<string | D> {
  const expected = max === undefined ? 'text' : `text of at most ${max} characters`
  return {
    wire,
    otherwise,
    code,
    expected,
    parse: (value) => (max === undefined || value.length <= max ? value : undefined),
  }
}

/** The SID of something: two letters and 32 hex digits. */
export function sid(wire: string, prefix: string, code = SCHEMA_WARNING): Attribute<string | null> {
  const parse = (value: string) => (isSid(prefix, value.trim()) ? value.trim() : undefined)
  return { wire, otherwise: null, code, expected: `${prefix} and 32 hex digits`, parse }
}

/** The same attribute under further spellings. */
export function alsoWritten<T>(attribute: Attribute<T>, ...names: readonly string[]): Attribute<T> {
  return { ...attribute, alsoWritten: names }
}
