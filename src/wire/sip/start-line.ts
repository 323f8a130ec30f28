/** The first line of a message: a Request-Line or a Status-Line (RFC 3261 sections 7.1 and 7.2). */
import { TOKEN_CHARACTERS } from './grammar.ts'

export type StartLine =
  | { readonly kind: 'request'; readonly method: string; readonly uri: string }
  | { readonly kind: 'response'; readonly status: number; readonly reason: string }
  /** Meant as a request, so it can be refused: of another version, or not as the grammar asks. */
  | { readonly kind: 'bad-request'; readonly method: string; readonly status: 400 | 505; readonly why: string }
  /** Nothing that anyone waits for an answer to. */
  | { readonly kind: 'none'; readonly why: string }

// The version compares without regard to case. Exactly one blank between the parts, none behind them.
const REQUEST = new RegExp(`^([${TOKEN_CHARACTERS}]+) ([^ \\t]+) SIP/(\\d+)\\.(\\d+)$`, 'i')
const LIKE_A_REQUEST = new RegExp(`^[ \\t]*([${TOKEN_CHARACTERS}]+)[ \\t].*\\bSIP/\\d+\\.\\d+[ \\t]*$`, 'is')
// Some leave the blank before an empty reason phrase away.
const RESPONSE = /^SIP\/(\d+)\.(\d+) (\d+)(?: (.*))?$/is

const STATUS_MIN = 100
const STATUS_MAX = 699

export function readStartLine(line: string): StartLine {
  const request = REQUEST.exec(line)
  if (request !== null) {
    const [, method, uri, major, minor] = request as unknown as [string, string, string, string, string]
    if (isOurs(major, minor)) return { kind: 'request', method, uri }
    return { kind: 'bad-request', method, status: 505, why: 'Version Not Supported' }
  }
  const response = RESPONSE.exec(line)
  if (response !== null) {
    const [, major, minor, digits, reason] = response as unknown as [string, string, string, string, string | undefined]
    const status = Number(digits)
    if (!isOurs(major, minor)) return { kind: 'none', why: 'a response of another version' }
    if (status < STATUS_MIN || status > STATUS_MAX) return { kind: 'none', why: 'a response whose status code is none' }
    return { kind: 'response', status, reason: reason ?? '' }
  }
  const like = LIKE_A_REQUEST.exec(line)
  if (like !== null) return { kind: 'bad-request', method: like[1]!, status: 400, why: 'Malformed Request-Line' }
  return { kind: 'none', why: 'no SIP message' }
}

const isOurs = (major: string, minor: string): boolean => Number(major) === 2 && Number(minor) === 0
