/** One real call, told to a webhook, a Kinesis stream and Segment: the same events, each sink those that its kind allows. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import twilio from 'twilio'
import { journey } from '../kit/journey.ts'
import { startKinesis } from '../kit/kinesis.ts'
import { segmentApi } from '../kit/segment.ts'
import {
  attemptLog,
  createSink,
  eventsIn,
  eventsTo,
  placeCall,
  type SentEvent,
  short,
  subscribe,
  typesFor,
  voice,
} from '../kit/sinks.ts'

const IVR = {
  '/voice': () => '<Gather numDigits="1" action="/menu"><Say>For sales press 1</Say></Gather>',
  '/menu': () => '<Redirect>/sales</Redirect>',
  '/sales': () => '<Say>Sales</Say><Redirect>/broken</Redirect>',
  '/broken': () => ({ status: 500 }),
  '/status': () => ({ status: 204 }),
}
/** In the order of their exchanges' ends; deprecated shadows follow their successors. */
const OF_WEBHOOK = [
  'api-request.call.created',
  'status-callback.call.initiated',
  'webhook.status-callback.call.initiated',
  'status-callback.call.ringing',
  'webhook.status-callback.call.ringing',
  'status-callback.call.answered',
  'webhook.status-callback.call.answered',
  'twiml.call.requested',
  'twiml.gather.finished',
  'twiml.call.redirected',
  'twiml.request.failed',
  'status-callback.call.completed',
  'webhook.status-callback.call.completed',
]
const OF_SEGMENT = OF_WEBHOOK.filter((type) => !/^api-request|^webhook|failed$/.test(type))

test('one call reaches a webhook, a Kinesis stream and Segment: exactly the types each allows, under equal ids', async (t) => {
  const kinesis = await startKinesis()
  t.after(() => kinesis.close())
  process.env.AWS_ACCESS_KEY_ID = 'platform'
  process.env.AWS_SECRET_ACCESS_KEY = 'platform'
  const segment = segmentApi('WRITE_KEY')
  const { ringback, app, client } = await journey(
    t,
    { ...IVR, '/events': () => ({ status: 200 }), '/v1/batch': segment.route },
    { settings: { eventsStsEndpoint: kinesis.stsEndpoint } },
  )
  await ringback.phone('+15551230001', { script: [{ hear: 'press 1' }, { press: '1' }] })
  const sinks = [
    ['webhook', { destination: `${app.url}/events?tenant=7`, method: 'POST' }],
    ['kinesis', kinesis.configuration],
    ['segment', { write_key: 'WRITE_KEY', endpoint: `${app.url}/v1/batch` }],
  ] as const
  for (const [type, configuration] of sinks) {
    const sid = await createSink(client, type, configuration)
    await subscribe(client, sid, await typesFor(client, type))
  }
  const callSid = await placeCall({ client, ringback, app })
  assert.equal(await ringback.over(callSid), 'completed')
  await ringback.clock.untilIdle()

  const sent = eventsTo(app, '/events')
  assert.deepEqual(sent.map(short).toSorted(), OF_WEBHOOK.toSorted())
  const records = await kinesis.read()
  assert.deepEqual(records.map(({ event }) => short(event)).toSorted(), OF_WEBHOOK.toSorted())
  assert.deepEqual(segment.tracks.map(({ event }) => short({ type: event })).toSorted(), OF_SEGMENT.toSorted())

  const ids = new Map(sent.map(({ type, id }) => [type, id]))
  assert.equal(new Set(ids.values()).size, OF_WEBHOOK.length)
  for (const { event } of records)
    assert.deepEqual(
      event,
      sent.find(({ id }) => id === event.id),
    )
  for (const { event, messageId } of segment.tracks) assert.equal(messageId, ids.get(event))
  // A call stays on one shard, in the order of what happened.
  assert.equal(new Set(records.map(({ shard }) => shard)).size, 1)
  assert.deepEqual(new Set(records.map(({ partitionKey }) => partitionKey)), new Set([callSid]))
  const progress = records.filter(({ event }) => event.type.includes('.status-callback.call.'))
  const numbers = progress.map(({ event }) => Number(event.data.request.parameters.SequenceNumber))
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => a - b),
  )
  assert.equal(kinesis.assumed.length, 1)
  assert.deepEqual(
    ['Action', 'ExternalId', 'RoleArn'].map((name) => kinesis.assumed[0]!.get(name)),
    ['AssumeRole', 'customer-7', kinesis.configuration.role_arn],
  )

  for (const { target, headers, body } of app.to('/events')) {
    const signature = String(headers['x-twilio-signature'])
    assert.ok(twilio.validateRequestWithBody(ringback.authToken, signature, `${app.url}${target}`, body))
    assert.match(target, /^\/events\?tenant=7&bodySHA256=[0-9a-f]{64}$/)
    assert.equal(headers['content-type'], 'application/json')
  }
  for (const version of [1, 2]) {
    const schema = (await (await fetch(`${ringback.url}/schemas/Voice.WebhookEvent/${version}`)).json()) as object
    const validate = new Ajv().compile(schema)
    for (const { data } of sent) assert.ok(validate(data), JSON.stringify(validate.errors))
  }
  const log = await attemptLog(ringback, `&callSid=${callSid}`)
  assert.deepEqual(new Set(log.map(({ outcome }) => outcome)), new Set(['delivered']))
  assert.equal(log.flatMap(({ events }) => events).length, OF_WEBHOOK.length * 2 + OF_SEGMENT.length)
})

test('a change from version 1 to 2 takes effect from the next event', async (t) => {
  const { ringback, app, client } = await journey(t, { ...IVR, '/events': () => ({}) }, { held: true })
  const sinkSid = await createSink(client, 'webhook', { destination: `${app.url}/events`, method: 'POST' })
  const types = ['initiated', 'ringing', 'answered', 'completed'].map((name) => voice(`status-callback.call.${name}`))
  const subscription = await subscribe(
    client,
    sinkSid,
    types.map((type) => ({ type, schema_version: 1 })),
  )
  const place = () =>
    placeCall({ client, ringback, app }, { url: undefined, twiml: '<Response><Pause length="60"/></Response>' })
  const callSid = await place()
  await ringback.clock.advance(10_000)
  const { subscribedEvents } = client.events.v1.subscriptions(subscription)
  for (const type of types) await subscribedEvents(type).update({ schemaVersion: 2 })
  await client.calls(callSid).update({ status: 'completed' })
  await ringback.over(callSid)
  await ringback.clock.untilIdle()
  const versions = eventsTo(app, '/events').map((event) => [short(event), event.dataschema])
  const base = 'https://events-schemas.twilio.com/Voice.WebhookEvent'
  assert.deepEqual(versions, [
    ['status-callback.call.initiated', `${base}/1`],
    ['status-callback.call.ringing', `${base}/1`],
    ['status-callback.call.answered', `${base}/1`],
    ['status-callback.call.completed', `${base}/2`],
  ])
})

test('a type that is added or taken away counts from the next event', async (t) => {
  const { ringback, app, client } = await journey(t, { ...IVR, '/events': () => ({}) }, { held: true })
  const sinkSid = await createSink(client, 'webhook', { destination: `${app.url}/events`, method: 'POST' })
  const [ringing, answered, completed] = ['ringing', 'answered', 'completed'].map((name) =>
    voice(`status-callback.call.${name}`),
  ) as [string, string, string]
  const subscription = await subscribe(client, sinkSid, [ringing, answered])
  const { subscribedEvents } = client.events.v1.subscriptions(subscription)
  const callSid = await placeCall(
    { client, ringback, app },
    { url: undefined, twiml: '<Response><Pause length="60"/></Response>' },
  )
  await ringback.clock.advance(1000)
  await subscribedEvents(answered).remove()
  await subscribedEvents.create({ type: completed })
  await ringback.clock.advance(100_000)
  await ringback.over(callSid)
  await ringback.clock.untilIdle()
  assert.deepEqual(eventsTo(app, '/events').map(short), [
    'status-callback.call.ringing',
    'status-callback.call.completed',
  ])
})

test('a late subscription gets only what came after; a replay delivers the past under the same ids', async (t) => {
  const { ringback, app, client } = await journey(t, {
    ...IVR,
    '/first': () => ({}),
    '/late': () => ({}),
  })
  await ringback.phone('+15551230001', { script: [{ hear: 'press 1' }, { press: '1' }] })
  const all = await typesFor(client, 'webhook')
  const first = await createSink(client, 'webhook', { destination: `${app.url}/first`, method: 'POST' })
  await subscribe(client, first, all)
  const start = new Date(ringback.clock.now()).toISOString()
  const before = await placeCall({ client, ringback, app })
  await ringback.over(before)
  const late = await createSink(client, 'webhook', { destination: `${app.url}/late`, method: 'POST' })
  const subscriptionSid = await subscribe(client, late, all)
  await ringback.clock.advance(1000)
  const after = await placeCall({ client, ringback, app })
  await ringback.over(after)
  await ringback.clock.untilIdle()
  assert.deepEqual(new Set(eventsTo(app, '/late').map(({ data }) => data.sid)), new Set([after]))
  assert.equal(eventsTo(app, '/late').length, OF_WEBHOOK.length)

  const live = eventsTo(app, '/late').length
  const to = new Date(ringback.clock.now() + 1).toISOString()
  const asked = {
    subscriptionSid,
    from: start,
    to,
    types: [voice('twiml.call.requested'), voice('twiml.gather.finished')],
  }
  const replay = await ringback.ask<{ sid: string; status: string }>('POST', '/Replays', asked)
  await ringback.clock.untilIdle()
  const replayed = eventsTo(app, '/late').slice(live)
  const original = eventsTo(app, '/first').filter(({ type }) => asked.types.includes(type))
  assert.deepEqual(replayed.map(({ id }) => id).toSorted(), original.map(({ id }) => id).toSorted())
  assert.equal(replayed.length, 4)
  assert.deepEqual(new Set(replayed.map(({ replayid }) => replayid)), new Set([replay.sid]))
  const done = await ringback.ask<{ status: string; events: number }>('GET', `/Replays/${replay.sid}`)
  assert.deepEqual([done.status, done.events], ['completed', 4])
})

test('a test event passes through the real path, and strict validation knows that it arrived', async (t) => {
  const { ringback, app, client } = await journey(
    t,
    { '/events': () => ({}) },
    { settings: { eventsStrictValidate: true } },
  )
  const sid = await createSink(client, 'webhook', { destination: `${app.url}/events`, method: 'POST', signing: 'both' })
  const sink = client.events.v1.sinks(sid)
  assert.equal((await sink.sinkTest.create()).result, 'submitted')
  const [event] = eventsIn(await app.requested('/events')) as [SentEvent]
  await ringback.clock.untilIdle()
  assert.deepEqual(
    [event.type, event.source, event.id, event.dataschema],
    [
      'com.twilio.eventstreams.test-event',
      'Sink',
      ringback.accountSid,
      'https://events-schemas.twilio.com/EventStreams.TestSink/1.json',
    ],
  )
  await assert.rejects(sink.sinkValidate.create({ testId: 'guessed' }), { code: 20001 })
  assert.equal((await sink.sinkValidate.create({ testId: event.data.test_id! })).result, 'valid')
})
