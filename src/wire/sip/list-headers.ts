/** Header fields whose value is a list: several in one line, behind commas, are as many lines (RFC 3261 section 7.3.1). */
import { trimBlanks } from './grammar.ts'

/** In lower case, long form. Not those with commas inside one value: challenges and credentials, dates, and what is unknown. */
const LISTS: ReadonlySet<string> = new Set([
  'accept',
  'accept-contact',
  'accept-encoding',
  'accept-language',
  'alert-info',
  'allow',
  'allow-events',
  'call-info',
  'contact',
  'content-encoding',
  'content-language',
  'diversion',
  'error-info',
  'history-info',
  'in-reply-to',
  'p-asserted-identity',
  'p-associated-uri',
  'p-preferred-identity',
  'path',
  'proxy-require',
  'reason',
  'record-route',
  'reject-contact',
  'require',
  'route',
  'security-client',
  'security-server',
  'security-verify',
  'service-route',
  'supported',
  'unsupported',
  'via',
  'warning',
])

/** @param key the name in lower case, long form */
export const isListHeader = (key: string): boolean => LISTS.has(key)

/**
 * The values of a list, without the blanks around them. Commas in quoted strings and in angle brackets
 * part nothing. Empty places stay, as empty values: whether they are allowed is for whoever reads them.
 */
export function splitList(value: string): string[] {
  if (!value.includes(',')) return [value]
  const values: string[] = []
  let from = 0
  let quoted = false
  let bracketed = false
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at)
    if (quoted) {
      if (code === BACKSLASH) at++
      else if (code === QUOTE) quoted = false
    } else if (code === QUOTE) quoted = true
    else if (code === LESS) bracketed = true
    else if (code === GREATER) bracketed = false
    else if (code === COMMA && !bracketed) {
      values.push(trimBlanks(value.slice(from, at)))
      from = at + 1
    }
  }
  values.push(trimBlanks(value.slice(from)))
  return values
}

const QUOTE = 0x22
const COMMA = 0x2c
const LESS = 0x3c
const GREATER = 0x3e
const BACKSLASH = 0x5c
