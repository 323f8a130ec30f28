/**
 * The INVITE client transaction: RFC 3261 section 17.1.1 (figure 5) as RFC 6026 section 8.4 corrects it, and CANCEL (section 9.1):
 * a CANCEL waits for the first provisional answer, and once it is out, the INVITE is not waited for beyond 64*T1.
 */
import type { StateTimers, Table } from './table.ts'

export type InviteClientState =
  | 'calling'
  /** To be cancelled as soon as the other side has shown that it knows of the INVITE. */
  | 'calling-to-cancel'
  | 'proceeding'
  /** CANCEL is sent. */
  | 'cancelling'
  /** Answered by 2xx; more of them may come, from other branches of a fork or as repeats. */
  | 'accepted'
  | 'completed'
  | 'terminated'

export type InviteClientEvent =
  | 'provisional'
  | 'success'
  | 'failure'
  | 'cancel'
  | 'timer-a'
  | 'timer-b'
  | 'timer-c'
  | 'timer-cancel'
  | 'timer-d'
  | 'timer-m'
  | 'transport-failed'

export type InviteClientAction = 'send' | 'send-ack' | 'send-cancel' | 'tell' | 'tell-timeout' | 'tell-transport-failed'

export const INVITE_CLIENT_TABLE: Table<InviteClientState, InviteClientEvent, InviteClientAction> = {
  calling: {
    provisional: { to: 'proceeding', does: ['tell'] },
    success: { to: 'accepted', does: ['tell'] },
    failure: { to: 'completed', does: ['send-ack', 'tell'] },
    cancel: { to: 'calling-to-cancel', does: [] },
    'timer-a': { to: 'calling', does: ['send'] },
    'timer-b': { to: 'terminated', does: ['tell-timeout'] },
    'transport-failed': { to: 'terminated', does: ['tell-transport-failed'] },
  },
  'calling-to-cancel': {
    provisional: { to: 'cancelling', does: ['send-cancel', 'tell'] },
    success: { to: 'accepted', does: ['tell'] },
    failure: { to: 'completed', does: ['send-ack', 'tell'] },
    'timer-a': { to: 'calling-to-cancel', does: ['send'] },
    'timer-b': { to: 'terminated', does: ['tell-timeout'] },
    'transport-failed': { to: 'terminated', does: ['tell-transport-failed'] },
  },
  proceeding: {
    provisional: { to: 'proceeding', does: ['tell'] },
    success: { to: 'accepted', does: ['tell'] },
    failure: { to: 'completed', does: ['send-ack', 'tell'] },
    cancel: { to: 'cancelling', does: ['send-cancel'] },
    'timer-c': { to: 'terminated', does: ['tell-timeout'] },
  },
  cancelling: {
    provisional: { to: 'cancelling', does: ['tell'] },
    success: { to: 'accepted', does: ['tell'] },
    failure: { to: 'completed', does: ['send-ack', 'tell'] },
    'timer-cancel': { to: 'terminated', does: ['tell-timeout'] },
  },
  accepted: {
    success: { to: 'accepted', does: ['tell'] },
    'timer-m': { to: 'terminated', does: [] },
  },
  completed: {
    // A forking proxy forwards a 2xx even after it has forwarded a refusal (RFC 3261 section 16.7, step 5).
    success: { to: 'completed', does: ['tell'] },
    failure: { to: 'completed', does: ['send-ack'] },
    'timer-d': { to: 'terminated', does: [] },
    // The user has its final answer already: that the ACK found no way is no news to it.
    'transport-failed': { to: 'terminated', does: [] },
  },
  terminated: {},
}

export const INVITE_CLIENT_TIMERS: Readonly<Record<InviteClientState, StateTimers>> = {
  calling: { resend: 'timer-a', end: 'timer-b' },
  'calling-to-cancel': { resend: 'timer-a', end: 'timer-b' },
  proceeding: { end: 'timer-c' },
  cancelling: { end: 'timer-cancel' },
  accepted: { end: 'timer-m' },
  completed: { end: 'timer-d' },
  terminated: {},
}
