/**
 * `"Display" <uri>;parameters`, the value of From, To, Contact, Route, Record-Route, Refer-To, Reply-To and others (RFC 3261 section
 * 20). Without angle brackets parameters are the header field's, not the URI's (section 20.10). Contact's `*` is none.
 */
import { quote, trimBlanks, unquote } from './grammar.ts'
import { type Parameters, parseParameters, writeParameters } from './parameters.ts'

export interface NameAddr {
  /** Without quotes and escapes. */
  readonly displayName: string | null
  /** As it is written; `parseUri` reads those it knows. */
  readonly uri: string
  readonly parameters: Parameters
}

// A display name without quotes should be tokens; many write more into it. What would make its end uncertain stays out.
const DISPLAY_NAME = /(?:"((?:[^"\\]|\\[\s\S])*)"[ \t]*|([^",:;<>\\]*))</y
const IN_BRACKETS = /([A-Za-z][A-Za-z\d+.-]*:[^\s<>"]+)>[ \t]*/y
// Commas, semicolons and question marks only with brackets (RFC 3261 section 20).
const BARE = /([A-Za-z][A-Za-z\d+.-]*:[^\s<>",;?]+)[ \t]*/y

/** @param value without blanks around it. @returns null when it is none */
export function parseNameAddr(value: string): NameAddr | null {
  DISPLAY_NAME.lastIndex = 0
  const named = DISPLAY_NAME.exec(value)
  const pattern = named === null ? BARE : IN_BRACKETS
  pattern.lastIndex = DISPLAY_NAME.lastIndex
  const found = pattern.exec(value)
  if (found === null) return null
  const parameters = parseParameters(value, pattern.lastIndex)
  if (parameters === null) return null
  const quoted = named?.[1]
  const displayName = quoted === undefined ? trimBlanks(named?.[2] ?? '') || null : unquote(quoted)
  return { displayName, uri: found[1]!, parameters }
}

/** Always with angle brackets. */
export function writeNameAddr({ displayName, uri, parameters }: NameAddr): string {
  const name = displayName === null ? '' : `${quote(displayName)} `
  return `${name}<${uri}>${writeParameters(parameters)}`
}
