/** Parameters of the Event Streams API as they come in a form, and dates as it shows them. */
import type { Instant } from '../../lib/ids.ts'
import { type Catalogue, type EventType, latestVersion, type SinkType } from '../../readers/event-streams/catalogue.ts'
import { FilterError, parseFilter } from '../../readers/event-streams/filter/index.ts'
import { LIFECYCLE } from '../../readers/event-streams/lifecycle.ts'
import type { SubscribedType } from '../../readers/event-streams/subscription.ts'
import { refuse } from '../errors.ts'
import { type Form, firstOf, valuesOf } from '../form.ts'

const DESCRIPTION_CHARS_MAX = 1000

/** `2015-07-30T20:00:00Z` */
export const formatSeconds = (at: Instant): string => new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z')

/** @throws Refusal 20001 */
export function required(form: Form, name: string): string {
  const value = firstOf(form, name)
  if (value === undefined) throw refuse('missingRequired', { name })
  return value
}

/** @throws Refusal `emptyAs` when it is blank, 20001 when it is over 1,000 characters. */
export function checkDescription(text: string, emptyAs: 'sinkNotCreated' | 'subscriptionNotSaved'): string {
  if (text.trim() === '') throw refuse(emptyAs, { why: 'Description is empty' })
  if (text.length > DESCRIPTION_CHARS_MAX) {
    throw refuse('invalidParameter', {
      name: 'Description',
      value: text,
      why: `at most ${DESCRIPTION_CHARS_MAX} characters`,
    })
  }
  return text
}

/** Null when it is empty. @throws Refusal 20001 with the position of the mistake. */
export function readFilter(text: string | undefined): string | null {
  if (text === undefined || text.trim() === '') return null
  try {
    parseFilter(text)
    return text
  } catch (error) {
    if (error instanceof FilterError) throw refuse('invalidFilter', { why: error.message })
    throw error
  }
}

/** A type as a customer names it; without a version, the latest. */
export interface NamedType {
  readonly type: string
  readonly schemaVersion: number | null
}

/**
 * `Types`: repeated, each value the JSON of one object; an array of them in one value is taken too.
 * @throws Refusal 20001
 */
export function readTypes(form: Form): readonly NamedType[] {
  const values = valuesOf(form, 'Types')
  if (values.length === 0) throw refuse('missingRequired', { name: 'Types' })
  const objects = values.flatMap((text) => {
    const value = parseJson(text)
    return Array.isArray(value) ? value : [value]
  })
  if (objects.length === 0) throw refuse('missingRequired', { name: 'Types' })
  return objects.map(readType)
}

function readType(value: unknown, place: number): NamedType {
  const { type, schema_version: version } = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >
  if (typeof type !== 'string' || type === '') throw refuse('missingType', { name: String(place) })
  return { type, schemaVersion: version === undefined || version === null ? null : readVersion(String(version)) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw refuse('invalidParameter', {
      name: 'Types',
      value: text,
      why: 'a JSON object such as {"type": "…", "schema_version": 1}',
    })
  }
}

/** @throws Refusal 20001 */
export function readVersion(text: string): number {
  if (!/^\d{1,4}$/.test(text))
    throw refuse('invalidParameter', { name: 'SchemaVersion', value: text, why: 'a whole number' })
  return Number(text)
}

/** The type's row, if it may be subscribed anew. @throws Refusal 20409 */
export function subscribable(catalogue: Catalogue, type: string): EventType {
  const row = catalogue.find(type)
  if (!row) throw refuse('typeNotFound', { value: type })
  if (LIFECYCLE[row.status].subscribable) return row
  throw refuse(row.status === 'restricted' ? 'typeRestricted' : 'typeDiscontinued', {
    value: type,
    why: row.alternative ?? '',
  })
}

/** @throws Refusal 91104 */
export function checkSinkType({ type, sinks }: EventType, sinkType: SinkType): void {
  if (!sinks.includes(sinkType)) throw refuse('typeNotSupported', { value: type, why: sinkType })
}

/** @throws Refusal 20001 when the type has no such version. */
export function withVersion(row: EventType, version: number | null): SubscribedType {
  const schemaVersion = version ?? latestVersion(row)
  if (!row.versions.includes(schemaVersion)) {
    throw refuse('invalidParameter', {
      name: 'SchemaVersion',
      value: String(schemaVersion),
      why: `one of ${row.versions.join(', ')} for ${row.type}`,
    })
  }
  return { type: row.type, schemaVersion }
}
