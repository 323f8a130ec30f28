/** Callbacks in a line: in order while the app is quick, and what gives way while it is slow. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../../lib/ids.ts'
import { VirtualClock } from '../../lib/virtual-clock.ts'
import { CallbackLine } from './callback-line.ts'

/** An app that answers when it is told to. */
function slowApp() {
  const clock = new VirtualClock({ startAt: 0 as Instant, settleMs: 0, mode: 'held' })
  const work: Promise<void>[] = []
  const line = new CallbackLine(clock, (sending) => work.push(sending))
  const sent: string[] = []
  let answer = () => {}
  const add = (text: string, track: string | null = null, isPartial = false) =>
    line.add({
      track,
      isPartial,
      send: () => {
        sent.push(text)
        return new Promise((resolve) => {
          answer = resolve
        })
      },
    })
  /** Answers whatever is asked until nothing is asked any more. */
  const answerAll = async () => {
    const done = Promise.all(work)
    for (let asked = -1; asked !== sent.length; ) {
      asked = sent.length
      answer()
      await new Promise((resolve) => setImmediate(resolve))
    }
    await done
  }
  return { clock, line, sent, add, answerAll }
}

test('one after the other, in the order in which they were added; the clock stands still meanwhile', async () => {
  const { clock, sent, add, answerAll } = slowApp()
  add('started')
  add('one', 'inbound')
  add('two', 'outbound')
  assert.deepEqual(sent, ['started'])
  assert.equal(clock.holds().length, 1)
  await answerAll()
  assert.deepEqual(sent, ['started', 'one', 'two'])
  assert.equal(clock.holds().length, 0)
  add('stopped')
  await answerAll()
  assert.deepEqual(sent, ['started', 'one', 'two', 'stopped'])
})

test('a hypothesis that waits gives way to what is newer on its track', async () => {
  const { sent, add, answerAll } = slowApp()
  add('started')
  add('one', 'inbound', true)
  add('uno', 'outbound', true)
  add('one two', 'inbound', true)
  add('one two three.', 'inbound')
  add('four', 'inbound', true)
  await answerAll()
  assert.deepEqual(sent, ['started', 'uno', 'one two three.', 'four'])
})

test('a hundred wait; more would be too many', async () => {
  const { line, sent, add, answerAll } = slowApp()
  add('started')
  for (let count = 0; count < 100; count++) {
    assert.ok(!line.isFull)
    add(`${count}`, 'inbound')
  }
  assert.ok(line.isFull)
  await answerAll()
  assert.ok(!line.isFull)
  assert.equal(sent.length, 101)
})

test('content can be dropped; what is no content is told', async () => {
  const { line, sent, add, answerAll } = slowApp()
  add('one', 'inbound')
  add('two', 'inbound')
  add('thr', 'outbound', true)
  add('stopped')
  line.dropContent()
  await answerAll()
  assert.deepEqual(sent, ['one', 'stopped'])
})

test('one that fails does not keep the next from being told', async () => {
  const clock = new VirtualClock({ startAt: 0 as Instant, settleMs: 0, mode: 'held' })
  const work: Promise<void>[] = []
  const line = new CallbackLine(clock, (sending) => work.push(sending))
  const fails = async () => {
    throw new Error('the journal is gone')
  }
  line.add({ track: null, isPartial: false, send: fails })
  await assert.rejects(work[0]!)
  const { promise, resolve } = Promise.withResolvers<void>()
  line.add({ track: null, isPartial: false, send: async () => resolve() })
  await promise
  await work[1]
})
