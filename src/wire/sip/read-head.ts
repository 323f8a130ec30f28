/**
 * What stands before a message's body, cut into its start line and header fields (RFC 3261 section 7.3): lines unfolded, lists
 * parted. Reading goes on behind what is wrong, so that there is something to answer with.
 */
import { isBlank, TOKEN_CHARACTERS, trimBlanks } from './grammar.ts'
import { headerKey, SipHeaders } from './headers.ts'
import { isListHeader, splitList } from './list-headers.ts'

/** Of a whole message, head and body. No datagram is larger. */
export const MESSAGE_BYTES_MAX = 65_536
/** Values, after lists are parted. */
export const HEADERS_MAX = 256
/** Characters of one header field, unfolded, before lists are parted. */
export const HEADER_LENGTH_MAX = 8192

export interface Head {
  readonly startLine: string
  readonly headers: SipHeaders
  /** The first thing that was wrong. */
  readonly problem: Problem | null
}

export interface Problem {
  readonly status: 400 | 413 | 414 | 505 | 513
  /** Fit for a reason phrase. */
  readonly why: string
}

/** Twice in a message they would say two things (RFC 3261 section 7.3.1). */
const SINGLE: ReadonlySet<string> = new Set([
  'call-id',
  'content-length',
  'content-type',
  'cseq',
  'from',
  'max-forwards',
  'to',
])

const NAME = new RegExp(`^[${TOKEN_CHARACTERS}]+$`)
const FOLDS = /\r\n[ \t]+/g

/** @param text from the first character of the start line to the line end of the last header field */
export function readHead(text: string): Head {
  const headers = new SipHeaders()
  const seen = new Set<string>()
  let problem: Problem | null = null
  const wrong = (status: Problem['status'], why: string): void => {
    problem ??= { status, why }
  }

  let at = text.indexOf('\r\n')
  if (at < 0) at = text.length
  const startLine = text.slice(0, at)
  if (hasLooseLineEnd(startLine)) wrong(400, 'Line end that is not CR LF')
  at += 2

  while (at < text.length) {
    let end = text.indexOf('\r\n', at)
    let folded = false
    // A line that begins with a blank goes on with the one before (RFC 3261 section 7.3.1).
    while (end >= 0 && isBlank(text.charCodeAt(end + 2))) {
      folded = true
      end = text.indexOf('\r\n', end + 2)
    }
    if (end < 0) end = text.length
    let line = text.slice(at, end)
    at = end + 2
    if (folded) line = line.replace(FOLDS, ' ')
    if (hasLooseLineEnd(line)) wrong(400, 'Line end that is not CR LF')

    const colon = line.indexOf(':')
    const name = trimBlanks(line.slice(0, Math.max(colon, 0)))
    if (!NAME.test(name)) {
      wrong(400, 'Malformed header field')
      continue
    }
    if (line.length > HEADER_LENGTH_MAX) {
      wrong(513, `Header field longer than ${HEADER_LENGTH_MAX}`)
      continue
    }
    const key = headerKey(name)
    if (SINGLE.has(key)) {
      if (seen.has(key)) {
        wrong(400, `More than one ${name}`)
        continue
      }
      seen.add(key)
    }
    const value = trimBlanks(line.slice(colon + 1))
    const values = isListHeader(key) ? splitList(value) : [value]
    if (headers.size + values.length > HEADERS_MAX) {
      wrong(513, `More than ${HEADERS_MAX} header fields`)
      break
    }
    for (const each of values) headers.append(name, each)
  }
  return { startLine, headers, problem }
}

const hasLooseLineEnd = (line: string): boolean => line.includes('\n') || line.includes('\r')
