/** The client transaction of every request but INVITE and ACK: RFC 3261 section 17.1.2 (figure 6). */
import type { StateTimers, Table } from './table.ts'

export type OtherClientState = 'trying' | 'proceeding' | 'completed' | 'terminated'
export type OtherClientEvent = 'provisional' | 'final' | 'timer-e' | 'timer-f' | 'timer-k' | 'transport-failed'
export type OtherClientAction = 'send' | 'tell' | 'tell-timeout' | 'tell-transport-failed'

export const OTHER_CLIENT_TABLE: Table<OtherClientState, OtherClientEvent, OtherClientAction> = {
  trying: {
    provisional: { to: 'proceeding', does: ['tell'] },
    final: { to: 'completed', does: ['tell'] },
    'timer-e': { to: 'trying', does: ['send'] },
    'timer-f': { to: 'terminated', does: ['tell-timeout'] },
    'transport-failed': { to: 'terminated', does: ['tell-transport-failed'] },
  },
  proceeding: {
    provisional: { to: 'proceeding', does: ['tell'] },
    final: { to: 'completed', does: ['tell'] },
    'timer-e': { to: 'proceeding', does: ['send'] },
    'timer-f': { to: 'terminated', does: ['tell-timeout'] },
    'transport-failed': { to: 'terminated', does: ['tell-transport-failed'] },
  },
  completed: {
    'timer-k': { to: 'terminated', does: [] },
  },
  terminated: {},
}

export const OTHER_CLIENT_TIMERS: Readonly<Record<OtherClientState, StateTimers>> = {
  trying: { resend: 'timer-e', end: 'timer-f' },
  proceeding: { resend: 'timer-e', end: 'timer-f' },
  completed: { end: 'timer-k' },
  terminated: {},
}
