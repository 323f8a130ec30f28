/** `<Pause>`: silence; as the first verb of an unanswered call it delays the pick-up. */
import { integer, SECONDS_MAX } from './attribute-kinds.ts'
import type { ValuesOf } from './attributes.ts'
import { defineElement } from './element-rule.ts'
import type { Position } from './source-position.ts'

const ATTRIBUTES = { lengthSec: integer('length', { min: 1, max: SECONDS_MAX, otherwise: 1, code: 13910 }) } as const

export interface Pause extends ValuesOf<typeof ATTRIBUTES> {
  readonly verb: 'Pause'
  readonly position: Position
}

export const pause = defineElement({
  attributes: ATTRIBUTES,
  build: ({ values, position }): Pause => ({ verb: 'Pause', position, ...values }),
})
