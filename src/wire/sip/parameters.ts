/**
 * Parameters behind a header field's value, `;name=value;flag` (RFC 3261 section 25.1, generic-param). Those within a URI are
 * escaped in another way; `uri.ts` has them.
 */
import { quote, TOKEN_CHARACTERS, unquote } from './grammar.ts'

/** Keys in lower case; null is a flag without a value; values are unquoted. */
export type Parameters = ReadonlyMap<string, string | null>

export const NO_PARAMETERS: Parameters = new Map()

/** More in one value are taken for an attack. */
export const PARAMETERS_MAX = 64

// Tokens and hosts (`received=2001:db8::1`, with brackets and without), and what else clients put into their branches and tags:
// all of ASCII that ends nothing. It goes back as it came, for they compare it as text.
const BARE = '[!#-+\\-.\\/0-:=?-\\[\\]-~]+'
const PARAMETER = new RegExp(
  `[ \\t]*;[ \\t]*([${TOKEN_CHARACTERS}]+)(?:[ \\t]*=[ \\t]*(?:(${BARE})|"((?:[^"\\\\]|\\\\[\\s\\S])*)"))?[ \\t]*`,
  'y',
)
const ALL_BARE = new RegExp(`^${BARE}$`)

/**
 * All of the text from `at` on. A name must not be there twice (RFC 3261 section 7.3.1).
 * @returns null when something else stands there
 */
export function parseParameters(text: string, at = 0): Parameters | null {
  let end = at
  if (end === text.length) return NO_PARAMETERS
  const parameters = new Map<string, string | null>()
  while (end < text.length) {
    PARAMETER.lastIndex = end
    const found = PARAMETER.exec(text)
    if (found === null) return null
    end = PARAMETER.lastIndex
    const name = found[1]!.toLowerCase()
    if (parameters.has(name) || parameters.size === PARAMETERS_MAX) return null
    parameters.set(name, found[2] ?? (found[3] === undefined ? null : unquote(found[3])))
  }
  return parameters
}

/** Each with its semicolon; quoted where it must be: what a phone is able to do (`+sip.instance`) always is (RFC 3840 section 9). */
export function writeParameters(parameters: Parameters): string {
  let text = ''
  for (const [name, value] of parameters)
    if (value === null) text += `;${name}`
    else text += `;${name}=${ALL_BARE.test(value) && !name.startsWith('+') ? value : quote(value)}`
  return text
}
