/**
 * How two ends agree on a session timer (RFC 4028): the client of an INVITE or UPDATE wishes, the server decides, and the shorter
 * wish wins, never below what either calls too short.
 */
import type { SipHeaders } from '../headers.ts'
import { listsToken } from './option-tags.ts'
import { MIN_SE_SEC, minSeOf, type Refresher, sessionExpiresOf, writeSessionExpires } from './session-expires.ts'

export interface SessionTimerWishes {
  /** How long a session may live without a sign; 0: we ask for no timer, but keep one that the other end asks for. */
  readonly expiresSec: number
  /** Shorter ones are refused. */
  readonly minSeSec: number
}

/** What was agreed on, from our side. */
export interface SessionTimerTerms {
  readonly seconds: number
  readonly weRefresh: boolean
}

/** Puts our wishes into an INVITE or UPDATE. `terms`: those in force, within a session; who refreshes stays who it is (section 7.4). */
export function askForTimer(headers: SipHeaders, wishes: SessionTimerWishes, terms: SessionTimerTerms | null): void {
  const seconds = terms?.seconds ?? wishes.expiresSec
  if (seconds === 0) return
  const refresher: Refresher | null = terms === null ? null : terms.weRefresh ? 'uac' : 'uas'
  headers.set('Session-Expires', writeSessionExpires({ seconds, refresher }))
  if (wishes.minSeSec > MIN_SE_SEC) headers.set('Min-SE', `${wishes.minSeSec}`)
}

/**
 * Section 7.3: the wish was called too short (422). Makes the header fields of the next try.
 * @returns false when the refusal names nothing longer: trying again would be refused again
 */
export function askForLonger(headers: SipHeaders, refusal: SipHeaders): boolean {
  const minSe = minSeOf(refusal)
  const asked = sessionExpiresOf(headers)
  if (asked === null || minSe <= asked.seconds) return false
  headers.set('Session-Expires', writeSessionExpires({ ...asked, seconds: minSe }))
  headers.set('Min-SE', `${minSe}`)
  return true
}

/** Sections 7.2 and 7.4, of the 2xx to a request of ours. Null: no timer. */
export function termsOfSuccess(success: SipHeaders): SessionTimerTerms | null {
  const answered = sessionExpiresOf(success)
  if (answered === null) return null
  return { seconds: Math.max(MIN_SE_SEC, answered.seconds), weRefresh: answered.refresher !== 'uas' }
}

export type TimerAnswer =
  /** To be refused by 422 with this Min-SE. */
  | { readonly kind: 'too-short'; readonly minSeSec: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'agreed'; readonly terms: SessionTimerTerms }

/** Section 9: what a server says to the wishes of a request, and its own. */
export function answerTimer(request: SipHeaders, wishes: SessionTimerWishes): TimerAnswer {
  const asked = sessionExpiresOf(request)
  const clientKnows = listsToken(request, 'Supported', 'timer')
  const ownMin = Math.max(MIN_SE_SEC, wishes.minSeSec)
  // A client that knows nothing of timers cannot ask for a longer one: some proxy asked.
  if (asked !== null && asked.seconds < ownMin && clientKnows) return { kind: 'too-short', minSeSec: ownMin }
  if (asked === null && wishes.expiresSec === 0) return { kind: 'none' }
  const wished = wishes.expiresSec === 0 ? Number.POSITIVE_INFINITY : wishes.expiresSec
  const seconds = Math.max(Math.min(asked?.seconds ?? wished, wished), minSeOf(request), ownMin)
  const weRefresh = !clientKnows || asked?.refresher === 'uas'
  return { kind: 'agreed', terms: { seconds, weRefresh } }
}

/** Puts the terms into the 2xx to the request. */
export function writeTerms(success: SipHeaders, terms: SessionTimerTerms): void {
  success.set('Session-Expires', writeSessionExpires({ ...terms, refresher: terms.weRefresh ? 'uas' : 'uac' }))
  // The client has to do something for it, so it must know what (section 9).
  if (!terms.weRefresh) success.append('Require', 'timer')
}
