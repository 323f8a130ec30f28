/**
 * A message of its bytes (RFC 3261 sections 7, 18.3 and 25). Whatever the bytes are, this returns: a message whose start line and
 * main header fields can be relied on, or what is wrong and what to answer. Values of other header fields stay text; each has a
 * reader of its own.
 */
import { parseCSeq } from './cseq.ts'
import type { SipHeaders } from './headers.ts'
import { NO_BODY, type SipMessage, type SipRequest } from './message.ts'
import { parseNameAddr } from './name-addr.ts'
import { type Head, MESSAGE_BYTES_MAX, type Problem, readHead } from './read-head.ts'
import { readStartLine, type StartLine } from './start-line.ts'
import { parseUri, schemeOf, URI_LENGTH_MAX } from './uri.ts'
import { parseVia, salvageVia, writeVia } from './via.ts'

/**
 * In a datagram (and in a WebSocket message) a body ends where the bytes do, or before that, if Content-Length says so. In a stream
 * only Content-Length says where it ends.
 */
export type Framing = 'datagram' | 'stream'

export type Parsed =
  | { readonly ok: true; readonly message: SipMessage }
  | {
      readonly ok: false
      /** For the log. */
      readonly why: string
      /** Null when nothing is to be said: to responses, to ACK, and to whoever named no way back. */
      readonly answer: Refusal | null
    }

export interface Refusal {
  readonly status: Problem['status']
  /** Names what is wrong (RFC 3261 section 21.4.1). */
  readonly reason: string
  /**
   * What could be read of the request, to make the response of. It has a Via, and all of its Vias can be read; other header
   * fields are there if they came, as they came.
   */
  readonly request: SipRequest
}

const CR = 0x0d
const LF = 0x0a
const HEAD_END = '\r\n\r\n'
// Of word characters any, as in the tokens of identifiers; blanks would end it.
const CALL_ID = /^[!-~]+$/
const DIGITS = /^\d+$/

/** The body is a view of the bytes. */
export function parseMessage(bytes: Uint8Array, framing: Framing = 'datagram'): Parsed {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, MESSAGE_BYTES_MAX))
  // Line ends before the start line are passed over (RFC 3261 section 7.5); alone they keep a way through a NAT open.
  let start = 0
  while (buffer[start] === CR || buffer[start] === LF) start++
  if (start === buffer.length) return { ok: false, why: 'nothing but line ends', answer: null }

  const end = buffer.indexOf(HEAD_END, start, 'latin1')
  const head = readHead(buffer.toString('utf8', start, end < 0 ? buffer.length : end))
  const line = readStartLine(head.startLine)
  if (line.kind === 'none') return { ok: false, why: line.why, answer: null }

  const { headers } = head
  const rest = end < 0 ? NO_BODY : buffer.subarray(end + HEAD_END.length)
  let problem: Problem | null
  if (bytes.length > MESSAGE_BYTES_MAX) problem = { status: 513, why: `Longer than ${MESSAGE_BYTES_MAX} bytes` }
  else if (end < 0) problem = { status: 400, why: 'No empty line behind the header fields' }
  else problem = firstProblem(line, head) ?? lengthProblem(headers, rest.length, framing)

  if (line.kind === 'bad-request') return refusal(line, headers, problem ?? line)
  if (problem !== null) return refusal(line, headers, problem)
  const stated = headers.get('Content-Length')
  const length = stated === undefined ? rest.length : Number(stated)
  return { ok: true, message: { ...line, headers, body: length === 0 ? NO_BODY : rest.subarray(0, length) } }
}

function refusal(line: StartLine, headers: SipHeaders, { status, why }: Problem): Parsed {
  const nothing = { ok: false, why, answer: null } as const
  if (line.kind === 'response' || line.kind === 'none' || line.method === 'ACK') return nothing
  const [first, ...others] = headers.all('Via')
  const via = salvageVia(first ?? '')
  if (via === null) return nothing
  // Bad ones would make the response bad, too.
  headers.delete('Via')
  headers.append('Via', parseVia(first!) === null ? writeVia(via) : first!)
  for (const other of others) if (parseVia(other) !== null) headers.append('Via', other)
  const uri = line.kind === 'request' ? line.uri : ''
  return {
    ok: false,
    why,
    answer: { status, reason: why, request: { kind: 'request', method: line.method, uri, headers, body: NO_BODY } },
  }
}

function firstProblem(line: StartLine, { headers, problem }: Head): Problem | null {
  if (line.kind === 'bad-request') return line
  if (problem !== null) return problem
  if (line.kind === 'request') return uriProblem(line.uri) ?? mainProblem(headers, line.method)
  return mainProblem(headers, null)
}

/** Of an address that can be read here. Unknown schemes are for others to answer. */
function uriProblem(uri: string): Problem | null {
  if (uri.length > URI_LENGTH_MAX) return { status: 414, why: `Request-URI longer than ${URI_LENGTH_MAX}` }
  const scheme = schemeOf(uri)
  const known = scheme === 'sip' || scheme === 'sips' || scheme === 'tel'
  return scheme === null || (known && parseUri(uri) === null) ? { status: 400, why: 'Malformed Request-URI' } : null
}

/** The header fields that every message has (RFC 3261 section 8.1.1), but Max-Forwards, which counts for those who pass it on. */
function mainProblem(headers: SipHeaders, method: string | null): Problem | null {
  const vias = headers.all('Via')
  if (vias.length === 0) return missing('Via')
  for (const via of vias) if (parseVia(via) === null) return malformed('Via')
  const from = headers.get('From')
  if (from === undefined) return missing('From')
  if (parseNameAddr(from) === null) return malformed('From')
  const to = headers.get('To')
  if (to === undefined) return missing('To')
  if (parseNameAddr(to) === null) return malformed('To')
  const callId = headers.get('Call-ID')
  if (callId === undefined) return missing('Call-ID')
  if (!CALL_ID.test(callId)) return malformed('Call-ID')
  const value = headers.get('CSeq')
  if (value === undefined) return missing('CSeq')
  const cseq = parseCSeq(value)
  if (cseq === null) return malformed('CSeq')
  return method !== null && cseq.method !== method ? { status: 400, why: 'CSeq of another method' } : null
}

const missing = (name: string): Problem => ({ status: 400, why: `Missing ${name}` })
const malformed = (name: string): Problem => ({ status: 400, why: `Malformed ${name}` })

/** RFC 3261 sections 18.3 and 20.14. */
function lengthProblem(headers: SipHeaders, available: number, framing: Framing): Problem | null {
  const stated = headers.get('Content-Length')
  if (stated === undefined) return framing === 'stream' ? missing('Content-Length') : null
  if (!DIGITS.test(stated)) return malformed('Content-Length')
  if (Number(stated) <= available) return null
  // Out of a stream only those come without their body that are too long to be waited for.
  return framing === 'stream'
    ? { status: 413, why: `Message longer than ${MESSAGE_BYTES_MAX} bytes` }
    : { status: 400, why: 'Body shorter than Content-Length' }
}
