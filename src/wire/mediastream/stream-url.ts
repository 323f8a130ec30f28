/** Addresses of Media Streams: `wss://`, or `ws://` where that is allowed, without a query, since parameters go in `start`. */

const LENGTH_MAX = 4000

/** Why it is none; null when it is one. */
export function streamUrlProblem(text: string): string | null {
  const url = text.length <= LENGTH_MAX ? URL.parse(text) : null
  if (!/^wss?:\/\/[^\s]+$/i.test(text) || !url || url.hostname === '') return 'expected an absolute wss:// URL'
  if (text.includes('?')) return 'a stream has no query string: give <Parameter> instead'
  if (text.includes('#')) return 'a stream has no fragment'
  return null
}
