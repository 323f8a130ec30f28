/** Messages between apps and the parties of calls: when they can be sent, who is told, and what is written down. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { FactBody } from '../../journal/entry.ts'
import type { CallSid, MessageSubscriptionSid } from '../../lib/ids.ts'
import { APP, type AppRoute, inline, NOT_FOUND, someCalls } from '../call/test-calls.ts'
import { KEYS_MAX, SUBSCRIPTIONS_MAX, UserMessages } from './user-messages.ts'

const CALLBACK = { url: `${APP}/message`, method: 'POST' } as const
const NO_KEY = { callback: CALLBACK, idempotencyKey: null }
const HELLO = { content: '{"hello":1}', idempotencyKey: null }
const NOBODY = `CA${'0'.repeat(32)}` as CallSid

/** A call that rings, and the messages of its party. */
async function aRingingCall(routes: Readonly<Record<string, AppRoute>> = { '/message': () => '' }) {
  const made = someCalls(routes)
  const { calls, clock, written } = made
  const append = async (group: typeof written) => void written.push(...group)
  const messages = new UserMessages({ clock, journal: { append }, liveCall: (sid) => calls.live(sid) })
  const { sid } = await made.create({ voice: inline('<Pause length="60"/>'), statusCallback: null })
  const leg = made.legs[0]!
  leg.far({ input: 'rang' })
  return {
    ...made,
    sid,
    leg,
    messages,
    facts: () =>
      written.flatMap((write): Extract<FactBody, { fact: 'message' }>[] =>
        write.kind === 'fact' && write.body.fact === 'message' ? [write.body] : [],
      ),
    subscribe: (idempotencyKey: string | null = null) => {
      const made = messages.subscribe(sid, { ...NO_KEY, idempotencyKey })
      assert.ok(typeof made === 'object', String(made))
      return made
    },
    told: () => made.requests.filter(({ path }) => path === '/message').map(({ parameters }) => parameters),
  }
}

test('a message of the app is on disk when it is answered', async () => {
  const { messages, sid, leg, facts, clock } = await aRingingCall()
  leg.far({ input: 'answered' })
  await clock.advance(1500)
  const sent = await messages.send(sid, HELLO)
  assert.ok(typeof sent === 'object')
  assert.match(sent.sid, /^KX[0-9a-f]{32}$/)
  assert.deepEqual(facts(), [{ fact: 'message', atMs: 1500, sid: sent.sid, from: 'app', content: HELLO.content }])
})

test('messages of the party reach every subscription, each numbered from its own first', async () => {
  const { leg, facts, subscribe, told, now, calls } = await aRingingCall()
  const first = subscribe()
  leg.far({ input: 'message', content: '1' })
  await now()
  subscribe()
  leg.far({ input: 'message', content: '{"a":"b"}' })
  await now()
  const [one, two] = facts()
  assert.deepEqual([one?.from, one?.content, two?.from, two?.content], ['phone', '1', 'phone', '{"a":"b"}'])
  const about = { AccountSid: first.accountSid, CallSid: first.callSid, ContentType: 'application/json' }
  assert.deepEqual(told(), [
    { ...about, Content: '1', SequenceNumber: '1', Sid: one!.sid },
    { ...about, Content: '{"a":"b"}', SequenceNumber: '2', Sid: two!.sid },
    { ...about, Content: '{"a":"b"}', SequenceNumber: '1', Sid: two!.sid },
  ])
  leg.far({ input: 'hung-up' })
  await now()
  assert.equal(calls.size, 0)
})

test('a message is in the journal before anybody is told, and without a subscription too', async () => {
  const { leg, subscribe, written, holdCommits, told, now, facts } = await aRingingCall()
  leg.far({ input: 'message', content: '1' })
  await now()
  assert.equal(facts().length, 1)
  subscribe()
  const open = holdCommits()
  leg.far({ input: 'message', content: '2' })
  await turn()
  assert.deepEqual(told(), [])
  open()
  await now()
  assert.equal(told().length, 1)
  const at = written.findIndex(
    (write) => write.kind === 'fact' && write.body.fact === 'message' && write.body.content === '2',
  )
  assert.ok(written.findIndex((write) => write.kind === 'intent' && write.purpose === 'user-defined-message') > at)
})

test('a subscription that is taken back is told no more, and its call must have had it', async () => {
  const { messages, sid, leg, subscribe, told, now } = await aRingingCall()
  const { sid: subscription } = subscribe()
  assert.equal(messages.unsubscribe(NOBODY, subscription), false)
  assert.equal(messages.unsubscribe(sid, `ZY${'0'.repeat(32)}` as MessageSubscriptionSid), false)
  assert.equal(messages.unsubscribe(sid, subscription), true)
  assert.equal(messages.unsubscribe(sid, subscription), false)
  leg.far({ input: 'message', content: '1' })
  await now()
  assert.deepEqual(told(), [])
})

for (const [what, answer] of [
  ['answers with an error', NOT_FOUND],
  ['does not answer', { ok: false, kind: 'connect', code: 11202, message: 'refused', durationMs: 1 }],
] as const) {
  test(`a callback that ${what}: alert 32711, and the call goes on`, async () => {
    const { leg, sid, subscribe, alerts, now, calls } = await aRingingCall({ '/message': () => answer })
    subscribe()
    leg.far({ input: 'message', content: '1' })
    await now()
    assert.deepEqual(alerts(sid), [32711])
    assert.ok(calls.live(sid))
  })
}

test('a key that was used sends nothing again, and subscribes nobody twice', async () => {
  const { messages, sid, facts, subscribe } = await aRingingCall()
  const first = await messages.send(sid, { content: '1', idempotencyKey: 'k' })
  assert.deepEqual(await messages.send(sid, { content: '1', idempotencyKey: 'k' }), first)
  assert.equal(facts().length, 1)
  const subscription = subscribe('k')
  assert.deepEqual(subscribe('k'), subscription)
  assert.notEqual(subscribe().sid, subscribe().sid)
  messages.unsubscribe(sid, subscription.sid)
  assert.notEqual(subscribe('k').sid, subscription.sid)
})

test('the oldest keys are forgotten', async () => {
  const { messages, sid } = await aRingingCall()
  const send = (key: number) => messages.send(sid, { content: '1', idempotencyKey: String(key) })
  const first = await send(0)
  for (let key = 1; key < KEYS_MAX; key++) await send(key)
  assert.deepEqual(await send(0), first)
  await send(KEYS_MAX)
  assert.notDeepEqual(await send(0), first)
})

test('a call has so many subscriptions and no more', async () => {
  const { messages, sid, subscribe } = await aRingingCall()
  for (let count = 0; count < SUBSCRIPTIONS_MAX; count++) subscribe()
  assert.equal(messages.subscribe(sid, NO_KEY), 'too-many')
})

test('while the call waits to ring, after its end, and for no call there is nobody to reach', async () => {
  const { messages, create, legs, now } = await aRingingCall()
  const { sid } = await create()
  const refused = async (callSid: CallSid) => [await messages.send(callSid, HELLO), messages.subscribe(callSid, NO_KEY)]
  assert.deepEqual(await refused(sid), ['not-active', 'not-active'])
  legs[1]!.far({ input: 'rang' })
  assert.ok(typeof (await messages.send(sid, HELLO)) === 'object')
  legs[1]!.far({ input: 'busy', sipResponseCode: 486 })
  await now()
  assert.deepEqual(await refused(sid), ['not-active', 'not-active'])
  assert.deepEqual(await refused(NOBODY), ['not-active', 'not-active'])
})

test('a party that is no client can neither be sent messages nor subscribed to', async () => {
  const { messages, sid, leg } = await aRingingCall()
  Object.assign(leg, { takesMessages: false })
  assert.equal(await messages.send(sid, HELLO), 'not-a-client')
  assert.equal(messages.subscribe(sid, NO_KEY), 'not-a-client')
})
