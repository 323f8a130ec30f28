/** Types, schemas and the schema documents, through the reference's own client and without credentials. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { voiceCatalogue } from '../../readers/event-streams/voice-types.ts'
import { refusal, streamsPlatform } from './fakes.ts'

test('there are 26 voice types, four of them deprecated, in alphabetical order', async (t) => {
  const { client } = await streamsPlatform(t)
  const types = await client.events.v1.eventTypes.list({ schemaId: 'Voice.WebhookEvent', pageSize: 200 })
  assert.equal(types.length, 26)
  assert.equal(types.filter(({ status }) => status === 'deprecated').length, 4)
  assert.deepEqual(
    types.map(({ type }) => type),
    types.map(({ type }) => type).toSorted(),
  )
  assert.deepEqual(await client.events.v1.eventTypes.list({ schemaId: 'Messaging.MessageStatus' }), [])
})

test('types come in pages', async (t) => {
  const { client } = await streamsPlatform(t)
  const types = await client.events.v1.eventTypes.list({ pageSize: 4 })
  assert.deepEqual(
    types.map(({ type }) => type),
    voiceCatalogue.types.map(({ type }) => type),
  )
})

test('Page alone counts pages from the start', async (t) => {
  const { raw } = await streamsPlatform(t)
  const { types, meta } = (await (await raw('GET', '/v1/Types?PageSize=4&Page=6')).json()) as {
    types: object[]
    meta: { next_page_url: null }
  }
  assert.deepEqual([types.length, meta.next_page_url], [2, null])
})

for (const [type, status, description, alternative] of [
  ['com.twilio.voice.twiml.call.requested', 'available', 'TwiML Requested', null],
  [
    'com.twilio.voice.webhook.status-callback.call.completed',
    'deprecated',
    'Call Progress Event Completed',
    'com.twilio.voice.status-callback.call.completed',
  ],
] as const) {
  test(`${type} is ${status}${alternative ? ' and points to its alternative' : ''}`, async (t) => {
    const { client, base } = await streamsPlatform(t)
    const found = await client.events.v1.eventTypes(type).fetch()
    assert.deepEqual(
      [found.type, found.schemaId, found.status, found.description],
      [type, 'Voice.WebhookEvent', status, description],
    )
    assert.equal(found.documentationUrl, alternative && `${base}/v1/Types/${alternative}`)
    assert.equal(found.url, `${base}/v1/Types/${type}`)
    assert.deepEqual(found.links, { schema: `${base}/v1/Schemas/Voice.WebhookEvent/Versions` })
    assert.ok(!Number.isNaN(found.dateCreated.getTime()))
  })
}

test('a type that is not in the catalogue is not found', async (t) => {
  const { client } = await streamsPlatform(t)
  await assert.rejects(client.events.v1.eventTypes('com.twilio.voice.twiml.requested').fetch(), refusal(20404, 404))
})

test('a schema has its versions, and each names the document', async (t) => {
  const { client, base } = await streamsPlatform(t)
  const schema = await client.events.v1.schemas('Voice.WebhookEvent').fetch()
  assert.deepEqual([schema.id, schema.latestVersion], ['Voice.WebhookEvent', 2])
  assert.deepEqual(schema.links, { versions: `${base}/v1/Schemas/Voice.WebhookEvent/Versions` })
  const versions = await schema.versions().list({ pageSize: 1 })
  assert.deepEqual(
    versions.map(({ schemaVersion, raw }) => [schemaVersion, raw]),
    [
      [1, `${base}/schemas/Voice.WebhookEvent/1`],
      [2, `${base}/schemas/Voice.WebhookEvent/2`],
    ],
  )
  const second = await client.events.v1.schemas('Voice.WebhookEvent').versions(2).fetch()
  assert.equal(second.raw, `${base}/schemas/Voice.WebhookEvent/2`)
})

for (const path of [
  '/v1/Schemas',
  '/v1/Schemas/Nope',
  '/v1/Schemas/Nope/Versions',
  '/v1/Schemas/Voice.WebhookEvent/Versions/3',
  '/v1/Schemas/Voice.WebhookEvent/Versions/02',
]) {
  test(`${path} is not found`, async (t) => {
    const { raw } = await streamsPlatform(t)
    const response = await raw('GET', path)
    assert.deepEqual([response.status, ((await response.json()) as { code: number }).code], [404, 20404])
  })
}

for (const [path, id] of [
  ['/schemas/Voice.WebhookEvent/1', 'https://events-schemas.twilio.com/Voice.WebhookEvent/1'],
  ['/schemas/Voice.WebhookEvent/2', 'https://events-schemas.twilio.com/Voice.WebhookEvent/2'],
  ['/schemas/EventStreams.TestSink/1.json', 'https://events-schemas.twilio.com/EventStreams.TestSink/1.json'],
] as const) {
  test(`${path} is public and never changes`, async (t) => {
    const { base } = await streamsPlatform(t)
    const response = await fetch(base + path)
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('content-type'), 'application/json')
    assert.equal(response.headers.get('cache-control'), 'public, max-age=31536000, immutable')
    assert.equal(((await response.json()) as { $id: string }).$id, id)
  })
}

test('a schema base of our own stands in the documents', async (t) => {
  const { base } = await streamsPlatform(t, { config: { schemaBase: 'https://voice.example.com/schemas' } })
  const document = (await (await fetch(`${base}/schemas/Voice.WebhookEvent/2`)).json()) as { $id: string }
  assert.equal(document.$id, 'https://voice.example.com/schemas/Voice.WebhookEvent/2')
})

test('a public address of ours stands in all addresses', async (t) => {
  const { raw } = await streamsPlatform(t, { config: { publicUrl: 'https://voice.example.com' } })
  const { meta, types } = (await (await raw('GET', '/v1/Types?PageSize=1')).json()) as {
    meta: { next_page_url: string }
    types: { url: string }[]
  }
  assert.match(meta.next_page_url, /^https:\/\/voice\.example\.com\/v1\/Types\?PageSize=1&Page=1&PageToken=/)
  assert.match(types[0]!.url, /^https:\/\/voice\.example\.com\/v1\/Types\//)
})

for (const [path, status] of [
  ['/schemas/Voice.WebhookEvent/3', 404],
  ['/schemas/Voice.WebhookEvent', 404],
  ['/v1/Types', 401],
  ['/v1/Schemas/Voice.WebhookEvent', 401],
] as const) {
  test(`without credentials ${path} is ${status}`, async (t) => {
    const { base } = await streamsPlatform(t)
    assert.equal((await fetch(base + path)).status, status)
  })
}
