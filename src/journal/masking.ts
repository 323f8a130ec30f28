/**
 * Takes secrets out of what the journal records: user info and fragment of URLs, query parameters whose name says that
 * they are secret, SIP passwords. Applied when an entry is made, in both directions; headers are never recorded at all.
 */
import { decodeForm, queryOf } from '../wire/webhook/form.ts'
import type { Parameters } from './entry.ts'

export const MASK = '***'

const SECRET_NAME = /token|secret|password/i
/** Quick look at a whole query: without these letters, even escaped, no name in it can be secret. */
const MAYBE_SECRET = /token|secret|password|%[4-7][0-9a-f]/i
const USER_INFO = /^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i
const SECRET_PARAMETER = 'SipAuthPassword'

/** Any text that is meant as a URL: without user info and fragment, values of secret query parameters replaced. */
export function maskUrl(url: string): string {
  const hash = url.indexOf('#')
  const plain = (hash < 0 ? url : url.slice(0, hash)).replace(USER_INFO, '$1')
  const question = plain.indexOf('?')
  if (question < 0 || !MAYBE_SECRET.test(plain.slice(question))) return plain
  const pairs = plain.slice(question + 1).split('&')
  return `${plain.slice(0, question)}?${pairs.map(maskPair).join('&')}`
}

/** Parameters of a form body: passwords replaced, URLs without user info. The same object when nothing was to do. */
export function maskParameters(parameters: Parameters): Parameters {
  let masked: Record<string, string | readonly string[]> | null = null
  for (const name of Object.keys(parameters)) {
    const value = parameters[name]!
    const shown = name === SECRET_PARAMETER ? MASK : typeof value === 'string' ? maskValue(value) : value.map(maskValue)
    if (shown === value || (typeof value !== 'string' && value.every((one, index) => one === shown[index]))) continue
    masked ??= { ...parameters }
    masked[name] = shown
  }
  return masked ?? parameters
}

/** All parameters in a URL's query, secret ones replaced: what a GET is recorded with. */
export function maskedQueryParameters(url: string): Parameters {
  const hash = url.indexOf('#')
  const parameters: Record<string, string | readonly string[]> = decodeForm(
    queryOf(hash < 0 ? url : url.slice(0, hash)),
  )
  for (const name of Object.keys(parameters)) if (SECRET_NAME.test(name)) parameters[name] = MASK
  return maskParameters(parameters)
}

function maskPair(pair: string): string {
  const equals = pair.indexOf('=')
  const [name = ''] = Object.keys(decodeForm(pair))
  return equals >= 0 && SECRET_NAME.test(name) ? `${pair.slice(0, equals)}=${MASK}` : pair
}

function maskValue(value: string): string {
  return value.includes('@') ? value.replace(USER_INFO, '$1') : value
}
