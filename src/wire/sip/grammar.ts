/**
 * The few productions that all of SIP's header fields share (RFC 3261 section 25.1): tokens, white space, quoted strings, hosts.
 * Field values come here unfolded, so white space is blanks and tabs only.
 */

/** Characters of a token, for use between the brackets of a regular expression. */
export const TOKEN_CHARACTERS = "-\\w.!%*+`'~"
/** A host: a name, an IPv4 address, or an IPv6 address in brackets. Underscores are in no host name, but in those of containers. */
export const HOST = '(?:\\[[\\dA-Fa-f:.]{2,45}\\]|[-\\w.]{1,255})'

const PORT_MAX = 65_535
const SPACE = 0x20
const TAB = 0x09

const TOKEN = new RegExp(`^[${TOKEN_CHARACTERS}]+$`)

export const isToken = (text: string): boolean => TOKEN.test(text)

/** Digits of a port; 0 and what is above 65535 are none. */
export function parsePort(digits: string): number | null {
  const port = Number(digits)
  return Number.isInteger(port) && port > 0 && port <= PORT_MAX ? port : null
}

/** The inside of a quoted string without its escapes. */
export function unquote(inside: string): string {
  return inside.includes('\\') ? inside.replace(/\\([\s\S])/g, '$1') : inside
}

/** With its quotes. Line ends cannot be said in one, even escaped; they become blanks. */
export function quote(text: string): string {
  return `"${text.replace(/[\r\n]+/g, ' ').replace(/["\\]/g, '\\$&')}"`
}

export const isBlank = (code: number): boolean => code === SPACE || code === TAB

/** Without the blanks around it; those of other alphabets belong to the text. */
export function trimBlanks(text: string): string {
  let from = 0
  let end = text.length
  while (from < end && isBlank(text.charCodeAt(from))) from++
  while (end > from && isBlank(text.charCodeAt(end - 1))) end--
  return text.slice(from, end)
}
