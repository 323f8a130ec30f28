/** Lines over RTP, out of a range of ports. */
import type { MediaLine, MediaLineEvents, MediaLines } from '../../engine/ports/line.ts'
import type { Clock } from '../../lib/clock.ts'
import { PortPairs, type PortRange } from './port-pairs.ts'
import { RtpLine } from './rtp-line.ts'

export interface MediaLinesOptions {
  readonly clock: Clock
  /** The address that is listened on. */
  readonly host: string
  readonly ports: PortRange
}

export function createMediaLines({ clock, host, ports }: MediaLinesOptions): MediaLines {
  const pairs = new PortPairs(host, ports)
  return {
    async open(events: MediaLineEvents): Promise<MediaLine | null> {
      const pair = await pairs.open()
      return pair && new RtpLine(clock, pair, host, events)
    },
  }
}
