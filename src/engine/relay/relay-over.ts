/** How a session ended, and what `action` is told of that. */
import { newSid, type RelaySessionSid } from '../../lib/ids.ts'
import type { RelayFault } from './relay-line.ts'

export interface RelayOver {
  readonly sessionId: RelaySessionSid
  /** `completed`: the call ended, or went on to something else. `ended`: the app is done. */
  readonly status: 'completed' | 'ended' | 'failed'
  readonly durationMs: number
  readonly handoffData: string | null
  readonly error: RelayError | null
}

export interface RelayError {
  /** The reference's. */
  readonly code: number
  /** The reference's words for the code. */
  readonly message: string
}

/** By how it failed: the socket was never there, or is not there any more. */
export const RELAY_ERRORS: Readonly<Record<RelayFault['how'], RelayError>> = {
  unreachable: { code: 64102, message: 'Unable to connect to websocket URL' },
  lost: { code: 64105, message: 'Websocket ended' },
}

/** Of a session whose app has no usable address. */
export const unreachable = () =>
  ({
    sessionId: newSid('VX'),
    status: 'failed',
    durationMs: 0,
    handoffData: null,
    error: RELAY_ERRORS.unreachable,
  }) as const satisfies RelayOver

export function relayParameters({
  sessionId,
  status,
  durationMs,
  handoffData,
  error,
}: RelayOver): Readonly<Record<string, string>> {
  return {
    SessionId: sessionId,
    SessionStatus: status,
    SessionDuration: String(Math.round(durationMs / 1000)),
    ...(handoffData !== null && { HandoffData: handoffData }),
    ...(error && { ErrorCode: String(error.code), ErrorMessage: error.message }),
  }
}
