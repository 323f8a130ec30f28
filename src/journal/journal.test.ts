/** The journal over a store that the test commits by hand, and a clock that only counts who holds it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AssertionError } from '../lib/assert.ts'
import type { Clock } from '../lib/clock.ts'
import type { AccountSid, CallSid, Instant } from '../lib/ids.ts'
import { silentLogger } from '../lib/logger.ts'
import type { Fact, Intent, Sequenced } from './entry.ts'
import { Journal } from './journal.ts'
import type { Store, When, Write } from './store.ts'

const aFact = (place: number): Fact => ({
  kind: 'fact',
  accountSid: 'AC1' as AccountSid,
  callSid: 'CA1' as CallSid,
  place,
  at: 0 as Instant,
  body: { fact: 'call-status', status: 'ringing' },
})
const cursor: Write = { kind: 'cursor', reader: 'r', cursor: '1' as never }

function aBed(groupsWaitingMax?: number, kind: Clock['kind'] = 'virtual') {
  const waiting: { group: readonly Write[]; when: When | undefined; commit(): void; fail(error: Error): void }[] = []
  let seq = 10
  const append = (group: readonly Write[], when?: When) =>
    new Promise<readonly number[]>((resolve, reject) => {
      const commit = () => resolve(group.filter(({ kind }) => kind === 'fact').map(() => seq++))
      waiting.push({ group, when, commit, fail: reject })
    })
  const holds = { open: 0, taken: 0 }
  const never = () => assert.fail('the journal sets no timers')
  const hold = () => {
    holds.open++
    holds.taken++
    return { release: () => void holds.open-- }
  }
  const clock: Clock = { kind, now: () => 0 as Instant, after: never, daemon: never, hold }
  const fatal: Error[] = []
  const logged: string[] = []
  const journal = new Journal({
    store: { append } as Partial<Store> as Store,
    clock,
    logger: { ...silentLogger, error: (_fields, message) => logged.push(message) },
    onFatal: (error) => fatal.push(error),
    ...(groupsWaitingMax === undefined ? {} : { groupsWaitingMax }),
  })
  const commitNext = async (count = 1) => {
    for (const { commit } of waiting.splice(0, count)) commit()
    await turn()
  }
  return { journal, waiting, holds, fatal, logged, commitNext }
}

/** Lets everything run that does not wait for the test. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Whether it has ended by now, without waiting for it. */
async function stateOf(promise: Promise<unknown>): Promise<'waiting' | 'done' | 'failed'> {
  let state: 'waiting' | 'done' | 'failed' = 'waiting'
  promise.then(
    () => (state = 'done'),
    () => (state = 'failed'),
  )
  await turn()
  return state
}

test('an append ends with its commit, and the virtual clock is held from the first to the last', async () => {
  const { journal, holds, commitNext } = aBed()
  const appends = [journal.append([aFact(1)]), journal.append([aFact(2)])]
  assert.deepEqual([await stateOf(appends[0]!), holds.open], ['waiting', 1])
  await commitNext()
  assert.deepEqual([await stateOf(appends[0]!), await stateOf(appends[1]!), holds.open], ['done', 'waiting', 1])
  await commitNext()
  assert.deepEqual([await stateOf(appends[1]!), holds.open, holds.taken], ['done', 0, 1])
  void journal.append([aFact(3)])
  assert.equal(holds.open, 1)
})

test('listeners get the entries with their numbers, in commit order, before the append ends', async () => {
  const { journal, commitNext } = aBed()
  const heard: (Sequenced | string)[] = []
  journal.onCommitted((entries) => heard.push(...entries))
  const [one, two, three] = [aFact(1), aFact(2), aFact(3)]
  void journal.append([cursor, one, two]).then(() => heard.push('ended'))
  void journal.append([three])
  await commitNext(2)
  assert.deepEqual(
    heard.filter((item) => item !== 'ended'),
    [
      { seq: 10, entry: one },
      { seq: 11, entry: two },
      { seq: 12, entry: three },
    ],
  )
  assert.ok(heard.indexOf('ended') >= 2)
})

test('intents, state and cursors are no entries: listeners hear nothing of them', async () => {
  const { journal, commitNext } = aBed()
  let heard = 0
  journal.onCommitted(() => heard++)
  void journal.append([cursor, { ...aFact(1), kind: 'intent' } as unknown as Intent])
  await commitNext()
  assert.equal(heard, 0)
})

test('a listener that throws is logged and harms neither the others nor the append', async () => {
  const { journal, logged, commitNext } = aBed()
  let heard = 0
  journal.onCommitted(() => {
    throw new Error('a bug in a reader')
  })
  journal.onCommitted(() => heard++)
  const append = journal.append([aFact(1)])
  await commitNext()
  assert.deepEqual([await stateOf(append), heard, logged.length], ['done', 1, 1])
})

test('a listener hears nothing more once it has ended its listening', async () => {
  const { journal, commitNext } = aBed()
  let heard = 0
  const end = journal.onCommitted(() => heard++)
  void journal.append([aFact(1)])
  await commitNext()
  end()
  void journal.append([aFact(2)])
  await commitNext()
  assert.equal(heard, 1)
})

for (const [kind, asked, handedOn] of [
  ['real', 'soon', 'soon'],
  ['real', 'now', 'now'],
  ['real', undefined, 'now'],
  // Its time stands still until the commit: nothing would come to keep it company.
  ['virtual', 'soon', 'now'],
] as const)
  test(`on a ${kind} clock a group for ${asked ?? 'no stated time'} is written ${handedOn}`, async () => {
    const { journal, waiting, commitNext } = aBed(undefined, kind)
    const appended = journal.append([aFact(1)], asked)
    assert.equal(waiting[0]!.when, handedOn)
    await commitNext()
    await appended
  })

test('settled waits for the appends so far, not for later ones', async () => {
  const { journal, commitNext } = aBed()
  assert.equal(await stateOf(journal.settled()), 'done')
  void journal.append([aFact(1)])
  void journal.append([aFact(2)])
  const settled = journal.settled()
  void journal.append([aFact(3)])
  await commitNext()
  assert.equal(await stateOf(settled), 'waiting')
  await commitNext()
  assert.equal(await stateOf(settled), 'done')
})

test('new calls wait from the stated number of waiting groups on, until fewer than half are left', async () => {
  const { journal, commitNext } = aBed(4)
  for (const place of [1, 2, 3]) void journal.append([aFact(place)])
  assert.equal(await stateOf(journal.ready()), 'done')
  void journal.append([aFact(4)])
  const ready = journal.ready()
  await commitNext(2)
  assert.equal(await stateOf(ready), 'waiting')
  await commitNext()
  assert.equal(await stateOf(ready), 'done')
})

test('a refused group is its own end only', async () => {
  const { journal, waiting, fatal, holds, commitNext } = aBed()
  const [refused, next] = [journal.append([aFact(1)]), journal.append([aFact(2)])]
  waiting.shift()!.fail(new AssertionError('a place that is no number'))
  await assert.rejects(refused, /no number/)
  await commitNext()
  assert.deepEqual([await stateOf(next), fatal.length, holds.open], ['done', 0, 0])
  assert.equal(await stateOf(journal.settled()), 'done')
})

test('a failed store is told once, ends every wait, and nothing is appended any more', async () => {
  const { journal, waiting, fatal, holds } = aBed(2)
  const appends = [journal.append([aFact(1)]), journal.append([aFact(2)])]
  const waits = [journal.settled(), journal.ready()]
  for (const { fail } of waiting.splice(0)) fail(new Error('disk full'))
  for (const promise of [...appends, ...waits]) await assert.rejects(promise, /disk full/)
  await assert.rejects(journal.append([aFact(3)]), /disk full/)
  await assert.rejects(journal.settled(), /disk full/)
  await assert.rejects(journal.ready(), /disk full/)
  assert.deepEqual([fatal.map(({ message }) => message), waiting.length, holds.open], [['disk full'], 0, 0])
})
