/**
 * Request parameters as tables: a name, what its text must look like, the error that says so, and the value when it is
 * absent. `readParameters` gives every name a value (creates, filters); `readPresent` only those that were sent
 * (updates). Unknown names are ignored, as the reference does.
 */
import { isSid } from '../../lib/ids.ts'
import { hasUnderscoreHost, parseHttpUrl } from '../../wire/webhook/http-url.ts'
import { type ErrorName, refuse } from '../errors.ts'
import { type Form, firstOf, valuesOf } from '../form.ts'

export interface Field<Value> {
  /** The values sent, at least one; single-valued fields look at the first. */
  read(values: readonly string[], name: string): Value
  readonly absent: Value
}

export type Table = Readonly<Record<string, Field<unknown>>>
export type Values<Rows extends Table> = {
  readonly [Name in keyof Rows]: Rows[Name] extends Field<infer Value> ? Value : never
}

/** @throws Refusal for the first parameter, in the table's order, that is not what its field says. */
export function readParameters<Rows extends Table>(rows: Rows, form: Form): Values<Rows> {
  const result: Record<string, unknown> = {}
  for (const name in rows) {
    const field = rows[name] as Field<unknown>
    const values = valuesOf(form, name)
    result[name] = values.length === 0 ? field.absent : field.read(values, name)
  }
  return result as Values<Rows>
}

/** The same, without the names that were not sent. @throws Refusal */
export function readPresent<Rows extends Table>(rows: Rows, form: Form): Partial<Values<Rows>> {
  const result: Record<string, unknown> = {}
  for (const name in rows) {
    const values = valuesOf(form, name)
    if (values.length > 0) result[name] = (rows[name] as Field<unknown>).read(values, name)
  }
  return result as Partial<Values<Rows>>
}

/** One value, checked and converted by `accept`, which answers undefined for what is not allowed. */
function single<Value>(
  absent: Value,
  error: ErrorName,
  why: string,
  accept: (text: string) => Value | undefined,
): Field<Value> {
  return {
    absent,
    read(values, name) {
      const text = values[0] ?? ''
      const value = accept(text)
      if (value === undefined) throw refuse(error, { name, value: text, why })
      return value
    },
  }
}

/** Free text; empty counts as absent. */
export function text(charsMax: number, error: ErrorName = 'invalidParameter'): Field<string | null> {
  const why = `at most ${charsMax} characters`
  return single<string | null>(null, error, why, (value) =>
    value === '' ? null : value.length <= charsMax ? value : undefined,
  )
}

/** Text of one form; empty counts as absent. `why` describes the form. */
export function pattern(form: RegExp, why: string, error: ErrorName = 'invalidParameter'): Field<string | null> {
  return single<string | null>(null, error, why, (value) =>
    value === '' ? null : form.test(value) ? value : undefined,
  )
}

/** One of a few words. An empty value counts as absent. */
export function choice<const Word extends string, Absent extends Word | null>(
  words: readonly Word[],
  absent: Absent,
  error: ErrorName = 'invalidParameter',
): Field<Word | Absent> {
  return single<Word | Absent>(absent, error, words.join(' or '), (value) =>
    value === '' ? absent : words.find((word) => word === value),
  )
}

/** GET or POST, in any case. */
export function method<Absent extends 'GET' | 'POST' | null>(
  absent: Absent,
  error: ErrorName = 'invalidMethod',
): Field<'GET' | 'POST' | Absent> {
  return single<'GET' | 'POST' | Absent>(absent, error, 'GET or POST', (value) => {
    if (value === '') return absent
    const upper = value.toUpperCase()
    return upper === 'GET' || upper === 'POST' ? upper : undefined
  })
}

/** Whole numbers within bounds, both included. */
export function integer<Absent extends number | null>(
  range: { readonly min: number; readonly max: number },
  absent: Absent,
  error: ErrorName = 'invalidParameter',
): Field<number | Absent> {
  const { min, max } = range
  return single<number | Absent>(absent, error, `a whole number from ${min} to ${max}`, (value) => {
    if (value === '') return absent
    if (!/^\d{1,9}$/.test(value)) return undefined
    const number = Number(value)
    return number >= min && number <= max ? number : undefined
  })
}

/** `true` or `false`, in any case. */
export function flag<Absent extends boolean | null>(
  absent: Absent,
  error: ErrorName = 'invalidParameter',
): Field<boolean | Absent> {
  return single<boolean | Absent>(absent, error, 'true or false', (value) => {
    const lower = value.toLowerCase()
    return lower === '' ? absent : lower === 'true' ? true : lower === 'false' ? false : undefined
  })
}

/** A SID of one kind; empty counts as absent. */
export function sid(prefix: string, error: ErrorName = 'invalidParameter'): Field<string | null> {
  return single<string | null>(null, error, `a SID that starts with ${prefix}`, (value) =>
    value === '' ? null : isSid(prefix, value) ? value : undefined,
  )
}

/** Absolute http or https URL; empty counts as absent. */
export function url(error: ErrorName): Field<string | null> {
  return single<string | null>(null, error, 'an absolute http or https URL', (value) =>
    value === '' ? null : isWebUrl(value) ? value : undefined,
  )
}

const URL_CHARS_MAX = 4000

/** The host may not have underscores: the reference refuses them, so an app that uses one would fail there. */
export function isWebUrl(text: string): boolean {
  if (text.length > URL_CHARS_MAX || /\s/.test(text)) return false
  try {
    return !hasUnderscoreHost(parseHttpUrl(text))
  } catch {
    return false
  }
}

/** The first value that was sent and is not empty. */
export function given(form: Form, name: string): string | null {
  const value = firstOf(form, name)
  return value === undefined || value === '' ? null : value
}

/** A table's values under the names that our rows use: `VoiceUrl` becomes `voiceUrl`. */
export type RowNames<Named> = { -readonly [Name in keyof Named as Uncapitalize<Name & string>]: Named[Name] }

export function toRowNames<Named extends object>(named: Named): RowNames<Named> {
  return Object.fromEntries(
    Object.entries(named).map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value]),
  ) as RowNames<Named>
}
