/**
 * What an event type is, and a set of them. The voice types are in voice-types.ts; the set is a value so that tests can
 * have types in every stage of life, and main could add a family.
 */
import type { Exchange } from '../../journal/entry.ts'
import { assert } from '../../lib/assert.ts'

export type SinkType = 'webhook' | 'kinesis' | 'segment'

/** Where a type stands in its life; see lifecycle.ts for what follows from it. */
export type Lifecycle = 'available' | 'deprecated' | 'restricted' | 'discontinued'

export interface EventType {
  /** Full name, such as `com.twilio.voice.status-callback.call.completed`. */
  readonly type: string
  readonly group: string
  readonly title: string
  readonly sinks: readonly SinkType[]
  readonly status: Lifecycle
  readonly schemaId: string
  /** Schema versions it can be had under, ascending; the last is the latest. */
  readonly versions: readonly number[]
  /** The type to use instead, for those that are no longer `available`. */
  readonly alternative?: string
  /** Whether this exchange is one of its events. */
  readonly from: (exchange: Exchange) => boolean
}

export interface Catalogue {
  /** In alphabetical order of `type`. */
  readonly types: readonly EventType[]
  find(type: string): EventType | undefined
  /** The types whose events this exchange is: none, one, or one and its deprecated shadow. */
  readBy(exchange: Exchange): readonly EventType[]
}

export function defineCatalogue(rows: readonly EventType[]): Catalogue {
  const byName = new Map(rows.map((row) => [row.type, row]))
  assert(byName.size === rows.length, 'two rows of the catalogue have the same type')
  for (const { type, status, alternative } of rows) {
    assert(status === 'available' || alternative !== undefined, `${type} is ${status} and names no alternative`)
    assert(alternative === undefined || byName.has(alternative), `${type} names an unknown alternative`)
  }
  return {
    types: rows.toSorted((a, b) => (a.type < b.type ? -1 : 1)),
    find: (type) => byName.get(type),
    readBy: (exchange) => rows.filter((row) => row.from(exchange)),
  }
}

export const latestVersion = (row: Pick<EventType, 'versions'>): number => row.versions.at(-1) ?? 1
