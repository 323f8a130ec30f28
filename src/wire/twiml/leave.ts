/** `<Leave>`: takes the caller out of the queue whose wait document this is. */
import { defineElement } from './element-rule.ts'
import type { Position } from './source-position.ts'

export interface Leave {
  readonly verb: 'Leave'
  readonly position: Position
}

export const leave = defineElement({ attributes: {}, build: ({ position }): Leave => ({ verb: 'Leave', position }) })
