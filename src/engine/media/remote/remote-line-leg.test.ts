import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LineAgreement, LineEvents, MediaLineEvents } from '../../ports/line.ts'
import { aRemoteEngine, told } from './test-remote.ts'

const AGREED: LineAgreement = {
  remote: { address: '127.0.0.1', port: 4000, rtcpPort: 4001 },
  sends: true,
  receives: true,
  codec: 'PCMA',
  payloadType: 8,
  ptimeMs: 20,
  events: 101,
  rtcpMux: false,
  srtp: null,
}
const STATISTICS = {
  sentPackets: 1,
  receivedPackets: 2,
  lostPackets: 3,
  discardedPackets: 4,
  jitterMs: 5,
  roundTripMs: null,
}

/** One line at a time; what was done to it is written down. */
function aLine() {
  const done: string[] = []
  let events: MediaLineEvents | null = null
  const lines = {
    open: async (listener: MediaLineEvents) => {
      events = listener
      return {
        local: { address: '127.0.0.1', port: 5000, rtcpPort: 5001 },
        connect: ({ codec }: LineAgreement) => void done.push(`connect ${codec}`),
        take: () => false,
        give() {},
        sendKey: (digit: string) => done.push(`key ${digit}`) > 0,
        statistics: () => STATISTICS,
        close: () => void done.push('close'),
      }
    },
  }
  return { lines, done, party: () => events! }
}

function withLine(events: ReturnType<typeof told>): LineEvents {
  return { ...events.events, lineSilent: () => void events.others.push('silent') }
}

/** Until `isSo`, at most two seconds. */
async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !isSo(); tries++) await sleep(10)
  assert.ok(isSo())
}

test('a line in the worker: its port, its agreement, keys both ways, silence, statistics, and its end', async (t) => {
  const { lines, done, party } = aLine()
  const { engine } = aRemoteEngine(t, lines)
  const events = told()
  const leg = engine.openLine(withLine(events))
  assert.deepEqual(await leg.local, { address: '127.0.0.1', port: 5000, rtcpPort: 5001 })
  leg.connect(AGREED)
  leg.sendKeys('7', true)
  party().key('3')
  party().silent()
  await until(() => done.length === 2 && events.others.length === 2)
  assert.deepEqual(done, ['connect PCMA', 'key 7'])
  assert.deepEqual(events.others, ['key 3', 'silent'])
  assert.deepEqual(await leg.statistics(), STATISTICS)
  leg.gone()
  await leg.closed
  assert.equal(done.at(-1), 'close')
  assert.equal(await leg.statistics(), null)
})

test('no port is free: the leg has no line, and everything else about it goes on', async (t) => {
  const { engine } = aRemoteEngine(t)
  const leg = engine.openLine(withLine(told()))
  assert.equal(await leg.local, null)
  leg.connect(AGREED)
  leg.gone()
  await leg.closed
})

test('a worker that dies takes its lines along: who waits for one is told', async (t) => {
  const { lines } = aLine()
  const { engine, threads } = aRemoteEngine(t, lines)
  const events = told()
  const leg = engine.openLine(withLine(events))
  await leg.local
  const asked = leg.statistics()
  threads[0]!.die(new Error('out of memory'))
  assert.equal(await asked, null)
  assert.deepEqual(events.others, ['lost'])
})
