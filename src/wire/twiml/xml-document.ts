/**
 * Text → a tree of elements, by a strict XML 1.0/1.1 parser under limits of our own. Knows nothing of TwiML's words. A
 * document type declaration is refused, so there are no entities but the five predefined ones and nothing can expand.
 */
import { SaxesParser } from 'saxes'
import { shorten } from './report.ts'
import { type Position, positionsIn } from './source-position.ts'
import { BAD_VERSION, explainComplaint, Malformed } from './xml-complaint.ts'

/** UTF-16 units, byte order mark included. The fetcher's limit counts bytes (11750). */
export const TEXT_LENGTH_MAX = 65_536
/** `<Response>` is at depth 1. */
export const DEPTH_MAX = 16
export const ELEMENTS_MAX = 2000
export const ATTRIBUTES_PER_ELEMENT_MAX = 64
export const ATTRIBUTE_LENGTH_MAX = 8192

const BYTE_ORDER_MARK = '\uFEFF'

export interface XmlElement {
  readonly name: string
  /** Of the `<` that opens it. */
  readonly position: Position
  readonly attributes: ReadonlyMap<string, string>
  /** Text (entities resolved, CDATA taken in) and elements, in order. Comments and processing instructions are gone. */
  readonly content: readonly (string | XmlElement)[]
  /** UTF-16 units of source between the opening and the closing tag, markup included. */
  readonly innerLength: number
}

export interface XmlFault extends Position {
  readonly ok: false
  readonly code: number
  readonly message: string
}

export type XmlDocument = { readonly ok: true; readonly root: XmlElement } | XmlFault

/** An element still open, or just closed. */
interface Growing {
  readonly name: string
  readonly startsAt: number
  readonly position: Position
  attributes: ReadonlyMap<string, string>
  readonly content: (string | XmlElement)[]
  innerStartsAt: number
  innerLength: number
  /** Offset after its closing tag. */
  endsAt: number
}

/** Never throws for bad input. */
export function parseXmlDocument(text: string): XmlDocument {
  const source = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
  const at = positionsIn(source.slice(0, TEXT_LENGTH_MAX + 1))
  try {
    refuseUnparsable(text, source)
    return { ok: true, root: growTree(source, at) }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return { ok: false, code: error.code, message: error.message, ...at(error.offset) }
  }
}

function refuseUnparsable(text: string, source: string): void {
  if (text.length > TEXT_LENGTH_MAX) {
    const offset = TEXT_LENGTH_MAX - (text.length - source.length)
    throw new Malformed(offset, `The document has ${text.length} characters, at most ${TEXT_LENGTH_MAX} are read`)
  }
  if (source.trim() === '') throw new Malformed(0, 'The document is empty')
  const loneSurrogate = /\p{Surrogate}/u.exec(source)
  if (loneSurrogate) throw new Malformed(loneSurrogate.index, 'Half a character (a lone surrogate)')
}

function growTree(source: string, at: (offset: number) => Position): XmlElement {
  const parser = new SaxesParser({ position: false })
  const open: Growing[] = []
  const last: { closed: Growing | null } = { closed: null }
  let elements = 0
  let attributes = 0
  // Neither a tag's name nor an attribute's value may hold `<`, so the last one read opened the tag we are in.
  const tagStart = () => source.lastIndexOf('<', parser.position - 1)
  const refuse = (message: string, code?: number): never => {
    throw new Malformed(tagStart(), message, code)
  }

  parser.on('xmldecl', ({ version }) => {
    if (version === '1.0' || version === '1.1') return
    refuse(`XML version ${JSON.stringify(version)}, expected 1.0 or 1.1`, BAD_VERSION)
  })
  parser.on('doctype', () => {
    throw new Malformed(
      source.lastIndexOf('<!DOCTYPE', parser.position),
      'A document type declaration is not allowed in TwiML',
    )
  })
  parser.on('opentagstart', ({ name }) => {
    elements += 1
    attributes = 0
    if (elements > ELEMENTS_MAX) refuse(`More than ${ELEMENTS_MAX} elements`)
    if (open.length >= DEPTH_MAX) refuse(`Elements nested more than ${DEPTH_MAX} deep`)
    const startsAt = tagStart()
    open.push({
      name,
      startsAt,
      position: at(startsAt),
      attributes: new Map(),
      content: [],
      innerStartsAt: 0,
      innerLength: 0,
      endsAt: 0,
    })
  })
  parser.on('attribute', ({ name, value }) => {
    attributes += 1
    if (attributes > ATTRIBUTES_PER_ELEMENT_MAX)
      refuse(`More than ${ATTRIBUTES_PER_ELEMENT_MAX} attributes on one element`)
    if (value.length > ATTRIBUTE_LENGTH_MAX) {
      refuse(`Attribute ${shorten(name)} has ${value.length} characters, at most ${ATTRIBUTE_LENGTH_MAX} are read`)
    }
  })
  parser.on('opentag', ({ attributes: written }) => {
    const element = open.at(-1)!
    element.attributes = new Map(Object.entries(written as Record<string, string>))
    element.innerStartsAt = parser.position
  })
  parser.on('text', (text) => void open.at(-1)?.content.push(text))
  parser.on('cdata', (text) => void open.at(-1)?.content.push(text))
  parser.on('closetag', ({ isSelfClosing }) => {
    const element = open.pop()!
    element.endsAt = parser.position
    if (!isSelfClosing) element.innerLength = tagStart() - element.innerStartsAt
    open.at(-1)?.content.push(element)
    last.closed = element
  })
  parser.on('error', ({ message }) => {
    throw explainComplaint(message, { source, readTo: parser.position, open, closed: last.closed })
  })
  parser.write(source).close()
  // The parser has refused a document without a root; the root is what was closed last.
  return last.closed!
}
