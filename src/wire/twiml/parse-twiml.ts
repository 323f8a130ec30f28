/**
 * A TwiML voice document → its verbs, fully defaulted, and what is odd about it. Pure: nothing is fetched, no URL is
 * resolved. A document that is not well-formed XML, or is not a `<Response>`, is one error; everything else is a warning
 * and the document runs on, as it would with the reference.
 */
import { defineElement } from './element-rule.ts'
import { createReport, shorten, type TwimlWarning } from './report.ts'
import { VERBS, type Verb } from './verbs.ts'
import { parseXmlDocument } from './xml-document.ts'

const NOT_A_RESPONSE = 12102

export type ParsedTwiml =
  | { readonly ok: true; readonly verbs: readonly Verb[]; readonly warnings: readonly TwimlWarning[] }
  | {
      readonly ok: false
      /** 12100 not well-formed or over a limit of ours, 12101 XML version, 12102 the root is not `<Response>`. */
      readonly code: number
      readonly message: string
      /** From 1, like `column`. */
      readonly line: number
      readonly column: number
    }

const response = defineElement({ attributes: {}, children: VERBS, build: ({ children }): readonly Verb[] => children })

/** Never throws for bad input. Warnings are in document order, at most a hundred. */
export function parseTwiml(text: string): ParsedTwiml {
  const document = parseXmlDocument(text)
  if (!document.ok) return document
  const { root } = document
  if (root.name !== 'Response') {
    return {
      ok: false,
      code: NOT_A_RESPONSE,
      message: `The outermost element is <${shorten(root.name)}>, expected <Response>`,
      ...root.position,
    }
  }
  const report = createReport()
  const verbs = response.parse(root, report) ?? []
  return { ok: true, verbs, warnings: report.warnings.toSorted((a, b) => a.line - b.line || a.column - b.column) }
}
