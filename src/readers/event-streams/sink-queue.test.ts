import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type WrittenEvent, writeEvent } from '../../wire/cloudevents/index.ts'
import { QUEUE_EVENTS_MAX, SinkQueue, type Taking } from './sink-queue.ts'

let made = 0
const event = (sid: string): WrittenEvent =>
  writeEvent({ specversion: '1.0', type: 't', source: 's', id: `EZ${++made}`, data: { sid } })

const FREE: Taking = { eventsMax: 100, bytesMax: 1e6, order: 'none', isFlying: () => false, isWaiting: () => false }
const ids = (events: readonly WrittenEvent[]) => events.map(({ event: { id } }) => id)

test('the cursor stands before the oldest event that is not settled, whatever is settled behind it', () => {
  const queue = new SinkQueue(10)
  const [a, b, c] = [event('CA1'), event('CA1'), event('CA2')]
  queue.offer(11, [a])
  queue.offer(13, [b, c])
  queue.readTo = 20
  queue.take(FREE)
  assert.equal(queue.cursor, 10)
  queue.settle([b])
  assert.equal(queue.cursor, 10)
  queue.settle([a])
  assert.equal(queue.cursor, 12)
  queue.settle([c, c])
  assert.equal(queue.cursor, 20)
})

test('a full queue takes nothing of an entry, until something is settled', () => {
  const queue = new SinkQueue(0)
  for (let seq = 1; seq <= QUEUE_EVENTS_MAX; seq++) assert.ok(queue.offer(seq, [event('CA1')]))
  assert.equal(queue.offer(QUEUE_EVENTS_MAX + 1, [event('CA1'), event('CA1')]), false)
  assert.equal(queue.size, QUEUE_EVENTS_MAX)
  queue.settle(queue.take(FREE).batch)
  assert.ok(queue.offer(QUEUE_EVENTS_MAX + 1, [event('CA1')]))
})

for (const [what, taking, taken, blocked] of [
  ['in the order they came', {}, ['1a', '1b', '2a', '2b'], []],
  ['as many as one request takes', { eventsMax: 3 }, ['1a', '1b', '2a'], []],
  ['none of a call that is under way', { order: 'lane', isFlying: (lane: string) => lane === 'CA1' }, ['2a', '2b'], []],
  [
    'those of a call that waits are set aside',
    { order: 'lane', isWaiting: (lane: string) => lane === 'CA1' },
    ['2a', '2b'],
    ['1a', '1b'],
  ],
  ['one a call where a request is no unit', { order: 'lane-alone' }, ['1a', '2a'], []],
] as const) {
  test(`taking: ${what}`, () => {
    const queue = new SinkQueue(0)
    const names = new Map<string, string>()
    for (const name of ['1a', '1b', '2a', '2b']) {
      const one = event(`CA${name[0]}`)
      names.set(one.event.id, name)
      queue.offer(names.size, [one])
    }
    const result = queue.take({ ...FREE, ...taking })
    assert.deepEqual(
      ids(result.batch).map((id) => names.get(id)),
      taken,
    )
    assert.deepEqual(
      ids(result.blocked).map((id) => names.get(id)),
      blocked,
    )
    assert.equal(queue.size, 4 - taken.length - blocked.length)
  })
}

test('an event larger than a request is taken alone', () => {
  const queue = new SinkQueue(0)
  queue.offer(1, [event('CA1'), event('CA1')])
  assert.equal(queue.take({ ...FREE, bytesMax: 10 }).batch.length, 1)
})
