/** The header fields of session timers (RFC 4028): Session-Expires and Min-SE. */
import type { SipHeaders } from '../headers.ts'
import { parseParameters } from '../parameters.ts'

/** As seen from the request that they stand in: its client or its server. */
export type Refresher = 'uac' | 'uas'

export interface SessionExpires {
  readonly seconds: number
  /** Null: left to the server. */
  readonly refresher: Refresher | null
}

/** Section 5: shorter must not be, and what Min-SE is when nobody says. */
export const MIN_SE_SEC = 90
const SECONDS = /^[ \t]*(\d{1,9})[ \t]*/

/** @returns null when the value is none */
export function parseSessionExpires(value: string): SessionExpires | null {
  const found = SECONDS.exec(value)
  const parameters = found && parseParameters(value, found[0].length)
  if (found === null || parameters === null) return null
  const refresher = parameters.get('refresher')?.toLowerCase()
  return { seconds: Number(found[1]), refresher: refresher === 'uac' || refresher === 'uas' ? refresher : null }
}

export function writeSessionExpires({ seconds, refresher }: SessionExpires): string {
  return refresher === null ? `${seconds}` : `${seconds};refresher=${refresher}`
}

export function sessionExpiresOf(headers: SipHeaders): SessionExpires | null {
  const value = headers.get('Session-Expires')
  return value === undefined ? null : parseSessionExpires(value)
}

/** In seconds, at least 90. */
export function minSeOf(headers: SipHeaders): number {
  const found = SECONDS.exec(headers.get('Min-SE') ?? '')
  return found === null ? MIN_SE_SEC : Math.max(MIN_SE_SEC, Number(found[1]))
}
