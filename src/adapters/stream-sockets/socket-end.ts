/** Why a socket is no more, from what ws and the connection under it say. */
import type { SocketEnd, SocketFault } from '../../engine/ports/stream-sockets.ts'

/** An error of the connection, of ws, or one of our own. */
export interface Fault {
  readonly message: string
  readonly code?: string | undefined
  readonly name?: string
}

/** Codes of our own: no handshake in time; an open connection that we would not have any longer. */
export const NO_ANSWER = 'no-answer'
export const CUT = 'cut'
/** The name of what agents say of an address that is not allowed. */
const EGRESS = 'EgressError'
/** RFC 6455 §7.4.1: done, going away, no code given. */
const GOOD_CODES: ReadonlySet<number> = new Set([1000, 1001, 1005])
/** RFC 6455 §7.4.1: no closing frame came. */
const LOST_CODE = 1006

/** Of a socket that was open. */
export function endOf(code: number, reason: string, fault: Fault | null): SocketEnd {
  if (fault?.code?.startsWith('WS_ERR_'))
    return { how: 'nonsense', why: `The app broke the WebSocket protocol: ${fault.message}` }
  if (GOOD_CODES.has(code)) return { how: 'closed' }
  if (fault?.code === CUT) return { how: 'broken', why: fault.message }
  if (code === LOST_CODE) return { how: 'broken', why: 'The connection was lost without a closing handshake' }
  return { how: 'broken', why: `The app closed the socket with ${code}${reason === '' ? '' : `: ${reason}`}` }
}

/** A connection that nobody accepted, or an answer that is no WebSocket. */
export function failureOf(fault: Fault | null, isEncrypted: boolean): SocketEnd {
  return { how: howItFailed(fault, isEncrypted), why: fault?.message || fault?.code || 'The connection was closed' }
}

/** An address that was not even tried: none, or one that is not allowed. */
export function refusalOf({ name, message }: Fault, isEncrypted: boolean): SocketEnd {
  return { how: name === EGRESS && !isEncrypted ? 'unencrypted' : 'unreachable', why: message }
}

function howItFailed(fault: Fault | null, isEncrypted: boolean): SocketFault {
  const code = fault?.code ?? ''
  if (fault?.name === EGRESS) return isEncrypted ? 'unreachable' : 'unencrypted'
  if (code === NO_ANSWER || code === 'ETIMEDOUT') return 'unanswered'
  if (code === 'ECONNREFUSED') return 'not-listening'
  if (code === 'EPROTO' || /^ERR_(SSL|TLS)_/.test(code)) return 'insecure'
  // The other side hung up during the handshake.
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'refused'
  if (/^E[A-Z_]+$/.test(code) && !code.startsWith('ERR_')) return 'unreachable'
  // What is left and has a code: HTTP that is none, or a certificate, as DEPTH_ZERO_SELF_SIGNED_CERT.
  return code === '' || /^(HPE|WS_ERR|ERR)_/.test(code) ? 'refused' : 'insecure'
}
