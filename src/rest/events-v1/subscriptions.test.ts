/** Subscriptions and their types through the reference's own client. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Catalogue, defineCatalogue, type EventType } from '../../readers/event-streams/catalogue.ts'
import { voiceCatalogue } from '../../readers/event-streams/voice-types.ts'
import { ACCOUNT, NOW } from '../api-2010/fakes.ts'
import { KINESIS, refusal, SEGMENT, streamsPlatform, WEBHOOK } from './fakes.ts'
import { SUBSCRIPTIONS_MAX } from './subscriptions.ts'

const voice = (name: string): string => `com.twilio.voice.${name}`
const REQUESTED = voice('twiml.call.requested')
const FAILED = voice('twiml.request.failed')
const RINGING = voice('status-callback.call.ringing')
const OLD_RINGING = voice('webhook.status-callback.call.ringing')
const CONFIGURATIONS = { webhook: WEBHOOK, kinesis: KINESIS, segment: SEGMENT }

async function platform(
  t: TestContext,
  sinkType: keyof typeof CONFIGURATIONS = 'webhook',
  catalogue: Catalogue = voiceCatalogue,
) {
  const fake = await streamsPlatform(t, { catalogue })
  const { subscriptions, sinks } = fake.client.events.v1
  const newSink = async () =>
    (await sinks.create({ description: 'sink', sinkConfiguration: CONFIGURATIONS[sinkType], sinkType })).sid
  const sinkSid = await newSink()
  const subscribe = (types: readonly object[], more: object = {}) =>
    subscriptions.create({ description: 'mine', sinkSid, types: [...types], ...more })
  return { ...fake, subscriptions, newSink, sinkSid, subscribe }
}

test('a subscription is created with repeated Types, read, renamed and deleted', async (t) => {
  const { subscriptions, subscribe, sinkSid, base, client } = await platform(t)
  const created = await subscribe([{ type: REQUESTED, schema_version: 1 }, { type: RINGING }])
  assert.match(created.sid, /^DF[0-9a-f]{32}$/)
  assert.deepEqual([created.accountSid, created.sinkSid, created.description], [ACCOUNT, sinkSid, 'mine'])
  assert.equal(created.dateCreated.getTime(), NOW)
  assert.equal(created.url, `${base}/v1/Subscriptions/${created.sid}`)
  assert.deepEqual(created.links, { subscribed_events: `${created.url}/SubscribedEvents` })
  const events = await subscriptions(created.sid).subscribedEvents.list()
  assert.deepEqual(
    events.map(({ type, schemaVersion, subscriptionSid, accountSid, url }) => [
      type,
      schemaVersion,
      subscriptionSid,
      accountSid,
      url,
    ]),
    [
      [RINGING, 2, created.sid, ACCOUNT, `${created.url}/SubscribedEvents/${RINGING}`],
      [REQUESTED, 1, created.sid, ACCOUNT, `${created.url}/SubscribedEvents/${REQUESTED}`],
    ],
  )
  assert.equal((await subscriptions(created.sid).update({ description: 'renamed' })).description, 'renamed')
  assert.equal((await subscriptions(created.sid).fetch()).description, 'renamed')
  assert.equal(await subscriptions(created.sid).remove(), true)
  await assert.rejects(subscriptions(created.sid).fetch(), refusal(20404, 404))
  assert.equal((await client.events.v1.sinks(sinkSid).fetch()).status, 'active')
})

for (const [what, types, expected] of [
  ['one object in one field', JSON.stringify({ type: REQUESTED, schema_version: 1 }), [[REQUESTED, 1]]],
  ['a version written as text', JSON.stringify({ type: REQUESTED, schema_version: '1' }), [[REQUESTED, 1]]],
  [
    'an array in one field',
    JSON.stringify([{ type: RINGING }, { type: REQUESTED }]),
    [
      [RINGING, 2],
      [REQUESTED, 2],
    ],
  ],
] as const) {
  test(`Types may come as ${what}`, async (t) => {
    const { raw, sinkSid, subscriptions } = await platform(t)
    const response = await raw('POST', '/v1/Subscriptions', { Description: 'x', SinkSid: sinkSid, Types: types })
    assert.equal(response.status, 201)
    const { sid } = (await response.json()) as { sid: string }
    const events = await subscriptions(sid).subscribedEvents.list()
    assert.deepEqual(
      events.map(({ type, schemaVersion }) => [type, schemaVersion]),
      expected,
    )
  })
}

for (const [what, form, code, message] of [
  ['no description', { Description: null }, 20001, 'Missing required parameter Description'],
  ['an empty description', { Description: '' }, 91101, 'Subscription could not be saved: Description is empty'],
  ['no sink', { SinkSid: null }, 20001, 'Missing required parameter SinkSid'],
  ['an unknown sink', { SinkSid: `DG${'0'.repeat(32)}` }, 91001, `Sink with SID DG${'0'.repeat(32)} was not found`],
  ['a sink that is none', { SinkSid: 'x' }, 91001, 'Sink with SID x was not found'],
  ['no types', { Types: null }, 20001, 'Missing required parameter Types'],
  ['an empty list of types', { Types: '[]' }, 20001, 'Missing required parameter Types'],
  ['types that are no JSON', { Types: REQUESTED }, 20001, null],
  [
    'a type without a name',
    { Types: '{"schema_version": 1}' },
    20001,
    'Missing required input parameter event_types[0].type',
  ],
  ['a type that is null', { Types: 'null' }, 20001, 'Missing required input parameter event_types[0].type'],
  ['a version that is no number', { Types: `{"type": "${REQUESTED}", "schema_version": "new"}` }, 20001, null],
  ['a version that does not exist', { Types: `{"type": "${REQUESTED}", "schema_version": 3}` }, 20001, null],
  [
    'an unknown type',
    { Types: '{"type": "com.twilio.voice.twiml.requested"}' },
    20409,
    'Type com.twilio.voice.twiml.requested not found in the system',
  ],
  [
    'a type twice',
    { Types: JSON.stringify([{ type: RINGING }, { type: RINGING }]) },
    91101,
    `Subscription could not be saved: type ${RINGING} is named twice`,
  ],
  [
    'a filter that is none',
    { Filter: "CallStatus = 'busy" },
    20001,
    'Parameter Filter is not valid: the text has no closing quote at position 14',
  ],
  [
    'a filter that goes wrong further on',
    { Filter: 'a = 1 AND' },
    20001,
    'Parameter Filter is not valid: expected a name or a value, found the end at position 10',
  ],
] as const) {
  test(`a subscription with ${what} is refused with ${code}`, async (t) => {
    const { raw, sinkSid, store } = await platform(t)
    const whole: Record<string, string | null> = {
      Description: 'x',
      SinkSid: sinkSid,
      Types: JSON.stringify({ type: REQUESTED }),
      ...form,
    }
    const sent = Object.fromEntries(
      Object.entries(whole).filter((entry): entry is [string, string] => entry[1] !== null),
    )
    const response = await raw('POST', '/v1/Subscriptions', sent)
    const body = (await response.json()) as { code: number; status: number; message: string }
    const status = code === 20409 ? 409 : code === 91001 ? 404 : 400
    assert.deepEqual([response.status, body.status, body.code], [status, status, code])
    if (message !== null) assert.equal(body.message, message)
    assert.equal(store.subscriptionRows.size, 0)
  })
}

for (const sinkType of ['webhook', 'kinesis', 'segment'] as const) {
  test(`a ${sinkType} sink takes the types the catalogue allows it, and refuses each of the others by name`, async (t) => {
    const { subscribe, sinkSid, subscriptions } = await platform(t, sinkType)
    const { sid } = await subscribe([{ type: REQUESTED }])
    assert.equal((await subscriptions(sid).fetch()).sinkSid, sinkSid)
    for (const { type, sinks } of voiceCatalogue.types) {
      const added = subscriptions(sid).subscribedEvents.create({ type })
      if (sinks.includes(sinkType)) assert.equal((await added).type, type)
      else {
        await assert.rejects(added, (error: { code: number; status: number; message: string }) => {
          return (
            error.code === 91104 &&
            error.status === 400 &&
            error.message.includes(type) &&
            error.message.includes(sinkType)
          )
        })
      }
    }
  })
}

test('a type that Segment does not take is refused on create too', async (t) => {
  const { subscribe } = await platform(t, 'segment')
  await assert.rejects(subscribe([{ type: REQUESTED }, { type: FAILED }]), refusal(91104, 400))
})

test('a sink has one subscription; afterwards it may have another', async (t) => {
  const { subscribe, sinkSid, subscriptions } = await platform(t)
  const { sid } = await subscribe([{ type: REQUESTED }])
  await assert.rejects(subscribe([{ type: RINGING }]), (error: { code: number; status: number; message: string }) => {
    return error.code === 20409 && error.status === 409 && error.message.includes(`Sink with SID ${sinkSid} is in use`)
  })
  await subscriptions(sid).remove()
  await subscribe([{ type: RINGING }])
})

test('a sink that is not active cannot be subscribed', async (t) => {
  const { subscribe, store, sinkSid } = await platform(t)
  store.sinkRows.set(sinkSid, { ...store.sinkRows.get(sinkSid)!, status: 'failed' })
  await assert.rejects(subscribe([{ type: REQUESTED }]), refusal(91100, 400))
})

test('deleting a sink in use leaves its subscription, which can then be deleted', async (t) => {
  const { subscribe, subscriptions, client, sinkSid } = await platform(t)
  const { sid } = await subscribe([{ type: REQUESTED }])
  await client.events.v1.sinks(sinkSid).remove()
  assert.equal((await subscriptions(sid).fetch()).sinkSid, sinkSid)
  await assert.rejects(subscriptions(sid).subscribedEvents.create({ type: RINGING }), refusal(91001, 404))
  assert.equal(await subscriptions(sid).remove(), true)
})

test('the hundred-and-first subscription is refused, orphans counted', async (t) => {
  const { subscriptions, newSink, client } = await platform(t)
  for (let count = 0; count < SUBSCRIPTIONS_MAX; count++) {
    const sinkSid = await newSink().catch(() => null)
    assert.ok(sinkSid)
    await subscriptions.create({ description: 'x', sinkSid, types: [{ type: REQUESTED }] })
    await client.events.v1.sinks(sinkSid).remove()
  }
  await assert.rejects(
    subscriptions.create({ description: 'x', sinkSid: await newSink(), types: [{ type: REQUESTED }] }),
    refusal(91101, 400),
  )
})

test('subscriptions are paged and filtered by sink', async (t) => {
  const { subscriptions, newSink } = await platform(t)
  const sinkSids = [await newSink(), await newSink(), await newSink()]
  for (const sinkSid of sinkSids)
    await subscriptions.create({ description: 'x', sinkSid, types: [{ type: REQUESTED }] })
  assert.equal((await subscriptions.list({ pageSize: 2 })).length, 3)
  assert.deepEqual(
    (await subscriptions.list({ sinkSid: sinkSids[1]! })).map(({ sinkSid }) => sinkSid),
    [sinkSids[1]],
  )
  assert.deepEqual(await subscriptions.list({ sinkSid: `DG${'0'.repeat(32)}` }), [])
})

test('a type is added with 201, found there with 200, given another version, and removed', async (t) => {
  const { subscribe, subscriptions, raw } = await platform(t)
  const { sid } = await subscribe([{ type: REQUESTED }])
  const path = `/v1/Subscriptions/${sid}/SubscribedEvents`
  assert.equal((await raw('POST', path, { Type: RINGING, SchemaVersion: '1' })).status, 201)
  const again = await raw('POST', path, { Type: RINGING, SchemaVersion: '2' })
  assert.deepEqual([again.status, ((await again.json()) as { schema_version: number }).schema_version], [200, 1])
  const event = subscriptions(sid).subscribedEvents(RINGING)
  assert.equal((await event.update()).schemaVersion, 1)
  assert.equal((await event.update({ schemaVersion: 2 })).schemaVersion, 2)
  assert.equal((await event.fetch()).schemaVersion, 2)
  await assert.rejects(event.update({ schemaVersion: 9 }), refusal(20001, 400))
  assert.equal(await event.remove(), true)
  await assert.rejects(event.fetch(), refusal(20404, 404))
  await assert.rejects(event.remove(), refusal(20404, 404))
  assert.deepEqual(
    (await subscriptions(sid).subscribedEvents.list()).map(({ type }) => type),
    [REQUESTED],
  )
})

test('all 26 types of a subscription come in pages', async (t) => {
  const { subscribe, subscriptions } = await platform(t)
  const { sid } = await subscribe(voiceCatalogue.types.map(({ type }) => ({ type })))
  const listed = await subscriptions(sid).subscribedEvents.list({ pageSize: 5 })
  assert.deepEqual(
    listed.map(({ type }) => type),
    voiceCatalogue.types.map(({ type }) => type),
  )
})

test('every change counts from its place in the journal on', async (t) => {
  const { subscribe, subscriptions, store } = await platform(t)
  const { sid } = await subscribe([{ type: REQUESTED }])
  await subscriptions(sid).subscribedEvents(REQUESTED).update({ schemaVersion: 1 })
  await subscriptions(sid).subscribedEvents(REQUESTED).remove()
  const { ranges } = store.subscriptionRows.get(sid)!
  assert.deepEqual(
    ranges.map(({ schemaVersion, from, to }) => [schemaVersion, from, to]),
    [
      [2, 100, 101],
      [1, 101, 102],
    ],
  )
})

test('types added at the same time are all kept', async (t) => {
  const { subscribe, subscriptions } = await platform(t)
  const { sid } = await subscribe([{ type: REQUESTED }])
  const names = ['initiated', 'ringing', 'answered', 'completed'].map((event) => voice(`status-callback.call.${event}`))
  await Promise.all(names.map((type) => subscriptions(sid).subscribedEvents.create({ type })))
  assert.equal((await subscriptions(sid).subscribedEvents.list()).length, 5)
})

test('a change that someone else overtakes is made again on what is there', async (t) => {
  const { subscribe, subscriptions, store } = await platform(t)
  const { sid } = await subscribe([{ type: REQUESTED }])
  store.beforeSave = () =>
    store.subscriptionRows.set(sid, { ...store.subscriptionRows.get(sid)!, description: 'theirs', version: 9 })
  await subscriptions(sid).subscribedEvents.create({ type: RINGING })
  const row = store.subscriptionRows.get(sid)!
  assert.deepEqual([row.description, row.ranges.length, row.version], ['theirs', 2, 10])
})

test('a subscription has a filter, which is shown, replaced and taken away', async (t) => {
  const { raw, sinkSid, store } = await platform(t)
  const Filter = "messageStatus == 'FAILED' AND errorCode == 30004"
  const form = { Description: 'x', SinkSid: sinkSid, Types: JSON.stringify({ type: REQUESTED }), Filter }
  const created = (await (await raw('POST', '/v1/Subscriptions', form)).json()) as { sid: string; filter: string }
  assert.equal(created.filter, Filter)
  const path = `/v1/Subscriptions/${created.sid}`
  const update = async (change: Record<string, string>) =>
    (await (await raw('POST', path, change)).json()) as { filter?: string; code?: number }
  assert.equal((await update({ Filter: "CallStatus = 'busy'" })).filter, "CallStatus = 'busy'")
  assert.equal((await update({ Description: 'y' })).filter, "CallStatus = 'busy'")
  assert.equal((await update({ Filter: 'CallStatus =' })).code, 20001)
  assert.ok(!('filter' in (await update({ Filter: '' }))))
  assert.deepEqual(
    store.subscriptionRows.get(created.sid)!.ranges.map(({ filter, from, to }) => [filter, from, to]),
    [
      [Filter, 100, 101],
      ["CallStatus = 'busy'", 101, 103],
      [null, 103, null],
    ],
  )
})

test('subscribing to deprecated types works, with a warning for each', async (t) => {
  const { raw, sinkSid } = await platform(t)
  const types = JSON.stringify([{ type: REQUESTED }, { type: OLD_RINGING }])
  const response = await raw('POST', '/v1/Subscriptions', { Description: 'x', SinkSid: sinkSid, Types: types })
  assert.equal(response.status, 201)
  assert.equal(response.headers.get('warning'), `299 - "event type ${OLD_RINGING} is deprecated; use ${RINGING}"`)
  const { sid } = (await response.json()) as { sid: string }
  const path = `/v1/Subscriptions/${sid}/SubscribedEvents`
  assert.match(
    (await raw('POST', path, { Type: voice('webhook.status-callback.call.answered') })).headers.get('warning')!,
    /is deprecated/,
  )
  assert.equal((await raw('POST', path, { Type: RINGING })).headers.get('warning'), null)
})

const fixture = (name: string, status: EventType['status']): EventType => ({
  ...voiceCatalogue.types[0]!,
  type: name,
  status,
  ...(status !== 'available' && { alternative: REQUESTED }),
})
const ageing = (status: EventType['status']) =>
  defineCatalogue([fixture(REQUESTED, 'available'), fixture('old', status)])

for (const [status, subscribes] of [
  ['available', true],
  ['deprecated', true],
  ['restricted', false],
  ['discontinued', false],
] as const) {
  test(`a type that is ${status} can ${subscribes ? '' : 'not '}be subscribed, anew or in addition`, async (t) => {
    const { subscribe, subscriptions } = await platform(t, 'webhook', ageing(status))
    if (subscribes) {
      await subscribe([{ type: 'old' }])
      return
    }
    await assert.rejects(subscribe([{ type: 'old' }]), refusal(20409, 409))
    const { sid } = await subscribe([{ type: REQUESTED }])
    await assert.rejects(subscriptions(sid).subscribedEvents.create({ type: 'old' }), refusal(20409, 409))
  })
}

test('who has a restricted type keeps it, but cannot have it back once it is removed', async (t) => {
  const { subscribe, subscriptions, store, raw } = await platform(t, 'webhook', ageing('restricted'))
  const { sid } = await subscribe([{ type: REQUESTED }])
  const row = store.subscriptionRows.get(sid)!
  store.subscriptionRows.set(sid, { ...row, ranges: [...row.ranges, { ...row.ranges[0]!, type: 'old' }] })
  assert.equal((await raw('POST', `/v1/Subscriptions/${sid}/SubscribedEvents`, { Type: 'old' })).status, 200)
  await subscriptions(sid).subscribedEvents('old').remove()
  await assert.rejects(subscriptions(sid).subscribedEvents.create({ type: 'old' }), refusal(20409, 409))
})
