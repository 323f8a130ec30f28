/** For tests of legs with lines: a line that nothing carries, what is agreed on it, and what listens to a leg that has one. */
import type { LineAgreement, LineEvents, LineStatistics, MediaLine } from '../../ports/line.ts'
import { LINKED } from './memory-line.ts'

export const LOCAL = { address: '127.0.0.1', port: 5000, rtcpPort: 5001 } as const

export const AGREED: LineAgreement = {
  ...LINKED,
  remote: { address: '127.0.0.1', port: 4000, rtcpPort: 4001 },
  rtcpMux: false,
}

export const STATISTICS: LineStatistics = {
  sentPackets: 1,
  receivedPackets: 2,
  lostPackets: 3,
  discardedPackets: 4,
  jitterMs: 5,
  roundTripMs: null,
}

/** A line whose party says nothing and hears nothing, but for what is given. */
export const testLine = (line: Partial<MediaLine> = {}): MediaLine => ({
  local: LOCAL,
  connect() {},
  take: () => false,
  give() {},
  sendKey: () => true,
  statistics: () => STATISTICS,
  close() {},
  ...line,
})

/** Tells nobody anything, but what is given. */
export const lineEvents = (events: Partial<LineEvents> = {}): LineEvents => ({
  spanStarted() {},
  spanEnded() {},
  keyHeard() {},
  recordingBegan() {},
  lost() {},
  lineSilent() {},
  ...events,
})
