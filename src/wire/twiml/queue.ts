/** `<Queue>`: the head of a queue, as a noun of `<Dial>` and, from older days, as a verb. */
import { method, sid, url } from './attribute-kinds.ts'
import type { ValuesOf } from './attributes.ts'
import { defineElement, type Parts } from './element-rule.ts'
import type { Report } from './report.ts'
import type { Position } from './source-position.ts'
import type { XmlElement } from './xml-document.ts'

export const QUEUE_NAME_LENGTH_MAX = 64

const ATTRIBUTES = {
  /** Run on the queued caller before the two are connected. */
  url: url('url'),
  method: method('method', { code: 14210 }),
  reservationSid: sid('reservationSid', 'WR', 14215),
  postWorkActivitySid: sid('postWorkActivitySid', 'WA'),
} as const

type Values = ValuesOf<typeof ATTRIBUTES>
interface QueueParts extends Values {
  readonly position: Position
  /** "" when a reservation says which task. */
  readonly name: string
}

export interface DialQueue extends QueueParts {
  readonly noun: 'Queue'
}
export interface QueueVerb extends QueueParts {
  readonly verb: 'Queue'
}

export const dialQueue = defineElement({
  attributes: ATTRIBUTES,
  body: 'text',
  build: (parts): DialQueue | null =>
    isNamed(parts) ? { noun: 'Queue', position: parts.position, name: parts.body, ...parts.values } : null,
})

export const queue = defineElement({
  attributes: ATTRIBUTES,
  body: 'text',
  build: (parts): QueueVerb | null =>
    isNamed(parts) ? { verb: 'Queue', position: parts.position, name: parts.body, ...parts.values } : null,
})

function isNamed({ body, values, element, report }: Parts<Values, unknown>): boolean {
  return values.reservationSid !== null || isQueueName(body, element, report, { tooShort: 14212, tooLong: 14213 })
}

/** 1 to 64 characters; each way to be wrong has its code. */
export function isQueueName(
  name: string,
  element: XmlElement,
  report: Report,
  codes: { readonly tooShort: number; readonly tooLong: number },
): boolean {
  if (name.length >= 1 && name.length <= QUEUE_NAME_LENGTH_MAX) return true
  const code = name.length === 0 ? codes.tooShort : codes.tooLong
  report.warn(
    element,
    code,
    `<${element.name}> queue name of ${name.length} characters, expected 1 to ${QUEUE_NAME_LENGTH_MAX}; it is skipped`,
  )
  return false
}
