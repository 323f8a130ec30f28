/** The rarer nouns of `<Dial>`: `<Application>`, `<WhatsApp>` and the legacy `<Sim>`. */
import { isSid } from '../../lib/ids.ts'
import { boolean, method, text, url } from './attribute-kinds.ts'
import type { ValuesOf } from './attributes.ts'
import { defineElement } from './element-rule.ts'
import { type Parameter, parameter } from './parameter.ts'
import { normalizePhoneNumber } from './phone-number.ts'
import { SCHEMA_WARNING, shown } from './report.ts'
import { CALL_PROGRESS_CALLBACK } from './shared-attributes.ts'
import type { Position } from './source-position.ts'

const INVALID_NUMBER = 13223

const LEG_ATTRIBUTES = { url: url('url'), method: method('method'), ...CALL_PROGRESS_CALLBACK } as const
const APPLICATION_ATTRIBUTES = {
  /** Null = the account's SID. */
  customerId: text('customerId', { max: 256 }),
  copyParentTo: boolean('copyParentTo', { otherwise: false }),
  ...LEG_ATTRIBUTES,
} as const

export interface DialApplication extends ValuesOf<typeof APPLICATION_ATTRIBUTES> {
  readonly noun: 'Application'
  readonly position: Position
  readonly applicationSid: string
  readonly parameters: readonly Parameter[]
}

export interface DialWhatsApp extends ValuesOf<typeof LEG_ATTRIBUTES> {
  readonly noun: 'WhatsApp'
  readonly position: Position
  readonly number: string
}

export interface DialSim {
  readonly noun: 'Sim'
  readonly position: Position
  readonly simSid: string
}

const applicationSid = defineElement({
  attributes: {},
  body: 'text',
  build: ({ body }) => ({ noun: 'ApplicationSid' as const, sid: body }),
})

export const dialApplication = defineElement({
  attributes: APPLICATION_ATTRIBUTES,
  children: { ApplicationSid: applicationSid, Parameter: parameter },
  body: 'text',
  build: ({ values, children, body, position, element, report }): DialApplication | null => {
    const sid = children.find((child) => child.noun === 'ApplicationSid')?.sid ?? body
    if (!isSid('AP', sid)) {
      report.warn(element, SCHEMA_WARNING, `<Application> ${shown(sid)}, expected AP and 32 hex digits; it is skipped`)
      return null
    }
    const parameters = children.filter((child) => child.noun === 'Parameter')
    return { noun: 'Application', position, applicationSid: sid, parameters, ...values }
  },
})

export const dialWhatsApp = defineElement({
  attributes: LEG_ATTRIBUTES,
  body: 'text',
  build: ({ values, body, position, element, report }): DialWhatsApp | null => {
    const number = normalizePhoneNumber(body.replace(/^whatsapp:/, ''))
    if (number !== null) return { noun: 'WhatsApp', position, number, ...values }
    report.warn(element, INVALID_NUMBER, `<WhatsApp> ${shown(body)}, expected a telephone number; it is skipped`)
    return null
  },
})

export const dialSim = defineElement({
  attributes: {},
  body: 'text',
  build: ({ body, position, element, report }): DialSim | null => {
    if (body !== '') return { noun: 'Sim', position, simSid: body }
    report.warn(element, SCHEMA_WARNING, '<Sim> without a SID; it is skipped')
    return null
  },
})
