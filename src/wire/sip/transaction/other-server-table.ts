/** The server transaction of every request but INVITE and ACK: RFC 3261 section 17.2.2 (figure 8). */
import type { StateTimers, Table } from './table.ts'

export type OtherServerState = 'trying' | 'proceeding' | 'completed' | 'terminated'
export type OtherServerEvent =
  /** The same request again. */
  | 'request'
  /** The user answers, by 1xx or more. */
  | 'provisional'
  | 'final'
  | 'timer-unanswered'
  | 'timer-j'
  | 'transport-failed'
export type OtherServerAction = 'send' | 'resend' | 'tell-timeout' | 'tell-transport-failed'

export const OTHER_SERVER_TABLE: Table<OtherServerState, OtherServerEvent, OtherServerAction> = {
  trying: {
    provisional: { to: 'proceeding', does: ['send'] },
    final: { to: 'completed', does: ['send'] },
    // RFC 4320 section 4.1: an answer this late would find nobody who waits for it.
    'timer-unanswered': { to: 'terminated', does: ['tell-timeout'] },
  },
  proceeding: {
    request: { to: 'proceeding', does: ['resend'] },
    provisional: { to: 'proceeding', does: ['send'] },
    final: { to: 'completed', does: ['send'] },
    'timer-unanswered': { to: 'terminated', does: ['tell-timeout'] },
    'transport-failed': { to: 'terminated', does: ['tell-transport-failed'] },
  },
  completed: {
    request: { to: 'completed', does: ['resend'] },
    'timer-j': { to: 'terminated', does: [] },
    'transport-failed': { to: 'terminated', does: ['tell-transport-failed'] },
  },
  terminated: {},
}

export const OTHER_SERVER_TIMERS: Readonly<Record<OtherServerState, StateTimers>> = {
  trying: { end: 'timer-unanswered' },
  proceeding: { end: 'timer-unanswered' },
  completed: { end: 'timer-j' },
  terminated: {},
}
