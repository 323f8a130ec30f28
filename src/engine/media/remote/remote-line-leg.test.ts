import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LineEvents, MediaLineEvents } from '../../ports/line.ts'
import { AGREED, LOCAL, STATISTICS, testLine } from '../line/test-line.ts'
import { aRemoteEngine, told, until } from './test-remote.ts'

/** One line at a time; what was done to it is written down. */
function aLine() {
  const done: string[] = []
  let events: MediaLineEvents | null = null
  const lines = {
    open: async (listener: MediaLineEvents) => {
      events = listener
      return testLine({
        connect: ({ codec }) => void done.push(`connect ${codec}`),
        sendKey: (digit) => done.push(`key ${digit}`) > 0,
        close: () => void done.push('close'),
      })
    },
  }
  return { lines, done, party: () => events! }
}

function withLine({ events, others }: ReturnType<typeof told>): LineEvents {
  return { ...events, lineSilent: () => void others.push('silent') }
}

test('a line in the worker: its port, its agreement, keys both ways, silence, statistics, and its end', async (t) => {
  const { lines, done, party } = aLine()
  const { engine } = aRemoteEngine(t, lines)
  const events = told()
  const leg = engine.openLine(withLine(events))
  assert.deepEqual(await leg.local, LOCAL)
  leg.connect({ ...AGREED, codec: 'PCMA', payloadType: 8 })
  leg.sendKeys('7')
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
