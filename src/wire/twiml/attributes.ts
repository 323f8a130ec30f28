/**
 * A table of attributes, and reading an element by it. The key of a row is the name of the value (units last where it is
 * a number), the row says how the attribute is written, what it may be, what it is otherwise and which warning tells so.
 */
import { type Report, SCHEMA_WARNING, shown } from './report.ts'
import type { XmlElement } from './xml-document.ts'

export interface Attribute<T> {
  /** As written in TwiML. */
  readonly wire: string
  /** Other spellings in use. */
  readonly alsoWritten?: readonly string[]
  /** In words, for messages and documentation: "a whole number from 1 to 10". */
  readonly expected: string
  /** The default: also used instead of an invalid value. */
  readonly otherwise: T
  /** The warning an invalid value gets. */
  readonly code: number
  /** Undefined when the text is no valid value. */
  readonly parse: (text: string) => T | undefined
}

export type AttributeTable = Readonly<Record<string, Attribute<unknown>>>
export type ValuesOf<Table extends AttributeTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Attribute<infer T> ? T : never
}

/**
 * Reads all attributes of an element. Invalid values: the row's warning, and the default. Unknown names: 12200, ignored.
 * @param refused attributes people write that the element does not have, with the code the reference keeps for them.
 */
export function readAttributes<Table extends AttributeTable>(
  element: XmlElement,
  table: Table,
  report: Report,
  refused: Readonly<Record<string, number>> = {},
): ValuesOf<Table> {
  const known = new Map<string, Attribute<unknown>>()
  for (const attribute of Object.values(table)) {
    for (const name of [attribute.wire, ...(attribute.alsoWritten ?? [])]) known.set(name, attribute)
  }
  for (const name of element.attributes.keys()) {
    if (known.has(name)) continue
    const meant = nearName(name, known.keys())
    const code = Object.hasOwn(refused, name) ? refused[name]! : SCHEMA_WARNING
    report.warn(element, code, `<${element.name}> has no attribute ${shown(name)}${meant}; it is ignored`)
  }

  const values: Record<string, unknown> = {}
  for (const [key, attribute] of Object.entries(table)) values[key] = readOne(element, attribute, report)
  return values as ValuesOf<Table>
}

function readOne(element: XmlElement, attribute: Attribute<unknown>, report: Report): unknown {
  for (const name of [attribute.wire, ...(attribute.alsoWritten ?? [])]) {
    const text = element.attributes.get(name)
    if (text === undefined) continue
    const value = attribute.parse(text)
    if (value !== undefined) return value
    const instead = attribute.otherwise === null ? 'it is ignored' : `${describe(attribute.otherwise)} is used`
    report.warn(
      element,
      attribute.code,
      `<${element.name}> ${name}: ${shown(text)}, expected ${attribute.expected}; ${instead}`,
    )
    return attribute.otherwise
  }
  return attribute.otherwise
}

/** A default in words. */
export function describe(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(' ')
  return value === '' ? '""' : String(value)
}

/** " (names are case-sensitive: numDigits)" when only the case is wrong, else "". */
export function nearName(name: string, known: Iterable<string>): string {
  for (const candidate of known) {
    if (candidate.toLowerCase() === name.toLowerCase()) return ` (names are case-sensitive: ${candidate})`
  }
  return ''
}
