// Queues and their members through the reference's own client, over a socket; and what is refused.
import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import twilio from 'twilio'
import type { CallHost } from '../../../engine/interpreter/flow.ts'
import { QUEUES_MAX } from '../../../engine/queue/queue-record.ts'
import { Queues } from '../../../engine/queue/queues.ts'
import { type Instant, newSid } from '../../../lib/ids.ts'
import { createRestServer } from '../../server.ts'
import { ACCOUNT, aCall, authorization, fakePlatform, NOW, STRANGER, TOKEN } from '../fakes.ts'

const base = `/2010-04-01/Accounts/${ACCOUNT}`
const NO_QUEUE = `QU${'0'.repeat(32)}`
const NO_CALL = `CA${'0'.repeat(32)}`
const ELSEWHERE = { url: 'https://app.example/elsewhere' }

/** A platform that listens, a client for it, and callers who come and wait. */
async function listening(t: TestContext) {
  const fake = await fakePlatform()
  let now = NOW
  const clock = { ...fake.deps.clock, now: () => now }
  const queues = new Queues({ clock, journal: { append: (group) => fake.store.append(group), store: fake.store } })
  const app = createRestServer({ ...fake.deps, clock, queues })
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.after(() => app.close())
  const client = twilio(ACCOUNT, TOKEN)
  client.api.baseUrl = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  return {
    ...fake,
    app,
    client,
    queues,
    pass: (ms: number) => {
      now = (now + ms) as Instant
    },
    async join(name: string) {
      const stop = new AbortController()
      const record = aCall({ status: 'in-progress' })
      // What a queue asks of a caller.
      const host = { record, clock, stop: stop.signal } satisfies Partial<CallHost> as unknown as CallHost
      const place = await queues.join(host, { name, sizeMax: null })
      assert.ok(typeof place === 'object')
      return { callSid: record.sid, member: place.member, goes: () => stop.abort() }
    },
  }
}

const refusal = (code: number, status: number) => (error: { code?: number; status?: number }) =>
  error.code === code && error.status === status

test('a queue is made, and shown with every field', async (t) => {
  const { client, app } = await listening(t)
  const { sid } = await client.queues.create({ friendlyName: 'support' })
  const response = await app.inject({
    url: `${base}/Queues/${sid}.json`,
    headers: { authorization: authorization() },
  })
  assert.deepEqual(response.json(), {
    account_sid: ACCOUNT,
    average_wait_time: 0,
    current_size: 0,
    date_created: 'Tue, 11 Aug 2020 17:44:08 +0000',
    date_updated: 'Tue, 11 Aug 2020 17:44:08 +0000',
    friendly_name: 'support',
    max_size: 1000,
    sid,
    subresource_uris: { queue_members: `${base}/Queues/${sid}/Members.json` },
    uri: `${base}/Queues/${sid}.json`,
  })
})

test('a queue is renamed and resized, and keeps what is not named', async (t) => {
  const { client, pass } = await listening(t)
  const { sid, dateCreated } = await client.queues.create({ friendlyName: 'support', maxSize: 5 })
  pass(60_000)
  const resized = await client.queues(sid).update({ maxSize: 5000 })
  assert.deepEqual([resized.friendlyName, resized.maxSize], ['support', 5000])
  assert.equal(resized.dateUpdated.getTime() - dateCreated.getTime(), 60_000)
  const renamed = await client.queues(sid).update({ friendlyName: 'sales' })
  assert.deepEqual([renamed.friendlyName, renamed.maxSize, renamed.sid], ['sales', 5000, sid])
  // The old name is free again; its own name is no other's.
  await client.queues.create({ friendlyName: 'support' })
  await client.queues(sid).update({ friendlyName: 'sales' })
})

test('queues outlive the process, who waits does not', async (t) => {
  const { client, store, deps, join } = await listening(t)
  const { sid } = await client.queues.create({ friendlyName: 'support', maxSize: 7 })
  await join('support')
  await join('sales')
  const again = new Queues({ clock: deps.clock, journal: { append: (group) => store.append(group), store } })
  const kept = await again.list(ACCOUNT)
  assert.deepEqual(
    kept.map(({ row, size }) => [row.friendlyName, row.maxSize, size]),
    [
      ['support', 7, 0],
      ['sales', 1000, 0],
    ],
  )
  assert.equal(await again.named(ACCOUNT, 'support'), sid)
})

test('lists are in pages, oldest first, of one account', async (t) => {
  const { client, queues } = await listening(t)
  for (const friendlyName of ['a', 'b', 'c']) await client.queues.create({ friendlyName })
  await queues.create(STRANGER, { friendlyName: 'theirs', maxSize: 1 })
  const page = await client.queues.page({ pageSize: 2 })
  assert.deepEqual(
    page.instances.map(({ friendlyName }) => friendlyName),
    ['a', 'b'],
  )
  const next = await page.nextPage()
  assert.deepEqual(
    next?.instances.map(({ friendlyName }) => friendlyName),
    ['c'],
  )
})

test('members are shown in the order of the line, in pages', async (t) => {
  const { client, app, join, pass } = await listening(t)
  const callers = []
  for (let index = 0; index < 3; index++) {
    callers.push(await join('support'))
    pass(10_000)
  }
  const [queue] = await client.queues.list()
  assert.deepEqual([queue?.currentSize, queue?.averageWaitTime], [3, 20])
  const members = client.queues(queue!.sid).members
  const listed = await members.list({ pageSize: 2 })
  assert.deepEqual(
    listed.map(({ callSid, position, waitTime }) => [callSid, position, waitTime]),
    callers.map(({ callSid }, index) => [callSid, index + 1, 30 - 10 * index]),
  )
  callers[0]!.goes()
  const front = await app.inject({
    url: `${base}/Queues/${queue!.sid}/Members/Front.json`,
    headers: { authorization: authorization() },
  })
  assert.deepEqual(front.json(), {
    call_sid: callers[1]!.callSid,
    date_enqueued: 'Tue, 11 Aug 2020 17:44:18 +0000',
    position: 1,
    queue_sid: queue!.sid,
    uri: `${base}/Queues/${queue!.sid}/Members/${callers[1]!.callSid}.json`,
    wait_time: 20,
  })
  assert.equal((await client.queues(queue!.sid).fetch()).currentSize, 2)
})

test('one in the middle is taken out, then the front', async (t) => {
  const { client, join } = await listening(t)
  const callers = [await join('support'), await join('support'), await join('support')]
  const [queue] = await client.queues.list()
  const members = client.queues(queue!.sid).members
  const middle = await members(callers[1]!.callSid).update({ ...ELSEWHERE, method: 'GET' })
  assert.deepEqual([middle.callSid, middle.position], [callers[1]!.callSid, 2])
  assert.deepEqual(await callers[1]!.member.departed, {
    result: 'redirected',
    next: { url: ELSEWHERE.url, method: 'GET' },
  })
  const front = await members('Front').update(ELSEWHERE)
  assert.equal(front.callSid, callers[0]!.callSid)
  assert.deepEqual((await callers[0]!.member.departed).next, { ...ELSEWHERE, method: 'POST' })
  assert.deepEqual(
    (await members.list()).map(({ callSid, position }) => [callSid, position]),
    [[callers[2]!.callSid, 1]],
  )
  await assert.rejects(members(callers[0]!.callSid).update(ELSEWHERE), refusal(20404, 404))
})

test('a queue is deleted when nobody waits in it', async (t) => {
  const { client, join } = await listening(t)
  const caller = await join('support')
  const [queue] = await client.queues.list()
  await assert.rejects(client.queues(queue!.sid).remove(), refusal(20409, 409))
  caller.goes()
  assert.equal(await client.queues(queue!.sid).remove(), true)
  await assert.rejects(client.queues(queue!.sid).fetch(), refusal(20404, 404))
  // The next one of the name is another queue.
  await join('support')
  assert.notEqual((await client.queues.list())[0]?.sid, queue!.sid)
})

test('two who make the same queue at the same moment make one', async (t) => {
  const { client, join } = await listening(t)
  await Promise.all([join('support'), join('support')])
  const queues = await client.queues.list()
  assert.deepEqual(
    queues.map(({ currentSize }) => currentSize),
    [2],
  )
})

test('an account has so many queues, and no more', async (t) => {
  const { deps, store } = await listening(t)
  for (let index = 0; index < QUEUES_MAX; index++) {
    const row = { friendlyName: `queue ${index}`, maxSize: 1, updatedAt: NOW }
    await store.append([
      { kind: 'resource', resource: { type: 'queue', sid: newSid('QU'), accountSid: ACCOUNT, createdAt: NOW, row } },
    ])
  }
  const full = new Queues({ clock: deps.clock, journal: { append: (group) => store.append(group), store } })
  assert.equal(await full.create(ACCOUNT, { friendlyName: 'one more', maxSize: 1 }), 'too-many')
})

test('what is refused', async (t) => {
  const { client, join } = await listening(t)
  const { queues } = client
  await join('support')
  const [queue] = await queues.list()
  const members = queues(queue!.sid).members
  const refused: readonly [string, () => Promise<unknown>, number, number][] = [
    ['the name of another', () => queues.create({ friendlyName: 'support' }), 22003, 400],
    ['a name of 65 characters', () => queues.create({ friendlyName: 'x'.repeat(65) }), 20001, 400],
    ['no name', () => queues.create({ friendlyName: '' }), 20001, 400],
    ['no room', () => queues.create({ friendlyName: 'x', maxSize: 0 }), 20001, 400],
    ['more than 5000', () => queues.create({ friendlyName: 'x', maxSize: 5001 }), 20001, 400],
    ['a queue that is not there', () => queues(NO_QUEUE).fetch(), 20404, 404],
    ['members of a queue that is not there', () => queues(NO_QUEUE).members.list(), 20404, 404],
    ['a call that does not wait', () => members(NO_CALL).fetch(), 20404, 404],
    ['to dequeue a call that does not wait', () => members(NO_CALL).update(ELSEWHERE), 20404, 404],
    ['to dequeue to nowhere', () => members('Front').update({ url: '' }), 20001, 400],
    ['to dequeue to no URL', () => members('Front').update({ url: 'elsewhere' }), 21205, 400],
    ['a method that is none', () => members('Front').update({ ...ELSEWHERE, method: 'PUT' }), 21209, 400],
  ]
  for (const [what, ask, code, status] of refused) await assert.rejects(ask(), refusal(code, status), what)
  const other = await queues.create({ friendlyName: 'sales' })
  await assert.rejects(queues(other.sid).update({ friendlyName: 'support' }), refusal(22003, 400))
})
