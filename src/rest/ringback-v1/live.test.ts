import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import Fastify from 'fastify'
import type { Entry } from '../../journal/entry.ts'
import type { Cursor } from '../../journal/store.ts'
import { WireError } from '../../lib/wire-error.ts'
import type { RingbackV1Deps } from './deps.ts'
import { eventOf, toEntryView } from './entry-view.ts'
import { addLive } from './live.ts'
import { LiveFeed } from './live-feed.ts'
import { aReader, type FeedMessage, followFeed } from './test-feed.ts'
import { aPlatform, CALL, OTHER_ACCOUNT, OTHER_CALL, type TestPlatform } from './test-platform.ts'

const tellAll = (entry: Entry) => [{ event: eventOf(entry), data: JSON.stringify(toEntryView(entry)) }]

type Message = FeedMessage<{ readonly kind: string; readonly fact?: string; readonly digits?: string }>

const follow = (t: TestContext, platform: TestPlatform, query = '', headers: Record<string, string> = {}) =>
  followFeed<Message['data']>(t, platform, `/Live${query}`, headers)

const pressed = (platform: TestPlatform, digits: string, more = {}) =>
  platform.fact({ fact: 'pressed', atMs: 0, digits }, more)
const digitsOf = (messages: readonly Message[]) => messages.map(({ data }) => data.digits)

test('what is committed is told with its kind and its place', async (t) => {
  const platform = aPlatform()
  t.after(() => platform.app.close())
  await platform.journal.append([pressed(platform, 'before')])
  const reader = await follow(t, platform)
  await platform.journal.append([pressed(platform, '1'), platform.fact({ fact: 'call-status', status: 'completed' })])
  const [first, second] = await reader.take(2)
  assert.deepEqual([first?.id, first?.event, first?.data.digits], ['2', 'pressed', '1'])
  assert.deepEqual([second?.id, second?.event, second?.data.kind], ['3', 'call-status', 'fact'])
})

test('a client that comes back goes on where it was, without gap or repeat', async (t) => {
  const platform = aPlatform()
  t.after(() => platform.app.close())
  await platform.journal.append(['1', '2', '3'].map((digits) => pressed(platform, digits)))
  const byHeader = await follow(t, platform, '', { 'last-event-id': '1' })
  assert.deepEqual(digitsOf(await byHeader.take(2)), ['2', '3'])
  await platform.journal.append([pressed(platform, '4')])
  assert.deepEqual(digitsOf(await byHeader.take(1)), ['4'])
  const byQuery = await follow(t, platform, '?after=2')
  assert.deepEqual(digitsOf(await byQuery.take(2)), ['3', '4'])
  const fromStart = await follow(t, platform, '?after=start')
  assert.deepEqual(digitsOf(await fromStart.take(4)), ['1', '2', '3', '4'])
})

test('a long history is replayed whole while more is committed', async (t) => {
  const platform = aPlatform()
  t.after(() => platform.app.close())
  const append = (from: number, count: number) =>
    platform.journal.append(Array.from({ length: count }, (_, index) => pressed(platform, String(from + index))))
  await append(0, 1500)
  const reader = await follow(t, platform, '?after=start')
  const taken = await reader.take(700)
  await append(1500, 500)
  taken.push(...(await reader.take(1300)))
  assert.deepEqual(
    digitsOf(taken),
    Array.from({ length: 2000 }, (_, index) => String(index)),
  )
})

test('a feed is filtered by call, by kind, and always by account', async (t) => {
  const platform = aPlatform()
  t.after(() => platform.app.close())
  await platform.journal.append([
    pressed(platform, 'other account', { accountSid: OTHER_ACCOUNT }),
    pressed(platform, 'other call', { callSid: OTHER_CALL }),
    platform.fact({ fact: 'said', atMs: 0, text: 'hello' }),
    pressed(platform, 'mine'),
  ])
  assert.deepEqual(
    digitsOf(await (await follow(t, platform, `?after=start&callSid=${CALL}&types=pressed,exchange`)).take(1)),
    ['mine'],
  )
  assert.deepEqual(digitsOf(await (await follow(t, platform, '?after=start&types=pressed')).take(2)), [
    'other call',
    'mine',
  ])
})

for (const [name, query, headers] of [
  ['a cursor that the journal did not give', '?after=yesterday', {}],
  ['such a cursor in the header', '', { 'last-event-id': 'x' }],
  ['a call that is none', '?callSid=CA1', {}],
] as const) {
  test(`${name} is refused before the feed begins`, async (t) => {
    const platform = aPlatform()
    t.after(() => platform.app.close())
    assert.equal((await platform.ask('GET', `/Live${query}`, undefined, headers)).json().code, 20001)
    assert.equal(platform.journal.listeners, 0)
  })
}

test('a client that leaves is forgotten', async (t) => {
  const platform = aPlatform()
  t.after(() => platform.app.close())
  const address = await platform.app.listen({ host: '127.0.0.1', port: 0 })
  const leave = new AbortController()
  await fetch(`${address}/ringback/v1/Live`, { signal: leave.signal })
  assert.equal(platform.journal.listeners, 1)
  leave.abort()
  while (platform.journal.listeners > 0) await new Promise((resolve) => setImmediate(resolve))
})

test('the server closes although feeds are open', async () => {
  const platform = aPlatform()
  const address = await platform.app.listen({ host: '127.0.0.1', port: 0 })
  const { body } = await fetch(`${address}/ringback/v1/Live`)
  const ended = assert.rejects(new Response(body).text())
  await platform.app.close()
  await ended
  assert.equal(platform.journal.listeners, 0)
})

test('no more than a hundred feeds are open at a time', async (t) => {
  const platform = aPlatform()
  t.after(() => platform.app.close())
  for (let client = 0; client < 100; client++) await follow(t, platform)
  assert.equal((await platform.ask('GET', '/Live')).json().code, 20503)
})

test('a feed reads no further than its client takes', async () => {
  const platform = aPlatform()
  const { journal } = platform
  for (let group = 0; group < 50; group++)
    await journal.append(Array.from({ length: 100 }, () => pressed(platform, '1'.repeat(1000))))
  let reads = 0
  const store = {
    cursorAt: journal.store.cursorAt,
    readAfter: (cursor: Cursor, max: number) => {
      reads += 1
      return journal.store.readAfter(cursor, max)
    },
  }
  const feed = new LiveFeed({ store, after: '' as Cursor, tell: tellAll })
  feed.read(0)
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve))
  assert.ok(reads < 5, `${reads} pages were read for a client that takes nothing`)
  let text = ''
  feed.on('data', (chunk) => {
    text += chunk
  })
  while (text.split('\nevent: ').length - 1 < 5000) await new Promise((resolve) => setImmediate(resolve))
  feed.destroy()
  assert.equal(text.split('\nevent: ').length - 1, 5000)
})

test('a quiet feed beats every fifteen seconds, until its client leaves', async (t) => {
  const { journal, clock, fact } = aPlatform()
  const beats: { everyMs: number; beat: () => void; stopped: boolean }[] = []
  const app = Fastify()
  t.after(() => app.close())
  app.decorateRequest('principal', null)
  app.addHook('onRequest', async (request) => {
    request.principal = { accountSid: fact({ fact: 'call-status', status: 'x' }).accountSid, keySid: null }
  })
  addLive(app, { journal, clock } as unknown as RingbackV1Deps, (everyMs, beat) => {
    const one = { everyMs, beat, stopped: false }
    beats.push(one)
    return () => {
      one.stopped = true
    }
  })
  const reader = aReader((await app.inject({ method: 'GET', url: '/Live', payloadAsStream: true })).stream())
  assert.equal(await reader.nextBlock(), 'retry: 1000\nid: 0')
  beats[0]!.beat()
  assert.equal(await reader.nextBlock(), ': beat')
  assert.equal(beats[0]!.everyMs, 15_000)
  await app.close()
  assert.equal(beats[0]!.stopped, true)
})

test('a feed whose store fails breaks off', async () => {
  const feed = new LiveFeed({
    store: {
      readAfter: async () => {
        throw new WireError('store', '', 'no failure')
      },
      cursorAt: () => '' as Cursor,
    },
    after: '' as Cursor,
    tell: tellAll,
  })
  feed.resume()
  const [error] = (await once(feed, 'error')) as [Error]
  assert.equal(error.name, 'WireError')
})
