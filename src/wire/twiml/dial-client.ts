/** `<Client>` in `<Dial>`: a soft phone by its identity, as text or in `<Identity>`. */
import { method, url } from './attribute-kinds.ts'
import type { ValuesOf } from './attributes.ts'
import { defineElement } from './element-rule.ts'
import { type Parameter, parameter } from './parameter.ts'
import { SCHEMA_WARNING, shown } from './report.ts'
import { CALL_PROGRESS_CALLBACK } from './shared-attributes.ts'
import type { Position } from './source-position.ts'

/** 1 to 256 characters without control characters, blanks, and what RFC 2396 §2.4.3 calls delimiters and unwise. */
const IDENTITY = /^[^\s\p{Cc}<>#%"{}|\\^[\]`]{1,256}$/u

const ATTRIBUTES = {
  url: url('url'),
  method: method('method'),
  ...CALL_PROGRESS_CALLBACK,
  clientNotificationUrl: url('clientNotificationUrl'),
} as const

export interface DialClient extends ValuesOf<typeof ATTRIBUTES> {
  readonly noun: 'Client'
  readonly position: Position
  readonly identity: string
  readonly parameters: readonly Parameter[]
}

const identity = defineElement({
  attributes: {},
  body: 'text',
  build: ({ body }) => ({ noun: 'Identity' as const, identity: body }),
})

export const dialClient = defineElement({
  attributes: ATTRIBUTES,
  children: { Identity: identity, Parameter: parameter },
  body: 'text',
  build: ({ values, children, body, position, element, report }): DialClient | null => {
    const named = children.find((child) => child.noun === 'Identity')?.identity ?? body
    if (!IDENTITY.test(named)) {
      report.warn(
        element,
        SCHEMA_WARNING,
        `<Client> ${shown(named)}, expected an identity of 1 to 256 plain characters; it is skipped`,
      )
      return null
    }
    return {
      noun: 'Client',
      position,
      identity: named,
      parameters: children.filter((child) => child.noun === 'Parameter'),
      ...values,
    }
  },
})
