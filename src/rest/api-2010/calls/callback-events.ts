/**
 * Event lists: `StatusCallbackEvent` and its like, sent as a repeated name or as one value with spaces between. As on
 * the reference a name that does not exist refuses nothing: it is left out, with warning 21626.
 */
import { type Form, valuesOf } from '../../form.ts'

export interface EventList<Event> {
  /** In the order of the vocabulary; the default when none of the names exists. */
  readonly events: readonly Event[]
  /** Why the reference would warn; null when it would not. */
  readonly warning: string | null
}

const NAMES_MAX = 100

export function readEvents<Event extends string>(
  form: Form,
  name: string,
  vocabulary: readonly Event[],
  byDefault: readonly Event[],
): EventList<Event> {
  const values = valuesOf(form, name)
  const named = values
    .flatMap((value) => value.split(/[\s,]+/))
    .filter((event) => event !== '')
    .slice(0, NAMES_MAX)
  if (named.length === 0) return { events: byDefault, warning: null }
  const unknown = named.filter((event) => !vocabulary.some((known) => known === event))
  const events = vocabulary.filter((known) => named.includes(known))
  return { events: events.length === 0 ? byDefault : events, warning: warningFor(name, unknown, values) }
}

function warningFor(name: string, unknown: readonly string[], values: readonly string[]): string | null {
  if (unknown.length > 0) return `${name} has names that are not events: ${unknown.join(' ').slice(0, 100)}`
  if (values.some((value) => /[\s,]/.test(value.trim()))) {
    return `${name} was sent as one value; the reference drops such a list: repeat the parameter instead`
  }
  return null
}
