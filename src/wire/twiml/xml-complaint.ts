/**
 * What the XML parser complains of, in words that tell the author of a document what to change, at the place where to
 * change it. The parser itself stops where it noticed, which can be far behind.
 */
import { findBareAmpersand } from './bare-ampersand.ts'
import { shorten } from './report.ts'

const PARSE_FAILURE = 12100
export const BAD_VERSION = 12101

/** Thrown out of the XML parser to stop it; caught in `xml-document.ts`. */
export class Malformed extends Error {
  readonly code: number
  readonly offset: number

  constructor(offset: number, message: string, code = PARSE_FAILURE) {
    super(message)
    this.offset = offset
    this.code = code
  }
}

interface PlacedElement {
  readonly name: string
  /** Offset of its `<`. */
  readonly startsAt: number
  /** Offset after its closing tag, once it is closed. */
  readonly endsAt: number
}

export interface Scene {
  readonly source: string
  /** Offset after the last character read. */
  readonly readTo: number
  /** Outermost first. */
  readonly open: readonly PlacedElement[]
  /** Closed last; null while none is. */
  readonly closed: PlacedElement | null
}

/** @param message of saxes 6; one that is not listed here is passed on as it is. */
export function explainComplaint(message: string, { source, readTo, open, closed }: Scene): Malformed {
  const ampersand = findBareAmpersand(source, readTo)
  if (ampersand !== null)
    return new Malformed(ampersand, "An ampersand that begins none of XML's entities: write &amp;")

  const lastRead = Math.max(0, Math.min(readTo, source.length) - 1)
  const tagStart = Math.max(0, source.lastIndexOf('<', lastRead))
  const complaint = message.replace(/\.$/, '')
  const [subject] = /^(?:unclosed tag|duplicate attribute|unmatched closing tag)/.exec(complaint) ?? [complaint]
  switch (subject) {
    case 'unclosed tag': {
      const innermost = open.at(-1)!
      return new Malformed(innermost.startsAt, `<${shorten(innermost.name)}> is never closed`)
    }
    case 'unexpected close tag': {
      const [, name = ''] = /^<\/([^\s>]*)/.exec(source.slice(tagStart)) ?? []
      return new Malformed(tagStart, `</${shorten(name)}> where </${shorten(closed?.name ?? '')}> was expected`)
    }
    case 'unmatched closing tag':
      return new Malformed(tagStart, 'A closing tag that closes nothing')
    case 'duplicate attribute':
      return new Malformed(tagStart, 'An attribute is given twice')
    case 'unquoted attribute value':
      return new Malformed(lastRead, 'An attribute value without quotes')
    case 'malformed character entity':
      return new Malformed(source.lastIndexOf('&', lastRead), 'A character reference to no character that XML allows')
    case 'disallowed character in tag name':
      if (lastRead === tagStart + 1) return new Malformed(tagStart, 'A < that begins no tag: write &lt;')
      return new Malformed(lastRead, 'A character that no element name may have')
    case 'disallowed character':
      if (lastRead === tagStart)
        return new Malformed(tagStart, 'A < in an attribute value: write &lt;, or is a quote missing before it?')
      return new Malformed(lastRead, 'A character that XML does not allow')
    case 'version number must match /^1\\.[0-9]+$/':
      return new Malformed(tagStart, 'The XML version is neither 1.0 nor 1.1', BAD_VERSION)
    case 'an XML declaration must be at the start of the document':
    case 'the XML declaration must appear at the start of the document':
      return new Malformed(
        tagStart,
        'The XML declaration must be the very first thing, with nothing before it, not even white space',
      )
    case 'documents may contain only one root':
      return new Malformed(tagStart, 'A second element beside the outermost one')
    case 'document must contain a root element':
      return new Malformed(lastRead, 'There is no complete element')
    case 'text data outside of root node':
      return new Malformed(firstTextOutside(source, closed), 'Text outside the outermost element')
    default:
      return new Malformed(lastRead, `Not well-formed XML: ${shorten(complaint)}`)
  }
}

/** Only white space, comments and processing instructions may stand before or after the outermost element. */
function firstTextOutside(source: string, root: PlacedElement | null): number {
  const from = root?.endsAt ?? 0
  const [skipped = ''] = /^(?:\s|<!--[\s\S]*?-->|<\?[\s\S]*?\?>)*/.exec(source.slice(from)) ?? []
  return from + skipped.length
}
