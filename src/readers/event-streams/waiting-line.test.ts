import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../../lib/ids.ts'
import type { WaitingMeta } from './delivery-store.ts'
import type { SinkSid } from './ports.ts'
import { WaitingLine } from './waiting-line.ts'

const at = (ms: number) => ms as Instant
const free = () => false

const row = (
  id: string,
  place: number,
  dueAt: number,
  lanes: readonly string[] = [],
  firstAt: number | null = null,
): WaitingMeta => ({
  id,
  sinkSid: 'DG1' as SinkSid,
  place,
  trigger: 'retry',
  attempts: 1,
  firstAt: firstAt === null ? null : at(firstAt),
  dueAt: at(dueAt),
  lanes,
  code: 91306,
  why: 'x',
  testId: null,
})

test('what is due is taken in the order of places, once', () => {
  const line = new WaitingLine([row('b', 2, 5), row('c', 3, 50), row('a', 1, 9)])
  const taken = [line.take(at(10), free), line.take(at(10), free), line.take(at(10), free)]
  assert.deepEqual(
    taken.map((one) => one?.id),
    ['a', 'b', undefined],
  )
  assert.equal(line.nextDueAfter(at(10)), 50)
  line.putBack('a')
  assert.equal(line.take(at(10), free)?.id, 'a')
})

test('a later delivery of a call waits for the earlier one, due or not', () => {
  const line = new WaitingLine([
    row('first', 1, 100, ['CA1']),
    row('second', 2, 0, ['CA1', 'CA2']),
    row('third', 3, 0, ['CA2']),
  ])
  assert.equal(line.take(at(50), free), null)
  line.remove('first')
  assert.equal(line.take(at(50), free)?.id, 'second')
  assert.equal(line.take(at(50), free), null)
  line.remove('second')
  assert.equal(
    line.take(at(50), (lane) => lane === 'CA2'),
    null,
  )
  assert.equal(line.take(at(50), free)?.id, 'third')
  assert.deepEqual([line.hasLane('CA1'), line.hasLane('CA2')], [false, true])
})

test('halves of a delivery stand where the whole one stood', () => {
  const line = new WaitingLine([row('whole', 1, 0), row('next', 2, 0)])
  line.put(row('front', 1, 0))
  line.put(row('back', 1.5, 0))
  line.remove('whole')
  const taken = [line.take(at(0), free), line.take(at(0), free), line.take(at(0), free)]
  assert.deepEqual(
    taken.map((one) => one?.id),
    ['front', 'back', 'next'],
  )
  assert.equal(line.nextPlace(), 3)
})

test('the age of the line is that of the delivery that was tried first', () => {
  const line = new WaitingLine([row('never', 1, 5), row('tried', 2, 90, [], 20)])
  assert.deepEqual([line.triedSince(), line.oldestAt()], [20, 5])
})
