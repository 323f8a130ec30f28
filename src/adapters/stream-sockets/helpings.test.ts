import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Helpings } from './helpings.ts'

/** Everything that happens, in order; time moves when the test says, and rests are over when Node's mocked timers say. */
function aTable(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const log: string[] = []
  let nowMs = 1000
  const helpings = new Helpings<string>({
    take: (item) => void log.push(item),
    pause: () => void log.push('pause'),
    resume: () => void log.push('resume'),
    nowMs: () => nowMs,
  })
  const pass = (ms: number) => {
    nowMs += ms
    t.mock.timers.tick(ms)
  }
  return { log, helpings, pass }
}

test('as fast as a call can hear: taken at once, never a rest', (t) => {
  const { log, helpings, pass } = aTable(t)
  for (let frame = 0; frame < 500; frame++) {
    helpings.add('frame', 300)
    helpings.add('mark', 120)
    pass(20)
  }
  assert.equal(log.length, 1000)
  assert.ok(!log.includes('pause'))
})

test('a flood: helpings of 160, in order, and the socket is not read between them', (t) => {
  const { log, helpings, pass } = aTable(t)
  for (let item = 0; item < 1000; item++) helpings.add(String(item), 0)
  assert.deepEqual([log.length, log.at(-1)], [161, 'pause'])
  for (let turns = 0; turns < 7; turns++) pass(6)
  const taken = log.filter((entry) => entry !== 'pause' && entry !== 'resume')
  assert.deepEqual(
    taken,
    Array.from({ length: 1000 }, (_, item) => String(item)),
  )
  pass(6)
  assert.equal(log.at(-1), 'resume')
})

test('one large message is followed by a rest as long as it is worth', (t) => {
  const { log, helpings, pass } = aTable(t)
  helpings.add('4 MiB', 4 * 2 ** 20)
  helpings.add('next', 10)
  pass(79)
  assert.deepEqual(log, ['4 MiB', 'pause'])
  pass(2)
  assert.deepEqual(log, ['4 MiB', 'pause', 'next', 'resume'])
})

test('at the end nothing of what waits is taken', (t) => {
  const { log, helpings, pass } = aTable(t)
  for (let item = 0; item < 1000; item++) helpings.add('item', 0)
  helpings.end()
  helpings.add('late', 0)
  pass(1000)
  assert.equal(log.length, 161)
})
