/** `<Number>` in `<Dial>`, and the number that stands in `<Dial>` as plain text. */
import { method, text, tones, url } from './attribute-kinds.ts'
import { readAttributes, type ValuesOf } from './attributes.ts'
import { defineElement } from './element-rule.ts'
import { normalizePhoneNumber } from './phone-number.ts'
import { type Report, shown } from './report.ts'
import { CALL_PROGRESS_CALLBACK, MACHINE_DETECTION } from './shared-attributes.ts'
import type { Position } from './source-position.ts'
import type { XmlElement } from './xml-document.ts'

const INVALID_NUMBER = 13223

const ATTRIBUTES = {
  sendDigits: tones('sendDigits', 13222),
  url: url('url'),
  method: method('method', { code: 13221 }),
  byoc: text('byoc'),
  ...CALL_PROGRESS_CALLBACK,
  ...MACHINE_DETECTION,
} as const

export interface DialNumber extends ValuesOf<typeof ATTRIBUTES> {
  readonly noun: 'Number'
  readonly position: Position
  /** Normalized to E.164 where possible. */
  readonly number: string
}

export const dialNumber = defineElement({
  attributes: ATTRIBUTES,
  body: 'text',
  build: ({ values, body, element, report }): DialNumber | null => toNumber(body, values, element, report),
})

/** `<Dial>415-123-4567</Dial>`: a number with all defaults, standing where the Dial stands. */
export function numberFromText(body: string, dial: XmlElement, report: Report): DialNumber | null {
  return toNumber(body, readAttributes({ ...dial, attributes: new Map() }, ATTRIBUTES, report), dial, report)
}

function toNumber(
  body: string,
  values: ValuesOf<typeof ATTRIBUTES>,
  element: XmlElement,
  report: Report,
): DialNumber | null {
  const number = normalizePhoneNumber(body)
  if (number !== null) return { noun: 'Number', position: element.position, number, ...values }
  report.warn(
    element,
    INVALID_NUMBER,
    `<${element.name}> ${shown(body)}, expected a telephone number such as +14155551212; it is skipped`,
  )
  return null
}
