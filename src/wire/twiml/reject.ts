/** `<Reject>`: refuses an unanswered call. */
import { oneOf } from './attribute-kinds.ts'
import type { ValuesOf } from './attributes.ts'
import { defineElement } from './element-rule.ts'
import { type Parameter, parameter } from './parameter.ts'
import type { Position } from './source-position.ts'

const ATTRIBUTES = { reason: oneOf('reason', ['rejected', 'busy'], { otherwise: 'rejected', code: 13810 }) } as const

export interface Reject extends ValuesOf<typeof ATTRIBUTES> {
  readonly verb: 'Reject'
  readonly position: Position
  readonly parameters: readonly Parameter[]
}

export const reject = defineElement({
  attributes: ATTRIBUTES,
  children: { Parameter: parameter },
  build: ({ values, children, position }): Reject => ({ verb: 'Reject', position, ...values, parameters: children }),
})
