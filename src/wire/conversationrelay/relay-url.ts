/** Addresses of ConversationRelay: `wss://`, or `ws://` where that is allowed. Unlike a Media Stream's it may have a query. */

const LENGTH_MAX = 4000

/** Why it is none; null when it is one. */
export function relayUrlProblem(text: string): string | null {
  const url = text.length <= LENGTH_MAX ? URL.parse(text) : null
  if (!/^wss?:\/\/[^\s]+$/i.test(text) || !url || url.hostname === '') return 'expected an absolute wss:// URL'
  return text.includes('#') ? 'a socket has no fragment' : null
}
