/**
 * The INVITE server transaction: RFC 3261 section 17.2.1 (figure 7) as RFC 6026 section 8.5 corrects it. Repeating a 2xx until its ACK
 * comes is the user's business (section 13.3.1.4), by `repeat`; so is repeating a reliable provisional answer (RFC 3262).
 */
import type { StateTimers, Table } from './table.ts'

export type InviteServerState =
  /** Nothing is sent yet. */
  | 'trying'
  | 'proceeding'
  /** Answered by 2xx. */
  | 'accepted'
  /** Answered by a refusal; its ACK is waited for. */
  | 'completed'
  | 'confirmed'
  | 'terminated'

export type InviteServerEvent =
  /** The same INVITE again. */
  | 'request'
  | 'ack'
  | 'cancel'
  /** The user answers, by 1xx, 2xx or more. */
  | 'provisional'
  | 'success'
  | 'failure'
  /** The user sends an answer again. */
  | 'repeat'
  | 'timer-trying'
  | 'timer-c'
  | 'timer-g'
  | 'timer-h'
  | 'timer-i'
  | 'timer-l'
  | 'transport-failed'

export type InviteServerAction =
  | 'send'
  /** The last answer. */
  | 'resend'
  /** The answer that the user names, which need not be the last. */
  | 'repeat'
  | 'send-trying'
  | 'tell-ack'
  | 'tell-cancel'
  | 'tell-timeout'
  | 'tell-transport-failed'

export const INVITE_SERVER_TABLE: Table<InviteServerState, InviteServerEvent, InviteServerAction> = {
  trying: {
    request: { to: 'proceeding', does: ['send-trying'] },
    cancel: { to: 'trying', does: ['tell-cancel'] },
    provisional: { to: 'proceeding', does: ['send'] },
    success: { to: 'accepted', does: ['send'] },
    failure: { to: 'completed', does: ['send'] },
    'timer-trying': { to: 'proceeding', does: ['send-trying'] },
  },
  proceeding: {
    request: { to: 'proceeding', does: ['resend'] },
    cancel: { to: 'proceeding', does: ['tell-cancel'] },
    provisional: { to: 'proceeding', does: ['send'] },
    success: { to: 'accepted', does: ['send'] },
    failure: { to: 'completed', does: ['send'] },
    repeat: { to: 'proceeding', does: ['repeat'] },
    'timer-c': { to: 'terminated', does: ['tell-timeout'] },
    'transport-failed': { to: 'terminated', does: ['tell-transport-failed'] },
  },
  accepted: {
    ack: { to: 'accepted', does: ['tell-ack'] },
    repeat: { to: 'accepted', does: ['repeat'] },
    'timer-l': { to: 'terminated', does: [] },
    // RFC 6026 section 7.1: the user is told, and the transaction stays to swallow repeats.
    'transport-failed': { to: 'accepted', does: ['tell-transport-failed'] },
  },
  completed: {
    request: { to: 'completed', does: ['resend'] },
    ack: { to: 'confirmed', does: [] },
    'timer-g': { to: 'completed', does: ['resend'] },
    'timer-h': { to: 'terminated', does: ['tell-timeout'] },
    'transport-failed': { to: 'terminated', does: ['tell-transport-failed'] },
  },
  confirmed: {
    'timer-i': { to: 'terminated', does: [] },
  },
  terminated: {},
}

export const INVITE_SERVER_TIMERS: Readonly<Record<InviteServerState, StateTimers>> = {
  trying: { end: 'timer-trying' },
  proceeding: { end: 'timer-c' },
  accepted: { end: 'timer-l' },
  completed: { resend: 'timer-g', end: 'timer-h' },
  confirmed: { end: 'timer-i' },
  terminated: {},
}
