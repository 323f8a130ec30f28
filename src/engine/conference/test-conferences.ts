/** For tests of conferences. */
import type { Ticket } from './ticket.ts'

export const aTicket = (change: Partial<Ticket> = {}): Ticket => ({
  friendlyName: 'Room',
  label: null,
  muted: false,
  beep: 'true',
  startOnEnter: true,
  endOnExit: false,
  wait: 'music',
  participantsMax: 250,
  coach: null,
  region: null,
  callback: null,
  recording: null,
  ...change,
})
