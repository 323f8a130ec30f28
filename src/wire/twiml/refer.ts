/** `<Refer>`: hands a SIP caller over to another SIP address. */
import { method, url } from './attribute-kinds.ts'
import type { ValuesOf } from './attributes.ts'
import { defineElement } from './element-rule.ts'
import { SCHEMA_WARNING } from './report.ts'
import { parseSipTarget, type SipTarget } from './sip-target.ts'
import type { Position } from './source-position.ts'

const ATTRIBUTES = { action: url('action'), method: method('method') } as const

export interface Refer extends ValuesOf<typeof ATTRIBUTES> {
  readonly verb: 'Refer'
  readonly position: Position
  readonly target: SipTarget
}

const referSip = defineElement({
  attributes: {},
  body: 'text',
  build: ({ body, element, report }): SipTarget | null => parseSipTarget(body, element, report),
})

export const refer = defineElement({
  attributes: ATTRIBUTES,
  children: { Sip: referSip },
  build: ({ values, children: [target, another], position, element, report }): Refer | null => {
    if (another) report.warn(element, SCHEMA_WARNING, '<Refer> has more than one <Sip>; the first is used')
    if (target) return { verb: 'Refer', position, ...values, target }
    report.warn(element, SCHEMA_WARNING, '<Refer> without a usable <Sip>; it is skipped')
    return null
  },
})
