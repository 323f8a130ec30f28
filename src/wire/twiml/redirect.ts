/** `<Redirect>`: leaves this document for another. */
import { method } from './attribute-kinds.ts'
import type { ValuesOf } from './attributes.ts'
import { defineElement } from './element-rule.ts'
import type { Position } from './source-position.ts'

const ATTRIBUTES = { method: method('method', { code: 13710 }) } as const

export interface Redirect extends ValuesOf<typeof ATTRIBUTES> {
  readonly verb: 'Redirect'
  readonly position: Position
  /** Raw; "" = this document again. */
  readonly url: string
}

export const redirect = defineElement({
  attributes: ATTRIBUTES,
  body: 'text',
  build: ({ values, body: url, position }): Redirect => ({ verb: 'Redirect', position, url, ...values }),
})
