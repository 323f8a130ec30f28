/** For tests: lines over loopback whose time is in hand: a tick is 20 ms of sound, however long it takes. */
import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LineAddress, LineAgreement, MediaLine } from '../../engine/ports/line.ts'
import type { Instant } from '../../lib/ids.ts'
import { VirtualClock } from '../../lib/virtual-clock.ts'
import { createMediaLines } from './media-lines.ts'
import type { PortRange } from './port-pairs.ts'

export const HOST = '127.0.0.1'
export const FRAME = 160
/** Real time that anything on loopback may take. */
const WAIT_MS_MAX = 10_000

/** So that tests that run at the same time seldom meet; ports that are taken are passed over. */
export const aRange = (pairs = 20): PortRange => {
  const first = 30_000 + (process.pid % 500) * 40
  return { first, last: first + 2 * pairs - 1 }
}

export const AGREED: Omit<LineAgreement, 'remote'> = {
  sends: true,
  receives: true,
  codec: 'PCMU',
  payloadType: 0,
  ptimeMs: 20,
  events: 101,
  rtcpMux: false,
  srtp: null,
}

/** Loud, and telling its number: two digits of base 100. */
export const speech = (number: number): Uint8Array =>
  Uint8Array.from({ length: FRAME }, (_, at) => (at % 2 === 0 ? number % 100 : Math.floor(number / 100) % 100))

export async function eventually(is: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + WAIT_MS_MAX
  while (!is()) {
    assert.ok(performance.now() < deadline, `never came: ${what}`)
    await nextTurn()
  }
}

export interface TestLine {
  readonly line: MediaLine
  readonly keys: string[]
  readonly silences: number
  /** All that was heard, 20 ms each; null where nothing was said. */
  readonly heard: (Uint8Array | null)[]
  take(): void
  connect(remote: LineAddress | null, changes?: Partial<LineAgreement>): void
}

const ends: (() => Promise<void>)[] = []
/** For tests that failed in the middle. */
export const endAll = () => Promise.all(ends.map((end) => end()))

export function aBed(range = aRange()) {
  const clock = new VirtualClock({ startAt: 1_900_000_000_000 as Instant, settleMs: 0, mode: 'held' })
  const lines = createMediaLines({ clock, host: HOST, ports: range })
  const open: MediaLine[] = []

  async function aLine(): Promise<TestLine> {
    const keys: string[] = []
    const heard: (Uint8Array | null)[] = []
    let silences = 0
    const events = {
      key: (digit: string) => void keys.push(digit),
      silent: () => {
        silences += 1
      },
    }
    const line = await lines.open(events)
    assert.ok(line, 'there is no port')
    open.push(line)
    return {
      line,
      keys,
      heard,
      get silences() {
        return silences
      },
      take() {
        const into = new Uint8Array(FRAME)
        heard.push(line.take(into) ? into : null)
      },
      connect: (remote, changes = {}) => line.connect({ ...AGREED, remote, ...changes }),
    }
  }

  /** Two lines that speak to each other. */
  async function aPair(changes: Partial<LineAgreement> = {}, others: Partial<LineAgreement> = changes) {
    const [a, b] = [await aLine(), await aLine()]
    a.connect(b.line.local, changes)
    b.connect(a.line.local, others)
    return { a, b }
  }

  /** All that one has sent has come to the other. */
  const arrived = (from: TestLine, to: TestLine) => {
    const sent = from.line.statistics().sentPackets
    return eventually(() => to.line.statistics().receivedPackets >= sent, `packet ${sent}`)
  }

  async function end(): Promise<void> {
    for (const line of open) line.close()
    await nextTurn()
    await nextTurn()
  }

  ends.push(end)
  return { clock, lines, aLine, aPair, arrived, end }
}

/** The numbers of the frames that were heard, without silence. */
export const numbersOf = (heard: readonly (Uint8Array | null)[]): number[] =>
  heard.filter((frame) => frame !== null).map((frame) => frame[0]! + 100 * frame[1]!)
