/** `<Hangup>`: ends the call. */
import { defineElement } from './element-rule.ts'
import { type Parameter, parameter } from './parameter.ts'
import type { Position } from './source-position.ts'

export interface Hangup {
  readonly verb: 'Hangup'
  readonly position: Position
  readonly parameters: readonly Parameter[]
}

export const hangup = defineElement({
  attributes: {},
  children: { Parameter: parameter },
  build: ({ children, position }): Hangup => ({ verb: 'Hangup', position, parameters: children }),
})
