/** Sinks through the reference's own client. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authorization, NOW, STRANGER } from '../api-2010/fakes.ts'
import { KINESIS, refusal, SEGMENT, streamsPlatform, WEBHOOK } from './fakes.ts'
import { SINKS_MAX } from './sinks.ts'

for (const [sinkType, configuration, echoed] of [
  ['webhook', WEBHOOK, { ...WEBHOOK, batch_events: true }],
  ['kinesis', KINESIS, KINESIS],
  ['segment', SEGMENT, SEGMENT],
] as const) {
  test(`a ${sinkType} sink is created active, read, renamed and deleted`, async (t) => {
    const { client, base } = await streamsPlatform(t)
    const { sinks } = client.events.v1
    const created = await sinks.create({ description: 'My sink', sinkConfiguration: configuration, sinkType })
    assert.match(created.sid, /^DG[0-9a-f]{32}$/)
    assert.deepEqual(
      [created.description, created.sinkType, created.status, created.sinkConfiguration],
      ['My sink', sinkType, 'active', echoed],
    )
    assert.equal(created.dateCreated.getTime(), NOW)
    assert.equal(created.url, `${base}/v1/Sinks/${created.sid}`)
    assert.deepEqual(created.links, { sink_test: `${created.url}/Test`, sink_validate: `${created.url}/Validate` })

    assert.equal((await sinks(created.sid).update({ description: 'Renamed' })).description, 'Renamed')
    assert.equal((await sinks(created.sid).fetch()).description, 'Renamed')
    assert.equal(await sinks(created.sid).remove(), true)
    await assert.rejects(sinks(created.sid).fetch(), refusal(91001, 404))
  })
}

test('Test submits a test event, Validate takes any id', async (t) => {
  const { client, tester } = await streamsPlatform(t)
  const { sid } = await client.events.v1.sinks.create({
    description: 'x',
    sinkConfiguration: WEBHOOK,
    sinkType: 'webhook',
  })
  const sink = client.events.v1.sinks(sid)
  assert.equal((await sink.sinkTest.create()).result, 'submitted')
  assert.deepEqual(tester.tested, [sid])
  assert.equal((await sink.sinkValidate.create({ testId: 'whatever' })).result, 'valid')
})

test('with strict validation only the id of a test that arrived is valid', async (t) => {
  const { client, tester } = await streamsPlatform(t, { config: { strictValidate: true } })
  const { sid } = await client.events.v1.sinks.create({
    description: 'x',
    sinkConfiguration: WEBHOOK,
    sinkType: 'webhook',
  })
  const sink = client.events.v1.sinks(sid)
  await assert.rejects(sink.sinkValidate.create({ testId: 'guess' }), refusal(20001, 400))
  tester.arrived.add('arrived')
  assert.equal((await sink.sinkValidate.create({ testId: 'arrived' })).result, 'valid')
})

test('a signing secret is shown when the sink is created, and masked from then on', async (t) => {
  const { client } = await streamsPlatform(t)
  const created = await client.events.v1.sinks.create({
    description: 'x',
    sinkConfiguration: { ...WEBHOOK, signing: 'both' },
    sinkType: 'webhook',
  })
  assert.match(created.sinkConfiguration.signing_secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
  assert.equal((await client.events.v1.sinks(created.sid).fetch()).sinkConfiguration.signing_secret, 'whsec_***')
})

for (const [what, form, code, status, message] of [
  [
    'no description',
    { SinkType: 'webhook', SinkConfiguration: '{}' },
    20001,
    400,
    'Missing required parameter Description',
  ],
  [
    'an empty description',
    { Description: ' ', SinkType: 'webhook', SinkConfiguration: '{}' },
    91000,
    400,
    'Sink could not be saved: Description is empty',
  ],
  [
    'no configuration',
    { Description: 'x', SinkType: 'webhook' },
    20001,
    400,
    'Missing required parameter SinkConfiguration',
  ],
  ['no type', { Description: 'x', SinkConfiguration: '{}' }, 20001, 400, 'Missing required parameter SinkType'],
  [
    'a type that is not offered',
    { Description: 'x', SinkType: 'email', SinkConfiguration: '{}' },
    91000,
    400,
    "Sink could not be saved: SinkType 'email' is not one of kinesis, webhook, segment",
  ],
  [
    'a configuration that is no JSON',
    { Description: 'x', SinkType: 'segment', SinkConfiguration: 'write_key=1' },
    91000,
    400,
    'Sink could not be saved: SinkConfiguration is not a JSON object',
  ],
  [
    'a configuration that is a list',
    { Description: 'x', SinkType: 'segment', SinkConfiguration: '[]' },
    91000,
    400,
    'Sink could not be saved: SinkConfiguration is not a JSON object',
  ],
  [
    'an empty member',
    { Description: 'x', SinkType: 'segment', SinkConfiguration: '{"write_key":""}' },
    91000,
    400,
    "Sink could not be saved: SinkConfiguration needs 'write_key': a text of 1 to 256 characters",
  ],
  [
    'a description of 1,001 characters',
    { Description: 'x'.repeat(1001), SinkType: 'segment', SinkConfiguration: '{}' },
    20001,
    400,
    null,
  ],
] as const) {
  test(`a sink with ${what} is refused with ${code}`, async (t) => {
    const { raw, store } = await streamsPlatform(t)
    const response = await raw('POST', '/v1/Sinks', form)
    const body = (await response.json()) as { code: number; status: number; message: string; more_info: string }
    assert.deepEqual([response.status, body.status, body.code], [status, status, code])
    if (message !== null) assert.equal(body.message, message)
    assert.equal(body.more_info, `https://www.twilio.com/docs/errors/${code}`)
    assert.equal(store.sinkRows.size, 0)
  })
}

for (const body of [
  JSON.stringify({ Description: 'x', SinkType: 'segment', SinkConfiguration: JSON.stringify(SEGMENT) }),
  '{',
]) {
  test(`a JSON body such as ${body.slice(0, 20)} is ignored, as the reference does`, async (t) => {
    const { base } = await streamsPlatform(t)
    const headers = { authorization: authorization(), 'content-type': 'application/json' }
    const response = await fetch(`${base}/v1/Sinks`, { method: 'POST', headers, body })
    assert.equal(response.status, 400)
    assert.equal(((await response.json()) as { message: string }).message, 'Missing required parameter Description')
  })
}

test('the hundred-and-first sink is refused', async (t) => {
  const { client } = await streamsPlatform(t)
  const create = () =>
    client.events.v1.sinks.create({ description: 'x', sinkConfiguration: SEGMENT, sinkType: 'segment' })
  for (let count = 0; count < SINKS_MAX; count++) await create()
  await assert.rejects(create(), refusal(91003, 400))
})

test('sinks are paged with meta, by size and by following addresses', async (t) => {
  const { client, raw, base } = await streamsPlatform(t)
  for (let count = 0; count < 7; count++) {
    await client.events.v1.sinks.create({ description: String(count), sinkConfiguration: SEGMENT, sinkType: 'segment' })
  }
  const listed = await client.events.v1.sinks.list({ pageSize: 3 })
  assert.deepEqual(listed.map(({ description }) => description).toSorted(), ['0', '1', '2', '3', '4', '5', '6'])
  assert.equal(new Set(listed.map(({ sid }) => sid)).size, 7)

  const first = await client.events.v1.sinks.page({ pageSize: 3 })
  const second = await first.nextPage()
  const third = await second!.nextPage()
  assert.deepEqual(
    [first, second, third].map((page) => page!.instances.length),
    [3, 3, 1],
  )
  assert.equal(await third!.nextPage(), undefined)
  const back = await second!.previousPage()
  assert.deepEqual(
    back!.instances.map(({ sid }) => sid),
    first.instances.map(({ sid }) => sid),
  )

  const { meta } = (await (await raw('GET', '/v1/Sinks?InUse=false&PageSize=20')).json()) as { meta: object }
  assert.deepEqual(meta, {
    page: 0,
    page_size: 20,
    first_page_url: `${base}/v1/Sinks?InUse=false&PageSize=20&Page=0`,
    previous_page_url: null,
    url: `${base}/v1/Sinks?InUse=false&PageSize=20&Page=0`,
    next_page_url: null,
    key: 'sinks',
  })
})

test('deleting while paging skips nothing', async (t) => {
  const { client, store, base } = await streamsPlatform(t)
  for (let count = 0; count < 5; count++) {
    await client.events.v1.sinks.create({ description: 'x', sinkConfiguration: SEGMENT, sinkType: 'segment' })
  }
  let url: string | undefined = `${base}/v1/Sinks?PageSize=2`
  while (url !== undefined) {
    const page = await client.events.v1.sinks.getPage(url)
    for (const { sid } of page.instances) await client.events.v1.sinks(sid).remove()
    url = page.nextPageUrl
  }
  assert.equal(store.sinkRows.size, 0)
})

for (const [query, code] of [
  ['PageSize=1001', 20007],
  ['PageSize=0', 20001],
  ['Page=-1', 20001],
  ['PageToken=PT1', 21481],
  ['InUse=perhaps', 20001],
  ['Status=gone', 20001],
] as const) {
  test(`a list with ${query} is refused with ${code}`, async (t) => {
    const { raw } = await streamsPlatform(t)
    const response = await raw('GET', `/v1/Sinks?${query}`)
    assert.deepEqual([response.status, ((await response.json()) as { code: number }).code], [400, code])
  })
}

test('sinks are filtered by use and by status', async (t) => {
  const { client, store } = await streamsPlatform(t)
  const create = (description: string) =>
    client.events.v1.sinks.create({ description, sinkConfiguration: WEBHOOK, sinkType: 'webhook' })
  const [used, idle, broken] = [await create('used'), await create('idle'), await create('broken')]
  await client.events.v1.subscriptions.create({
    description: 'x',
    sinkSid: used.sid,
    types: [{ type: 'com.twilio.voice.twiml.call.requested' }],
  })
  store.sinkRows.set(broken.sid, { ...store.sinkRows.get(broken.sid)!, status: 'failed' })
  const names = async (filter: object) =>
    (await client.events.v1.sinks.list(filter)).map(({ description }) => description).toSorted()
  assert.deepEqual(await names({ inUse: true }), ['used'])
  assert.deepEqual(await names({ inUse: false }), ['broken', 'idle'])
  assert.deepEqual(await names({ status: 'failed' }), ['broken'])
  assert.deepEqual(await names({ status: 'active', inUse: false }), ['idle'])
  assert.equal(idle.status, 'active')
})

test('an update that someone else overtakes is made again on what is there', async (t) => {
  const { client, store } = await streamsPlatform(t)
  const { sid } = await client.events.v1.sinks.create({
    description: 'x',
    sinkConfiguration: SEGMENT,
    sinkType: 'segment',
  })
  store.beforeSave = () => store.sinkRows.set(sid, { ...store.sinkRows.get(sid)!, status: 'failed', version: 7 })
  const updated = await client.events.v1.sinks(sid).update({ description: 'y' })
  assert.deepEqual([updated.description, updated.status], ['y', 'failed'])
})

test('a stranger sees neither the list nor the sink of others, and bad credentials see nothing', async (t) => {
  const { client, as } = await streamsPlatform(t)
  const { sid } = await client.events.v1.sinks.create({
    description: 'x',
    sinkConfiguration: SEGMENT,
    sinkType: 'segment',
  })
  const stranger = as(STRANGER).events.v1
  assert.deepEqual(await stranger.sinks.list(), [])
  await assert.rejects(stranger.sinks(sid).fetch(), refusal(91001, 404))
  await assert.rejects(stranger.sinks(sid).remove(), refusal(91001, 404))
  await assert.rejects(as(STRANGER, 'wrong').events.v1.sinks.list(), refusal(20003, 401))
})

for (const [method, path, allow] of [
  ['PUT', '/v1/Sinks', 'GET, POST'],
  ['DELETE', '/v1/Sinks', 'GET, POST'],
  ['GET', `/v1/Sinks/DG${'0'.repeat(32)}/Test`, 'POST'],
] as const) {
  test(`${method} ${path} is not allowed, and the answer says what is`, async (t) => {
    const { raw } = await streamsPlatform(t)
    const response = await raw(method, path)
    assert.deepEqual([response.status, response.headers.get('allow')], [405, allow])
  })
}
