/** `<Echo>`: plays the caller's own voice back. */
import { defineElement } from './element-rule.ts'
import type { Position } from './source-position.ts'

export interface Echo {
  readonly verb: 'Echo'
  readonly position: Position
}

export const echo = defineElement({ attributes: {}, build: ({ position }): Echo => ({ verb: 'Echo', position }) })
