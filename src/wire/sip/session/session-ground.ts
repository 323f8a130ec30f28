/** What all sessions of a user agent stand on. */
import type { Clock } from '../../../lib/clock.ts'
import type { SessionTimerWishes } from '../dialog/session-timer-terms.ts'
import type { SipRequest, SipResponse } from '../message.ts'
import type { TransactionLayer } from '../transaction/transaction-layer.ts'
import type { Hop } from '../transport.ts'
import type { Session } from './session.ts'

export type Header = readonly [name: string, value: string]

/**
 * Finds where the host of a URI is; calls back at once or later, with null when there is no way.
 * `peer`: where the other end's last message came from, for those behind a NAT or on a connection; null before there was one.
 */
export type Locate = (uri: string, peer: Hop | null, found: (hop: Hop | null) => void) => void

/** The header field that answers a challenge (401, 407), null to let the refusal stand. `request` is the one that was refused. */
export type AnswerChallenge = (challenge: SipResponse, request: SipRequest) => Header | null

export interface SessionGround {
  readonly clock: Clock
  readonly layer: TransactionLayer
  readonly locate: Locate
  readonly answerChallenge: AnswerChallenge
  /** A random whole number from 0 to below its argument. */
  readonly randomBelow: (end: number) => number
  readonly timerWishes: SessionTimerWishes
  /** Of Allow. */
  readonly methods: readonly string[]
  /** Of Supported, in lower case. */
  readonly extensions: readonly string[]
  /** Such as User-Agent: in every request and response that says who we are. */
  readonly standing: readonly Header[]
  readonly joined: (session: Session) => void
  readonly left: (session: Session) => void
}

/** How often a request is sent again because it was challenged: once for a proxy, once for the other end, once for a stale nonce. */
export const CHALLENGES_MAX = 3

/** What we can: in requests that begin or change a session, and their 2xx. */
export function addAbilities(ground: SessionGround, message: SipRequest | SipResponse, without?: string): void {
  const { headers } = message
  headers.append('Allow', ground.methods.join(', '))
  const extensions = ground.extensions.filter((extension) => extension !== without)
  if (extensions.length > 0) headers.append('Supported', extensions.join(', '))
  addStanding(ground, message)
}

export function addStanding(ground: SessionGround, { headers }: SipRequest | SipResponse): void {
  for (const [name, value] of ground.standing) headers.append(name, value)
}
