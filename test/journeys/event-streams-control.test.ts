/** The Event Streams API on the real store, with the official client: made, changed, paged, refused, deleted, restarted. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type twilio from 'twilio'
import { type Ringback, type StartRingback, startRingback } from '../../src/testing/index.ts'
import { startApp } from '../kit/customer-app.ts'
import { journey, officialClient } from '../kit/journey.ts'
import { createSink, eventsIn, eventsTo, placeCall, short, subscribe, voice } from '../kit/sinks.ts'

const PROGRESS = ['initiated', 'ringing', 'answered', 'completed'].map((name) => voice(`status-callback.call.${name}`))
const [INITIATED, RINGING, ANSWERED, COMPLETED] = PROGRESS as [string, string, string, string]
const [DIALLED, GATHERED] = [voice('twiml.dial.finished'), voice('twiml.gather.finished')]
const FAILED = voice('twiml.request.failed')
const OLD = voice('webhook.status-callback.call.ringing')

const WEBHOOK = { destination: 'http://127.0.0.1:9/events', method: 'POST' }
const KINESIS = {
  arn: 'arn:aws:kinesis:us-east-1:000000000000:stream/calls',
  role_arn: 'arn:aws:iam::000000000000:role/ringback',
  external_id: 'customer-7',
  endpoint: 'http://127.0.0.1:9',
}
const SEGMENT = { write_key: 'WRITE_KEY', endpoint: 'http://127.0.0.1:9/v1/batch' }

/** A platform that can be stopped and started again on what it has kept, and an app that takes events. */
async function restartable(t: TestContext, settings: StartRingback['settings'] = {}) {
  const data = mkdtempSync(join(tmpdir(), 'ringback-control-'))
  const app = await startApp({
    '/voice': () => '<Say>Hi</Say>',
    '/status': () => ({ status: 204 }),
    '/events': () => ({}),
  })
  let running: Ringback | null = null
  t.after(async () => {
    await running?.stop()
    await app.close()
    rmSync(data, { recursive: true, force: true })
  })
  const start = async () => {
    await running?.stop()
    const ringback = await startRingback({ data, settings })
    running = ringback
    return { ringback, app, client: officialClient(ringback) }
  }
  return { app, start }
}

/** All sinks, subscriptions and subscribed events as the client shows them, whatever port they are asked at. */
async function contents({ client, ringback }: { client: twilio.Twilio; ringback: Ringback }) {
  const { sinks, subscriptions } = client.events.v1
  const subscribed = await subscriptions.list()
  const types = await Promise.all(subscribed.map(({ sid }) => subscriptions(sid).subscribedEvents.list()))
  const text = JSON.stringify({ sinks: await sinks.list(), subscriptions: subscribed, types })
  return JSON.parse(text.replaceAll(`${ringback.url}/v1/`, '/v1/')) as {
    sinks: { sid: string; sinkType: string; status: string; description: string; sinkConfiguration: object }[]
    subscriptions: { sid: string; sinkSid: string; description: string }[]
    types: { type: string; schemaVersion: number }[][]
  }
}

interface Page<Item> {
  readonly instances: readonly Item[]
  nextPage(): Promise<Page<Item>> | undefined
}

/** Follows `meta.next_page_url` to the end. */
async function pagesOf<Item>(first: Promise<Page<Item>>): Promise<(readonly Item[])[]> {
  const pages: (readonly Item[])[] = []
  for (let page: Page<Item> | undefined = await first; page; page = await page.nextPage()) pages.push(page.instances)
  return pages
}

const sizes = (pages: readonly (readonly unknown[])[]): number[] => pages.map(({ length }) => length)

const refusal = (code: number, status: number, ...words: readonly string[]) => {
  return (error: { code?: number; status?: number; message?: string }) => {
    assert.deepEqual([error.code, error.status], [code, status])
    for (const word of words) assert.ok(error.message?.includes(word), `${error.message}: without ${word}`)
    return true
  }
}

test('sinks of the three kinds, their subscriptions and every change to them survive a restart, and work on', async (t) => {
  const { app, start } = await restartable(t)
  const before = await start()
  const { sinks, subscriptions } = before.client.events.v1
  const webhook = await createSink(before.client, 'webhook', {
    destination: `${app.url}/events`,
    method: 'POST',
    signing: 'both',
  })
  const kinesis = await createSink(before.client, 'kinesis', KINESIS)
  const segment = await createSink(before.client, 'segment', SEGMENT)
  const progress = await subscribe(before.client, webhook, [
    { type: INITIATED, schema_version: 1 },
    { type: RINGING, schema_version: 1 },
  ])
  const dialled = await subscribe(before.client, kinesis, [DIALLED])
  const gathered = await subscribe(before.client, segment, [GATHERED])

  const { subscribedEvents } = subscriptions(progress)
  await subscribedEvents(INITIATED).remove()
  await subscribedEvents.create({ type: COMPLETED })
  await subscribedEvents.create({ type: ANSWERED, schemaVersion: 1 })
  await subscribedEvents(ANSWERED).update({ schemaVersion: 2 })
  await assert.rejects(subscribedEvents(INITIATED).fetch(), refusal(20404, 404))
  // What is there already stays as it is.
  assert.equal((await subscribedEvents.create({ type: RINGING, schemaVersion: 2 })).schemaVersion, 1)
  await sinks(kinesis).update({ description: 'the archive' })
  await subscriptions(gathered).update({ description: 'menus' })

  const made = await contents(before)
  assert.deepEqual(
    new Map(made.sinks.map(({ sid, sinkType, status, description }) => [sid, [sinkType, status, description]])),
    new Map([
      [webhook, ['webhook', 'active', 'a webhook sink']],
      [kinesis, ['kinesis', 'active', 'the archive']],
      [segment, ['segment', 'active', 'a segment sink']],
    ]),
  )
  const typesOf = (sid: string) =>
    made.types[made.subscriptions.findIndex((one) => one.sid === sid)]?.map(({ type, schemaVersion }) => [
      type,
      schemaVersion,
    ])
  assert.deepEqual(typesOf(progress), [
    [ANSWERED, 2],
    [COMPLETED, 2],
    [RINGING, 1],
  ])
  assert.deepEqual(
    [dialled, gathered].map(typesOf),
    [DIALLED, GATHERED].map((type) => [[type, 2]]),
  )

  const after = await start()
  assert.deepEqual(await contents(after), made)
  const callSid = await placeCall(after)
  await after.ringback.over(callSid)
  await after.ringback.clock.untilIdle()
  assert.deepEqual(
    eventsTo(app, '/events')
      .map((event) => `${short(event)} ${event.dataschema.at(-1)}`)
      .toSorted(),
    ['status-callback.call.answered 2', 'status-callback.call.completed 2', 'status-callback.call.ringing 1'],
  )
  await assert.rejects(subscribe(after.client, webhook, [COMPLETED]), refusal(20409, 409, webhook))
})

test('every list comes in pages of the size asked for, each item once', async (t) => {
  const { client } = await journey(t)
  const { eventTypes, schemas, sinks, subscriptions } = client.events.v1
  const sinkSids: string[] = []
  const subscriptionSids: string[] = []
  for (let count = 0; count < 7; count++) {
    const sid = await createSink(client, 'webhook', WEBHOOK)
    sinkSids.push(sid)
    subscriptionSids.push(await subscribe(client, sid, PROGRESS))
  }
  const sinkPages = await pagesOf(sinks.page({ pageSize: 3 }))
  assert.deepEqual(sizes(sinkPages), [3, 3, 1])
  assert.deepEqual(
    sinkPages
      .flat()
      .map(({ sid }) => sid)
      .toSorted(),
    sinkSids.toSorted(),
  )
  const subscriptionPages = await pagesOf(subscriptions.page({ pageSize: 2 }))
  assert.deepEqual(sizes(subscriptionPages), [2, 2, 2, 1])
  assert.deepEqual(
    subscriptionPages
      .flat()
      .map(({ sid }) => sid)
      .toSorted(),
    subscriptionSids.toSorted(),
  )
  const { subscribedEvents } = subscriptions(subscriptionSids[0]!)
  const eventPages = await pagesOf(subscribedEvents.page({ pageSize: 3 }))
  assert.deepEqual(sizes(eventPages), [3, 1])
  assert.deepEqual(
    eventPages.flat().map(({ type }) => type),
    PROGRESS.toSorted(),
  )

  const typePages = await pagesOf(eventTypes.page({ pageSize: 5 }))
  assert.deepEqual(sizes(typePages), [5, 5, 5, 5, 5, 1])
  const types = typePages.flat()
  assert.equal(new Set(types.map(({ type }) => type)).size, 26)
  assert.equal(types.filter(({ status }) => status === 'deprecated').length, 4)
  const versionPages = await pagesOf(schemas('Voice.WebhookEvent').versions.page({ pageSize: 1 }))
  assert.deepEqual(
    versionPages.map((page) => page.map(({ schemaVersion }) => schemaVersion)),
    [[1], [2]],
  )
})

test('a sink that is deleted while its list is paged takes no other along', async (t) => {
  const { client } = await journey(t)
  const { sinks } = client.events.v1
  for (let count = 0; count < 5; count++) await createSink(client, 'webhook', WEBHOOK)
  const all = (await sinks.list()).map(({ sid }) => sid)
  const first = await sinks.page({ pageSize: 2 })
  await sinks(first.instances[0]!.sid).remove()
  const rest = await pagesOf(first.nextPage()!)
  assert.deepEqual(
    rest.map((page) => page.map(({ sid }) => sid)),
    [all.slice(2, 4), all.slice(4)],
  )
})

test('an account has 100 sinks and no more, also after a restart, until it deletes one', async (t) => {
  const { start } = await restartable(t)
  const before = await start()
  for (let count = 0; count < 100; count++) await createSink(before.client, 'webhook', WEBHOOK)
  await assert.rejects(createSink(before.client, 'segment', SEGMENT), refusal(91003, 400, '100'))

  const { client } = await start()
  await assert.rejects(createSink(client, 'segment', SEGMENT), refusal(91003, 400, '100'))
  const pages = await pagesOf(client.events.v1.sinks.page({ pageSize: 30 }))
  assert.deepEqual(sizes(pages), [30, 30, 30, 10])
  await client.events.v1.sinks(pages[3]![9]!.sid).remove()
  await createSink(client, 'segment', SEGMENT)
  assert.equal((await client.events.v1.sinks.list()).length, 100)
})

test('what cannot be subscribed is refused by name, and changes nothing', async (t) => {
  const { client } = await journey(t)
  const [webhook, segment] = [
    await createSink(client, 'webhook', WEBHOOK),
    await createSink(client, 'segment', SEGMENT),
  ]
  const unknown = voice('twiml.requested')
  for (const [sinkSid, types, code, status, words] of [
    [webhook, [COMPLETED, unknown], 20409, 409, [unknown]],
    [segment, [COMPLETED, FAILED], 91104, 400, [FAILED, 'segment']],
    [segment, [OLD], 91104, 400, [OLD, 'segment']],
  ] as const) {
    await assert.rejects(subscribe(client, sinkSid, types), refusal(code, status, ...words))
  }
  assert.deepEqual(await client.events.v1.subscriptions.list(), [])

  const sid = await subscribe(client, segment, [COMPLETED])
  await assert.rejects(subscribe(client, segment, [RINGING]), refusal(20409, 409, segment))
  const { subscribedEvents } = client.events.v1.subscriptions(sid)
  await assert.rejects(subscribedEvents.create({ type: unknown }), refusal(20409, 409, unknown))
  await assert.rejects(subscribedEvents.create({ type: FAILED }), refusal(91104, 400, FAILED, 'segment'))
  assert.deepEqual(
    (await subscribedEvents.list()).map(({ type }) => type),
    [COMPLETED],
  )
})

test('who subscribes a deprecated type gets it, and is told of its successor in a header', async (t) => {
  const { client, ringback } = await journey(t)
  const sinkSid = await createSink(client, 'webhook', WEBHOOK)
  const post = (path: string, parameters: Readonly<Record<string, string>>) =>
    fetch(`${ringback.url}/v1${path}`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${ringback.accountSid}:${ringback.authToken}`).toString('base64')}`,
      },
      body: new URLSearchParams(parameters),
    })
  const created = await post('/Subscriptions', {
    Description: 'both names',
    SinkSid: sinkSid,
    Types: JSON.stringify([{ type: RINGING }, { type: OLD }]),
  })
  const warning = `299 - "event type ${OLD} is deprecated; use ${RINGING}"`
  assert.deepEqual([created.status, created.headers.get('warning')], [201, warning])
  const { sid } = (await created.json()) as { sid: string }
  const { subscribedEvents } = client.events.v1.subscriptions(sid)
  assert.deepEqual(
    (await subscribedEvents.list()).map(({ type }) => type),
    [RINGING, OLD],
  )
  await subscribedEvents(OLD).remove()
  const added = await post(`/Subscriptions/${sid}/SubscribedEvents`, { Type: OLD })
  assert.deepEqual([added.status, added.headers.get('warning')], [201, warning])
  const plain = await post(`/Subscriptions/${sid}/SubscribedEvents`, { Type: COMPLETED })
  assert.deepEqual([plain.status, plain.headers.get('warning')], [201, null])
})

test('a test that arrived validates its sink, after a restart too', async (t) => {
  const { app, start } = await restartable(t, { eventsStrictValidate: true })
  const before = await start()
  const configuration = { destination: `${app.url}/events`, method: 'POST' }
  const [sid, other] = [
    await createSink(before.client, 'webhook', configuration),
    await createSink(before.client, 'webhook', configuration),
  ]
  assert.equal((await before.client.events.v1.sinks(sid).sinkTest.create()).result, 'submitted')
  const [event] = eventsIn(await app.requested('/events'))
  await before.ringback.clock.untilIdle()
  const testId = event!.data.test_id!

  const { client } = await start()
  const { sinks } = client.events.v1
  assert.equal((await sinks(sid).sinkValidate.create({ testId })).result, 'valid')
  await assert.rejects(sinks(other).sinkValidate.create({ testId }), refusal(20001, 400, 'TestId'))
  assert.equal(app.to('/events').length, 1)
})

test('a sink in use can be deleted: its subscription stays, receives nothing, and can be deleted after it', async (t) => {
  const { app, start } = await restartable(t)
  const before = await start()
  const sinkSid = await createSink(before.client, 'webhook', { destination: `${app.url}/events`, method: 'POST' })
  const sid = await subscribe(before.client, sinkSid, PROGRESS)
  assert.equal(await before.client.events.v1.sinks(sinkSid).remove(), true)
  await assert.rejects(before.client.events.v1.sinks(sinkSid).fetch(), refusal(91001, 404, sinkSid))
  const callSid = await placeCall(before)
  await before.ringback.over(callSid)
  await before.ringback.clock.untilIdle()

  const after = await start()
  const { sinks, subscriptions } = after.client.events.v1
  assert.equal((await subscriptions(sid).fetch()).sinkSid, sinkSid)
  assert.equal(await subscriptions(sid).remove(), true)
  await assert.rejects(subscriptions(sid).fetch(), refusal(20404, 404))
  assert.deepEqual([await sinks.list(), await subscriptions.list()], [[], []])
  assert.equal(app.to('/events').length, 0)
})
