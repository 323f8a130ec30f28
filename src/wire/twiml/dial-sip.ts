/** `<Sip>` in `<Dial>`: one address as text, or several `<Uri>` with `<Headers>` that go to all of them. */
import { integer, method, text, tones, url } from './attribute-kinds.ts'
import type { ValuesOf } from './attributes.ts'
import { defineElement } from './element-rule.ts'
import { type Report, SCHEMA_WARNING } from './report.ts'
import { CALL_PROGRESS_CALLBACK, MACHINE_DETECTION } from './shared-attributes.ts'
import { keepSendable, parseSipTarget, type SipHeader, type SipTarget } from './sip-target.ts'
import type { Position } from './source-position.ts'
import type { XmlElement } from './xml-document.ts'

const INCOMPLETE_CREDENTIALS = 13249
const TOO_MANY_URIS = 13250
export const SIP_URIS_MAX = 10

const CREDENTIALS = { username: text('username'), password: text('password') } as const
const ATTRIBUTES = {
  ...CREDENTIALS,
  sendDigits: tones('sendDigits', 13242),
  url: url('url'),
  method: method('method', { code: 13241 }),
  ...CALL_PROGRESS_CALLBACK,
  ...MACHINE_DETECTION,
} as const
const URI_ATTRIBUTES = {
  ...CREDENTIALS,
  priority: integer('priority', { otherwise: null }),
  weight: integer('weight', { otherwise: null }),
} as const

interface Credentials {
  readonly username: string
  readonly password: string
}

export interface SipDestination extends SipTarget {
  /** For digest authentication; null = none. */
  readonly credentials: Credentials | null
  /** As in DNS: lower priority first, heavier weight more often. */
  readonly priority: number | null
  readonly weight: number | null
}

export interface DialSip extends Omit<ValuesOf<typeof ATTRIBUTES>, 'username' | 'password'> {
  readonly noun: 'Sip'
  readonly position: Position
  /** At least one. */
  readonly destinations: readonly SipDestination[]
}

const uri = defineElement({
  attributes: URI_ATTRIBUTES,
  body: 'text',
  build: ({ values, body, element, report }) => {
    const target = parseSipTarget(body, element, report)
    if (target === null) return null
    return {
      noun: 'Uri' as const,
      ...target,
      credentials: readCredentials(values, element, report),
      priority: values.priority,
      weight: values.weight,
    }
  },
})

const header = defineElement({
  attributes: { name: text('name', { otherwise: '' }), value: text('value', { otherwise: '' }) } as const,
  build: ({ values }): SipHeader => values,
})

const headers = defineElement({
  attributes: {},
  children: { Header: header },
  build: ({ children, element, report }) => ({
    noun: 'Headers' as const,
    headers: keepSendable(children, element, report),
  }),
})

export const dialSip = defineElement({
  attributes: ATTRIBUTES,
  children: { Uri: uri, Headers: headers },
  body: 'text',
  build: ({ values, children, body, position, element, report }): DialSip | null => {
    const { username, password, ...others } = values
    const common = children.flatMap((child) => (child.noun === 'Headers' ? child.headers : []))
    const uris = children.filter((child) => child.noun === 'Uri')
    if (uris.length > SIP_URIS_MAX) {
      report.warn(element, TOO_MANY_URIS, `<Sip> has ${uris.length} <Uri>, the first ${SIP_URIS_MAX} are dialled`)
    }
    const credentials = readCredentials({ username, password }, element, report)
    const destinations: SipDestination[] = uris.slice(0, SIP_URIS_MAX).map(({ noun: _, ...listed }) => ({
      ...listed,
      headers: [...listed.headers, ...common],
      credentials: listed.credentials ?? credentials,
    }))
    const lists = element.content.some((part) => typeof part !== 'string' && part.name === 'Uri')
    if (body !== '' && lists) report.warn(element, SCHEMA_WARNING, '<Sip> has <Uri> and text; the text is ignored')
    const target = lists ? null : parseSipTarget(body, element, report)
    if (target) {
      destinations.push({
        ...target,
        headers: [...target.headers, ...common],
        credentials,
        priority: null,
        weight: null,
      })
    }
    return destinations.length === 0 ? null : { noun: 'Sip', position, ...others, destinations }
  },
})

/** Both or none. */
function readCredentials(
  given: { username: string | null; password: string | null },
  element: XmlElement,
  report: Report,
): Credentials | null {
  const { username, password } = given
  if (username !== null && password !== null) return { username, password }
  if (username !== null || password !== null) {
    report.warn(element, INCOMPLETE_CREDENTIALS, `<${element.name}> needs username and password together; none is used`)
  }
  return null
}
