import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Gate } from './gate.ts'

/** Works that end when told, and what has begun so far. */
function works() {
  const begun: string[] = []
  const ends = new Map<string, PromiseWithResolvers<string>>()
  const work = (name: string) => () => {
    begun.push(name)
    const end = Promise.withResolvers<string>()
    ends.set(name, end)
    return end.promise
  }
  return {
    begun,
    work,
    end: (name: string) => ends.get(name)!.resolve(name),
    fail: (name: string) => ends.get(name)!.reject(new Error(name)),
  }
}

test('as many as allowed run at once, the others in their order, and one more is refused', async () => {
  const gate = new Gate({ atOnce: 2, waitingMax: 2, full: 'Come back later.' })
  const { begun, work, end, fail } = works()
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => gate.pass(work(name)))
  await assert.rejects(gate.pass(work('e')), { message: 'Come back later.' })
  assert.deepEqual(begun, ['a', 'b'])
  end('b')
  assert.equal(await b, 'b')
  assert.deepEqual(begun, ['a', 'b', 'c'])
  fail('a') // a failure frees the place too
  await assert.rejects(a!, { message: 'a' })
  assert.deepEqual(begun, ['a', 'b', 'c', 'd'])
  end('c')
  end('d')
  assert.deepEqual(await Promise.all([c, d]), ['c', 'd'])
  const last = gate.pass(work('f'))
  end('f')
  assert.equal(await last, 'f')
})

test('a closed gate refuses those who wait and those who come, and lets finish what has begun', async () => {
  const gate = new Gate({ atOnce: 1, waitingMax: 5, full: 'full' })
  const { begun, work, end } = works()
  const first = gate.pass(work('a'))
  const second = gate.pass(work('b'))
  gate.close(new Error('closed'))
  await assert.rejects(second, { message: 'closed' })
  await assert.rejects(gate.pass(work('c')), { message: 'closed' })
  end('a')
  assert.equal(await first, 'a')
  assert.deepEqual(begun, ['a'])
})

test('who was let in just before the gate closed does not begin any more', async () => {
  const gate = new Gate({ atOnce: 1, waitingMax: 1, full: 'full' })
  const { begun, work } = works()
  const end = Promise.withResolvers<void>()
  const first = gate.pass(() => end.promise)
  const second = gate.pass(work('b'))
  // Runs right after the gate has let the second one in, before it gets to move.
  void end.promise.then(() => gate.close(new Error('closed')))
  end.resolve()
  await Promise.all([first, assert.rejects(second, { message: 'closed' })])
  assert.deepEqual(begun, [])
})
