/**
 * Dates in list filters: `2020-01-02` or an ISO date-time. A bare name means that whole day; `Name<` everything up to
 * the date, `Name>` everything from it on. A day given to `Name<` is included to its end. All in UTC.
 */
import type { Instant } from '../../lib/ids.ts'
import { refuse } from '../errors.ts'
import type { Form } from '../form.ts'
import { given } from './parameters.ts'

const DAY_MS = 86_400_000
const DAY = /^\d{4}-\d{2}-\d{2}$/
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/

/** Half open: from ≤ at < to. */
export interface Range {
  readonly from?: Instant
  readonly to?: Instant
}

/** Reads `StartTime`, `StartTime<` and `StartTime>` for the name `StartTime`. @throws Refusal 20001 for what is no date. */
export function readRange(form: Form, name: string): Range {
  const on = dateOf(form, name)
  const before = dateOf(form, `${name}<`)
  const after = dateOf(form, `${name}>`)
  const day = on === null ? null : startOfDay(on.at)
  const from = latest(day, after?.at ?? null)
  const to = earliest(day === null ? null : ((day + DAY_MS) as Instant), before?.end ?? null)
  return { ...(from === null ? {} : { from }), ...(to === null ? {} : { to }) }
}

export const isWithin = (range: Range, at: Instant): boolean =>
  (range.from === undefined || at >= range.from) && (range.to === undefined || at < range.to)

/** `end` is behind the whole day, or the whole second, that was named. */
function dateOf(form: Form, name: string): { at: Instant; end: Instant } | null {
  const text = given(form, name)
  if (text === null) return null
  const day = DAY.test(text)
  const at = day || DATE_TIME.test(text) ? Date.parse(day || hasZone(text) ? text : `${text}Z`) : Number.NaN
  if (Number.isNaN(at))
    throw refuse('invalidParameter', { name, value: text, why: 'YYYY-MM-DD or an ISO 8601 date-time' })
  return { at: at as Instant, end: (day ? at + DAY_MS : Math.floor(at / 1000) * 1000 + 1000) as Instant }
}

const hasZone = (text: string): boolean => /(Z|[+-]\d{2}:?\d{2})$/.test(text.slice(10))
const startOfDay = (at: Instant): Instant => (Math.floor(at / DAY_MS) * DAY_MS) as Instant
const latest = (a: Instant | null, b: Instant | null): Instant | null => (a === null ? b : b === null || a > b ? a : b)
const earliest = (a: Instant | null, b: Instant | null): Instant | null =>
  a === null ? b : b === null || a < b ? a : b
