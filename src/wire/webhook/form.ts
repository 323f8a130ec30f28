/**
 * Parameters as the two wire forms of a webhook: an `application/x-www-form-urlencoded` body (POST, spaces as `+`) and a
 * query string (GET, spaces as `%20`), and back. Names keep their order; a repeated name has an array.
 */

/** Parameters by wire name; a repeated name has an array. */
export type FormParameters = Readonly<Record<string, string | readonly string[]>>

/** What follows is dropped when decoding; no request of a telephony app comes near. */
export const PAIRS_MAX = 1000

const PLAIN = /^[\w.-]*$/

/** A POST body. */
export function encodeForm(parameters: FormParameters): string {
  return encodePairs(parameters, encodeFormText)
}

/** A query string without the question mark. */
export function encodeQuery(parameters: FormParameters): string {
  return encodePairs(parameters, encodeQueryText)
}

/** Path and query with the parameters behind the query it already has. */
export function appendQuery(target: string, parameters: FormParameters): string {
  const query = encodeQuery(parameters)
  if (query === '') return target
  if (!target.includes('?')) return `${target}?${query}`
  return target.endsWith('?') || target.endsWith('&') ? target + query : `${target}&${query}`
}

/** Reads a body or query (without the question mark). Tolerant: a broken escape stays as it is written. */
export function decodeForm(text: string): Record<string, string | string[]> {
  const parameters = new Map<string, string | string[]>()
  if (text === '') return {}
  for (const pair of text.split('&', PAIRS_MAX)) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decodeText(equals < 0 ? pair : pair.slice(0, equals))
    const value = equals < 0 ? '' : decodeText(pair.slice(equals + 1))
    const known = parameters.get(name)
    if (known === undefined) parameters.set(name, value)
    else if (typeof known === 'string') parameters.set(name, [known, value])
    else known.push(value)
  }
  // fromEntries defines own properties, also for a parameter named __proto__.
  return Object.fromEntries(parameters)
}

/** The query of a path or URL, without its question mark; '' if there is none. */
export function queryOf(target: string): string {
  const at = target.indexOf('?')
  return at < 0 ? '' : target.slice(at + 1)
}

function encodePairs(parameters: FormParameters, encode: (text: string) => string): string {
  let text = ''
  for (const name of Object.keys(parameters)) {
    const value = parameters[name]!
    const encodedName = encode(name)
    if (typeof value === 'string') text += `&${encodedName}=${encode(value)}`
    else for (const one of value) text += `&${encodedName}=${encode(one)}`
  }
  return text.slice(1)
}

// WHATWG URL §5.2: a form leaves *-._ and alphanumerics, and writes a space as +.
function encodeFormText(text: string): string {
  if (PLAIN.test(text)) return text
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()~]/g, escapeAscii)
    .replaceAll('%20', '+')
}

// RFC 3986 §2.3: everything but the unreserved characters is escaped.
function encodeQueryText(text: string): string {
  if (PLAIN.test(text)) return text
  return encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, escapeAscii)
}

const escapeAscii = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`

function decodeText(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    // Broken escapes stay, the others are decoded one run at a time.
    return spaced.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'))
  }
}
