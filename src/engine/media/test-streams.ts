/** Sockets for the tests of Media Streams: what was sent is written down, and the test is the app at the other end. */
import type { Instant } from '../../lib/ids.ts'
import { VirtualClock } from '../../lib/virtual-clock.ts'
import type { StreamSocketEvents, StreamSockets } from '../ports/stream-sockets.ts'
import { START } from './test-legs.ts'

export const aClock = (): VirtualClock => new VirtualClock({ startAt: START as Instant, settleMs: 0, mode: 'held' })

export interface TestSocket {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly events: StreamSocketEvents
  /** Every message, parsed. */
  readonly sent: {
    readonly event: string
    readonly media?: { readonly timestamp: string; readonly chunk: string }
  }[]
  /** What the app leaves unread; counts what is sent while `reads` is false. */
  bufferedBytes: number
  reads: boolean
  /** Codes of ours. */
  readonly closed: (number | undefined)[]
}

export function testSockets(): StreamSockets & { readonly opened: TestSocket[] } {
  const opened: TestSocket[] = []
  return {
    opened,
    open(url, headers, events) {
      const socket: TestSocket = { url, headers, events, sent: [], bufferedBytes: 0, reads: true, closed: [] }
      opened.push(socket)
      return {
        send(text) {
          socket.sent.push(JSON.parse(text))
          if (!socket.reads) socket.bufferedBytes += text.length
        },
        get bufferedBytes() {
          return socket.bufferedBytes
        },
        inStep: async () => {},
        close: async (code) => void socket.closed.push(code),
      }
    },
  }
}
