/** `<Sms>`: the legacy verb that sends a text message during a call. */
import { method, text, url } from './attribute-kinds.ts'
import type { ValuesOf } from './attributes.ts'
import { defineElement } from './element-rule.ts'
import type { Position } from './source-position.ts'

const INVALID_TEXT = 14103

const ATTRIBUTES = {
  /** Null = the caller. */
  to: text('to'),
  /** Null = the called number. */
  from: text('from'),
  action: url('action'),
  method: method('method', { code: 14104 }),
  statusCallback: url('statusCallback'),
} as const

export interface Sms extends ValuesOf<typeof ATTRIBUTES> {
  readonly verb: 'Sms'
  readonly position: Position
  readonly text: string
}

export const sms = defineElement({
  attributes: ATTRIBUTES,
  body: 'text',
  build: ({ values, body, position, element, report }): Sms | null => {
    if (body !== '') return { verb: 'Sms', position, text: body, ...values }
    report.warn(element, INVALID_TEXT, '<Sms> without text; it is skipped')
    return null
  },
})
