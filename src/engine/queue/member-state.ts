/** The life of one caller in a queue, as a table: from joining until the `action` of its `<Enqueue>` can be told how it went. */

/** `connecting`: somebody has dequeued the caller, and the two are not connected yet. */
export type MemberState = 'waiting' | 'connecting' | 'connected' | 'out'

/** As the reference spells them. */
export type QueueResult =
  | 'bridged'
  | 'bridging-in-process'
  | 'leave'
  | 'hangup'
  | 'redirected'
  | 'redirected-from-bridged'
  | 'queue-full'
  | 'error'
  | 'system-error'

export type MemberInput =
  /** A dequeuer takes the caller. */
  | 'claimed'
  | 'connected'
  /** The dequeuer is through with the caller: it hung up, pressed the star, or was redirected. */
  | 'released'
  /** REST takes the caller out of the queue. */
  | 'taken-out'
  /** The wait document said so. */
  | 'left'
  | 'wait-failed'
  /** The caller's call has ended. */
  | 'hung-up'
  /** REST gave the caller's call another document. */
  | 'redirected'

/** A state to go on in, or the result with which the caller is out. A missing cell is "not any more": whoever came first has won. */
const MEMBER_TABLE: Record<MemberState, Partial<Record<MemberInput, 'connecting' | 'connected' | QueueResult>>> = {
  waiting: {
    claimed: 'connecting',
    'taken-out': 'redirected',
    left: 'leave',
    'wait-failed': 'error',
    'hung-up': 'hangup',
    redirected: 'redirected',
  },
  connecting: {
    connected: 'connected',
    released: 'bridging-in-process',
    'hung-up': 'hangup',
    redirected: 'redirected',
  },
  connected: { released: 'bridged', 'hung-up': 'bridged', redirected: 'redirected-from-bridged' },
  out: {},
}

export type MemberStep =
  | { readonly state: 'connecting' | 'connected' }
  | { readonly state: 'out'; readonly result: QueueResult }

/** Null when the table has no cell: nothing happens. */
export function stepMember(state: MemberState, input: MemberInput): MemberStep | null {
  const next = MEMBER_TABLE[state][input]
  if (next === undefined) return null
  return next === 'connecting' || next === 'connected' ? { state: next } : { state: 'out', result: next }
}
