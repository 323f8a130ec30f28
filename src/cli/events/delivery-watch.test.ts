import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Delivery } from './delivery-line.ts'
import { DeliveryWatch } from './delivery-watch.ts'

const delivery = (id: string, outcome: string | null = 'delivered', attempt = 1): Delivery => ({
  deliveryId: id,
  at: '2030-01-01T00:00:00.000Z',
  attempt,
  events: [],
  outcome,
  code: null,
  status: 200,
  durationMs: 1,
  why: null,
  nextAttemptAt: null,
})

/** The list as the server pages it, two a page; `log` is oldest first. */
function aList(log: readonly Delivery[]) {
  const pages: string[] = []
  const read = async ({ pageToken = '' }: Readonly<Record<string, string>>) => {
    pages.push(pageToken)
    const from = Number(pageToken)
    const deliveries = log.toReversed().slice(from, from + 2)
    return { deliveries, nextPageToken: from + 2 < log.length ? String(from + 2) : null }
  }
  return { pages, read }
}

const told = (deliveries: readonly Delivery[]) => deliveries.map(({ deliveryId, attempt }) => `${deliveryId}${attempt}`)

test('attempts are told once, oldest first, from as many pages as are new', async () => {
  const watch = new DeliveryWatch()
  const log = ['a', 'b', 'c', 'd', 'e'].map((id) => delivery(id))
  assert.deepEqual(told(await watch.look(aList(log).read)), ['a1', 'b1', 'c1', 'd1', 'e1'])
  const same = aList(log)
  assert.deepEqual(told(await watch.look(same.read)), [])
  assert.deepEqual(same.pages, [''])
  assert.deepEqual(told(await watch.look(aList([...log, delivery('a', 'delivered', 2)]).read)), ['a2'])
})

test('an attempt under way is told when it has its outcome, however far down the list it is by then', async () => {
  const watch = new DeliveryWatch()
  assert.deepEqual(told(await watch.look(aList([delivery('slow', null)]).read)), [])
  const others = ['a', 'b', 'c', 'd'].map((id) => delivery(id))
  assert.deepEqual(told(await watch.look(aList([delivery('slow', null), ...others]).read)), ['a1', 'b1', 'c1', 'd1'])
  assert.deepEqual(told(await watch.look(aList([delivery('slow', 'given-up'), ...others]).read)), ['slow1'])
  const quiet = aList([delivery('slow', 'given-up'), ...others])
  await watch.look(quiet.read)
  assert.deepEqual(quiet.pages, [''])
})
