/** Bytes of a message (RFC 3261 section 7): one header field a line, names as they are given, Content-Length last and always right. */
import type { SipMessage } from './message.ts'

// No value may end its own line: what it says there would be read as a header field of its own.
const LINE_ENDS = /[\r\n]+/g
const withoutLineEnds = (text: string): string =>
  text.includes('\n') || text.includes('\r') ? text.replace(LINE_ENDS, ' ') : text

export function writeMessage(message: SipMessage): Uint8Array {
  let head =
    message.kind === 'request'
      ? `${message.method} ${withoutLineEnds(message.uri)} SIP/2.0\r\n`
      : `SIP/2.0 ${message.status} ${withoutLineEnds(message.reason)}\r\n`
  for (const [name, value] of message.headers) {
    if (name.length === 14 && name.toLowerCase() === 'content-length') continue
    if (name === 'l' || name === 'L') continue
    head += `${name}: ${withoutLineEnds(value)}\r\n`
  }
  head += `Content-Length: ${message.body.length}\r\n\r\n`
  if (message.body.length === 0) return Buffer.from(head, 'utf8')
  const headBytes = Buffer.byteLength(head, 'utf8')
  const bytes = Buffer.allocUnsafe(headBytes + message.body.length)
  bytes.write(head, 0, 'utf8')
  bytes.set(message.body, headBytes)
  return bytes
}
