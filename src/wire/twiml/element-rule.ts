/**
 * What an element of TwiML may be: its attributes, its children, whether it has a body, and the value it becomes. The
 * rules of all verbs and nouns together are the vocabulary and its nesting.
 */
import { type AttributeTable, nearName, readAttributes, type ValuesOf } from './attributes.ts'
import { type Report, SCHEMA_WARNING, shorten, shown } from './report.ts'
import type { Position } from './source-position.ts'
import type { XmlElement } from './xml-document.ts'

export interface ElementRule<T> {
  readonly attributes: AttributeTable
  readonly children: Readonly<Record<string, ElementRule<unknown>>>
  /** Null when the element cannot be used; the report says why. */
  readonly parse: (element: XmlElement, report: Report) => T | null
}

export type ChildTable = Readonly<Record<string, ElementRule<unknown>>>
/** What the elements of a table become. */
export type BuiltFrom<Table extends ChildTable> = {
  [Name in keyof Table]: Table[Name] extends ElementRule<infer T> ? T : never
}[keyof Table]

/** An element as read by its tables, ready to be made a value. */
export interface Parts<Values, Child> {
  readonly values: Values
  readonly children: readonly Child[]
  /** The body, trimmed; "" when the element has none. */
  readonly body: string
  readonly position: Position
  readonly element: XmlElement
  readonly report: Report
}

interface Definition<Table extends AttributeTable, Children extends ChildTable, T> {
  readonly attributes: Table
  readonly children?: Children
  /** The reference's code for a child that does not belong here. */
  readonly childCode?: number
  /** `none`: text is a warning. `text`: it is the element's own words. `mixed`: `build` reads the content itself. */
  readonly body?: 'none' | 'text' | 'mixed'
  /** Attributes that are not there but have a code of their own. */
  readonly refused?: Readonly<Record<string, number>>
  readonly build: (parts: Parts<ValuesOf<Table>, BuiltFrom<Children>>) => T | null
}

export function defineElement<Table extends AttributeTable, T, Children extends ChildTable = Record<never, never>>(
  definition: Definition<Table, Children, T>,
): ElementRule<T> {
  const { attributes, body = 'none', childCode = SCHEMA_WARNING, refused } = definition
  const children: ChildTable = definition.children ?? {}
  const parse = (element: XmlElement, report: Report) => {
    const values = readAttributes(element, attributes, report, refused)
    const own = ownText(element)
    if (body === 'none' && own !== '')
      report.warn(element, SCHEMA_WARNING, `<${element.name}> has no text: ${shown(own)} is ignored`)
    const built = body === 'mixed' ? [] : readChildren(element, children, childCode, report)
    return definition.build({
      values,
      children: built as BuiltFrom<Children>[],
      body: body === 'text' ? own : '',
      position: element.position,
      element,
      report,
    })
  }
  return { attributes, children, parse }
}

function readChildren(element: XmlElement, children: ChildTable, childCode: number, report: Report): unknown[] {
  const built: unknown[] = []
  for (const child of element.content) {
    if (typeof child === 'string') continue
    if (Object.hasOwn(children, child.name)) {
      const value = children[child.name]!.parse(child, report)
      if (value !== null) built.push(value)
      continue
    }
    const meant = nearName(child.name, Object.keys(children))
    report.warn(child, childCode, `<${shorten(child.name)}> is not allowed in <${element.name}>${meant}; it is skipped`)
  }
  return built
}

const ownText = (element: XmlElement): string =>
  element.content
    .filter((part) => typeof part === 'string')
    .join('')
    .trim()
