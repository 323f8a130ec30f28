import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { Instant, newSid } from '../../../lib/ids.ts'
import type { RestConfig } from '../../deps.ts'
import { createRestServer } from '../../server.ts'
import { ACCOUNT, aCall, authorization, type FakePlatform, fakePlatform, NOW, ownNumber } from '../fakes.ts'

const base = `/2010-04-01/Accounts/${ACCOUNT}`

async function platform(config: Partial<RestConfig> = {}): Promise<FakePlatform & { app: FastifyInstance }> {
  const fake = await fakePlatform(config)
  return { ...fake, app: createRestServer(fake.deps) }
}

function post(app: FastifyInstance, path: string, body: string | Record<string, string>) {
  const payload = typeof body === 'string' ? body : new URLSearchParams(body).toString()
  const headers = {
    authorization: authorization(),
    'content-type': 'application/x-www-form-urlencoded',
    host: 'ringback.test:2010',
  }
  return app.inject({ method: 'POST', url: base + path, payload, headers })
}

const get = (app: FastifyInstance, path: string) =>
  app.inject({
    method: 'GET',
    url: path.startsWith('/2010') ? path : base + path,
    headers: { authorization: authorization() },
  })

/** The request behind the reference's published Call Event sample. */
const SAMPLE = { To: '+123456789', From: '+987654321', Twiml: '<Response><Say>Hi!</Say></Response>', Timeout: '55' }

test('a fresh call is shown as the reference shows one: queued, without dates, with its number', async () => {
  const { app, store } = await platform()
  const number = await ownNumber(store)
  const response = await post(app, '/Calls.json', {
    To: '(415) 555-0100',
    From: '500-555-0006',
    Url: 'http://127.0.0.1/',
  })
  assert.equal(response.statusCode, 201)
  const { sid, uri, subresource_uris: subresources, ...rest } = response.json()
  assert.match(sid, /^CA[0-9a-f]{32}$/)
  assert.equal(uri, `${base}/Calls/${sid}.json`)
  assert.equal(subresources.events, `${base}/Calls/${sid}/Events.json`)
  assert.equal(
    subresources.user_defined_message_subscriptions,
    `${base}/Calls/${sid}/UserDefinedMessageSubscriptions.json`,
  )
  assert.equal(Object.keys(subresources).length, 9)
  assert.deepEqual(rest, {
    date_created: null,
    date_updated: null,
    parent_call_sid: null,
    account_sid: ACCOUNT,
    to: '+14155550100',
    to_formatted: '(415) 555-0100',
    from: '+15005550006',
    from_formatted: '(500) 555-0006',
    phone_number_sid: number.sid,
    status: 'queued',
    start_time: null,
    end_time: null,
    duration: null,
    price: null,
    price_unit: 'USD',
    direction: 'outbound-api',
    answered_by: null,
    annotation: null,
    api_version: '2010-04-01',
    forwarded_from: null,
    group_sid: null,
    caller_name: null,
    queue_time: '0',
    trunk_sid: null,
  })
})

test('a finished call has its dates and its duration as text', async () => {
  const { app, calls } = await platform()
  const at = (seconds: number) => (NOW + seconds * 1000) as Instant
  const call = aCall({
    status: 'completed',
    startedAt: at(1),
    answeredAt: at(3),
    endedAt: at(18),
    updatedAt: at(18),
    to: 'client:bob',
  })
  calls.put(call)
  const view = (await get(app, `/Calls/${call.sid}.json`)).json()
  assert.equal(view.date_created, 'Tue, 11 Aug 2020 17:44:08 +0000')
  assert.equal(view.date_updated, 'Tue, 11 Aug 2020 17:44:26 +0000')
  assert.equal(view.start_time, 'Tue, 11 Aug 2020 17:44:09 +0000')
  assert.equal(view.duration, '15')
  assert.equal(view.to_formatted, 'client:bob')
})

test('every parameter of a create reaches the engine, with defaults where nothing was said', async () => {
  const { app, calls } = await platform()
  await post(app, '/Calls.json', { To: '+14155550100', From: '+15005550006', Twiml: '<Response/>' })
  await post(app, '/Calls.json', {
    To: 'sip:bob@example.com;transport=tcp?X-A=1%202',
    From: 'alice',
    CallerId: '+15005550006',
    Url: 'https://user:pw@example.com/voice#rc=2',
    Method: 'get',
    FallbackUrl: 'http://example.com/fallback',
    StatusCallback: 'http://example.com/status',
    StatusCallbackMethod: 'GET',
    SendDigits: 'ww12#',
    Timeout: '5',
    TimeLimit: '60',
    Record: 'True',
    RecordingChannels: 'dual',
    RecordingTrack: 'inbound',
    RecordingStatusCallback: 'http://example.com/recording',
    RecordingStatusCallbackEvent: 'in-progress completed',
    Trim: 'do-not-trim',
    SipAuthUsername: 'alice',
    SipAuthPassword: 'hidden',
    MachineDetection: 'Enable',
    Byoc: `BY${'1'.repeat(32)}`,
    CallReason: 'reason',
    CallToken: '{}',
    ClientNotificationUrl: 'http://example.com/push',
  })
  const [plain, full] = calls.created
  assert.deepEqual(plain?.voice, { document: { twiml: '<Response/>' }, fallback: null })
  assert.equal(plain?.statusCallback, null)
  assert.deepEqual(plain?.options, {
    sendDigits: null,
    timeoutSec: 60,
    timeLimitSec: 14_400,
    callerId: null,
    record: null,
    machineDetection: null,
    sipAuth: null,
    byoc: null,
    callReason: null,
    callToken: null,
    clientNotificationUrl: null,
  })
  assert.equal(full?.to, 'sip:bob@example.com;transport=tcp?X-A=1%202')
  assert.equal(full?.from, 'alice')
  assert.deepEqual(full?.voice, {
    document: { url: 'https://user:pw@example.com/voice#rc=2', method: 'GET' },
    fallback: { url: 'http://example.com/fallback', method: 'POST' },
  })
  assert.deepEqual(full?.statusCallback, { url: 'http://example.com/status', method: 'GET', events: ['completed'] })
  assert.deepEqual(full?.options, {
    sendDigits: 'ww12#',
    timeoutSec: 5,
    timeLimitSec: 60,
    callerId: '+15005550006',
    record: {
      channels: 'dual',
      track: 'inbound',
      trim: 'do-not-trim',
      callback: { url: 'http://example.com/recording', method: 'POST', events: ['in-progress', 'completed'] },
    },
    machineDetection: null, // the digits win
    sipAuth: { username: 'alice', password: 'hidden' },
    byoc: `BY${'1'.repeat(32)}`,
    callReason: 'reason',
    callToken: '{}',
    clientNotificationUrl: 'http://example.com/push',
  })
})

test('machine detection has the documented defaults and is recorded with its timeout', async () => {
  const { app, calls, store } = await platform()
  await post(app, '/Calls.json', {
    ...SAMPLE,
    MachineDetection: 'DetectMessageEnd',
    AsyncAmd: 'true',
    AsyncAmdStatusCallback: 'http://example.com/amd',
  })
  assert.deepEqual(calls.created[0]?.options.machineDetection, {
    mode: 'DetectMessageEnd',
    timeoutSec: 30,
    speechThresholdMs: 2400,
    speechEndThresholdMs: 1200,
    silenceTimeoutMs: 5000,
    async: true,
    callback: { url: 'http://example.com/amd', method: 'POST' },
  })
  assert.equal(store.exchanges[0]?.request.parameters.MachineDetectionTimeout, '30')
})

for (const [form, events, warned] of [
  ['StatusCallbackEvent=ringing&StatusCallbackEvent=initiated', ['initiated', 'ringing'], false],
  ['StatusCallbackEvent=initiated+answered', ['initiated', 'answered'], true],
  ['StatusCallbackEvent=answered&StatusCallbackEvent=no-answer', ['answered'], true],
  ['StatusCallbackEvent=nonsense', ['completed'], true],
  ['StatusCallbackEvent=', ['completed'], false],
] as const) {
  test(`${form} asks for ${events.join(' and ')}${warned ? ', with warning 21626' : ''}`, async () => {
    const { app, calls, store } = await platform()
    const ends = new URLSearchParams({ ...SAMPLE, StatusCallback: 'http://example.com/s' }).toString()
    assert.equal((await post(app, '/Calls.json', `${ends}&${form}`)).statusCode, 201)
    assert.deepEqual(calls.created[0]?.statusCallback?.events, events)
    const codes = store.facts.map(({ body }) => body.fact === 'alert' && body.alert.code)
    assert.deepEqual(codes, warned ? [21626] : [])
  })
}

test('an application stands for the call: its URLs, methods and callback, not those of the request', async () => {
  const { app, calls } = await platform()
  const created = await post(app, '/Applications.json', {
    VoiceUrl: 'http://example.com/app',
    VoiceMethod: 'GET',
    VoiceFallbackUrl: 'http://example.com/app-fallback',
    StatusCallback: 'http://example.com/app-status',
  })
  const { sid } = created.json()
  await post(app, '/Calls.json', {
    ...SAMPLE,
    ApplicationSid: sid,
    Url: 'http://example.com/own',
    StatusCallback: 'http://example.com/own-status',
  })
  const call = calls.created[0]
  assert.equal(call?.applicationSid, sid)
  assert.deepEqual(call?.voice, {
    document: { url: 'http://example.com/app', method: 'GET' },
    fallback: { url: 'http://example.com/app-fallback', method: 'POST' },
  })
  assert.deepEqual(call?.statusCallback, {
    url: 'http://example.com/app-status',
    method: 'POST',
    events: ['completed'],
  })
})

test('Url wins over Twiml, with warning 32019 in the story of the call', async () => {
  const { app, calls, store } = await platform()
  const { sid } = (await post(app, '/Calls.json', { ...SAMPLE, Url: 'http://example.com/' })).json()
  assert.deepEqual(calls.created[0]?.voice.document, { url: 'http://example.com/', method: 'POST' })
  const list = (await get(app, `/Calls/${sid}/Notifications.json`)).json()
  assert.equal(list.notifications[0].error_code, '32019')
  assert.equal(store.facts[0]?.callSid, sid)
})

test("a From that nobody owns is accepted with one alert an account; an own number's raises none", async () => {
  const { app, alerts } = await platform()
  await post(app, '/Calls.json', { ...SAMPLE, From: '+15005550006' })
  assert.equal(alerts.length, 0)
  await post(app, '/Calls.json', SAMPLE)
  await post(app, '/Calls.json', { ...SAMPLE, From: '+14155550123' })
  assert.deepEqual(
    alerts.map(({ code, level }) => [code, level]),
    [[81050, 'warning']],
  )
})

test('an unknown parameter is ignored, with one warning', async () => {
  const { app, alerts } = await platform()
  for (let count = 0; count < 2; count++) {
    assert.equal(
      (await post(app, '/Calls.json', { ...SAMPLE, From: '+15005550006', IfMachine: 'Hangup' })).statusCode,
      201,
    )
  }
  assert.deepEqual(
    alerts.map(({ code }) => code),
    [20001],
  )
})

test('a create is recorded with its answer, as the published sample shows it', async () => {
  const { app, store } = await platform()
  const response = await post(app, '/Calls.json', SAMPLE)
  const { sid } = response.json()
  const [exchange] = store.exchanges
  assert.equal(store.exchanges.length, 1)
  assert.equal(exchange?.callSid, sid)
  assert.equal(exchange?.direction, 'inward')
  assert.deepEqual([exchange?.purpose, exchange?.verb, exchange?.asked], ['api-request', 'created', false])
  assert.deepEqual(exchange?.request, {
    method: 'POST',
    url: `http://ringback.test:2010${base}/Calls/${sid}.json`,
    parameters: {
      StatusCallbackMethod: 'POST',
      Twiml: '<Response><Say>Hi!</Say></Response>',
      Trim: 'trim-silence',
      Timeout: '55',
      Method: 'POST',
      From: '+987654321',
      To: '+123456789',
      AccountSid: ACCOUNT,
      MachineDetectionTimeout: '0',
    },
  })
  assert.equal(exchange?.response?.body, response.body)
  assert.equal(exchange?.response?.code, 201)
  assert.equal(exchange?.response?.contentType, 'application/json')
})

test('Call Events show the create as the reference does', async () => {
  const { app } = await platform({ publicUrl: 'https://voice.example.com' })
  const created = (await post(app, '/Calls.json', SAMPLE)).json()
  const page = (await get(app, `/Calls/${created.sid}/Events.json`)).json()
  const uri = `${base}/Calls/${created.sid}/Events.json?PageSize=50&Page=0`
  const { events, ...envelope } = page
  assert.deepEqual(envelope, {
    end: 0,
    first_page_uri: uri,
    next_page_uri: null,
    page: 0,
    page_size: 50,
    previous_page_uri: null,
    start: 0,
    uri,
  })
  assert.equal(events.length, 1)
  const { request_duration: duration, response_body: body, ...response } = events[0].response
  assert.ok(Number.isInteger(duration) && duration >= 0)
  assert.deepEqual(body, created)
  assert.deepEqual(response, {
    response_code: 201,
    content_type: 'application/json',
    date_created: 'Tue, 11 Aug 2020 17:44:08 +0000',
  })
  assert.deepEqual(events[0].request, {
    method: 'POST',
    url: `https://voice.example.com${base}/Calls/${created.sid}.json`,
    parameters: {
      status_callback_method: 'POST',
      twiml: '<Response><Say>Hi!</Say></Response>',
      trim: 'trim-silence',
      timeout: '55',
      method: 'POST',
      from: '+987654321',
      to: '+123456789',
      account_sid: ACCOUNT,
      machine_detection_timeout: '0',
    },
  })
})

test('callEvents.jsonBody=string keeps a JSON body as its text', async () => {
  const { app } = await platform({ callEventsJsonBody: 'string' })
  const created = await post(app, '/Calls.json', SAMPLE)
  const { events } = (await get(app, `/Calls/${created.json().sid}/Events.json`)).json()
  assert.equal(events[0].response.response_body, created.body)
})

test('a call asks for events by giving a status callback', async () => {
  const { app, store } = await platform()
  await post(app, '/Calls.json', { ...SAMPLE, StatusCallback: 'http://example.com/' })
  assert.equal(store.exchanges[0]?.asked, true)
})

test('secrets do not reach the journal', async () => {
  const { app, store } = await platform()
  await post(app, '/Calls.json', {
    ...SAMPLE,
    To: 'sip:bob@example.com',
    SipAuthUsername: 'alice',
    SipAuthPassword: 'hush',
    Url: 'https://me:hush@example.com/voice?AccessToken=hush&a=1',
  })
  const { parameters } = store.exchanges[0]!.request
  assert.equal(parameters.SipAuthPassword, '***')
  assert.equal(parameters.Url, 'https://example.com/voice?AccessToken=***&a=1')
  assert.doesNotMatch(JSON.stringify([store.exchanges, store.facts]), /hush/)
})

test('a refused create is recorded as an exchange of no call', async () => {
  const { app, store } = await platform()
  const response = await post(app, '/Calls.json', { ...SAMPLE, To: 'nobody' })
  const [exchange] = store.exchanges
  assert.equal(store.exchanges.length, 1)
  assert.equal(exchange?.callSid, null)
  assert.equal(exchange?.verb, 'created')
  assert.equal(exchange?.response?.code, 400)
  assert.equal(exchange?.response?.body, response.body)
  assert.equal(exchange?.request.url, `http://ringback.test:2010${base}/Calls.json`)
  assert.deepEqual(exchange?.request.parameters, { ...SAMPLE, To: 'nobody' })
})

test('an accepted, a refused and an impossible change all join the story of the call', async () => {
  const { app, calls, store } = await platform()
  const call = aCall({ statusCallback: { url: 'http://example.com/', method: 'POST', events: ['completed'] } })
  calls.put(call)
  const path = `/Calls/${call.sid}.json`
  assert.equal((await post(app, path, { Status: 'dancing' })).statusCode, 400)
  assert.equal(
    (await post(app, path, { Url: 'http://example.com/new' })).json().message,
    'Call is not in-progress. Cannot redirect.',
  )
  const ended = await post(app, path, {
    Status: 'canceled',
    Url: 'http://example.com/ignored',
    StatusCallback: 'http://example.com/2',
  })
  assert.equal(ended.statusCode, 200)
  assert.equal(ended.json().status, 'canceled')
  assert.deepEqual(calls.changes.at(-1), {
    status: 'canceled',
    statusCallback: { url: 'http://example.com/2', method: 'POST' },
  })
  assert.deepEqual(
    store.exchanges.map(({ callSid, verb, asked, response }) => [callSid, verb, asked, response?.code]),
    [400, 400, 200].map((code) => [call.sid, 'modified', true, code]),
  )
  assert.equal(store.exchanges[2]?.response?.body, ended.body)
  assert.deepEqual(store.exchanges[0]?.request.parameters, { Status: 'dancing' })
})

test('every member of a change reaches the engine', async () => {
  const { app, calls } = await platform()
  const call = aCall({ status: 'in-progress' })
  calls.put(call)
  await post(app, `/Calls/${call.sid}.json`, {
    Url: 'http://example.com/',
    Method: 'GET',
    FallbackUrl: 'http://example.com/f',
    TimeLimit: '30',
  })
  await post(app, `/Calls/${call.sid}.json`, { Twiml: '<Response/>' })
  assert.deepEqual(calls.changes, [
    {
      document: { url: 'http://example.com/', method: 'GET' },
      fallback: { url: 'http://example.com/f', method: 'POST' },
      timeLimitSec: 30,
    },
    { document: { twiml: '<Response/>' } },
  ])
})

test('a finished call can be deleted and is then unknown', async () => {
  const { app, calls } = await platform()
  const call = aCall({ status: 'busy' })
  calls.put(call)
  const url = `${base}/Calls/${call.sid}.json`
  const deleted = await app.inject({ method: 'DELETE', url, headers: { authorization: authorization() } })
  assert.equal(deleted.statusCode, 204)
  assert.equal(deleted.body, '')
  assert.equal((await get(app, url)).statusCode, 404)
})

test('calls are listed newest first, a page at a time, forward and back', async () => {
  const { app, calls } = await platform()
  const sids = Array.from({ length: 5 }, () => {
    const call = aCall()
    calls.put(call)
    return call.sid
  }).reverse()
  const pages: {
    calls: { sid: string }[]
    next_page_uri: string | null
    previous_page_uri: string | null
    start: number
    end: number
  }[] = []
  for (let uri: string | null = '/Calls.json?PageSize=2&From=%2B15005550006'; uri !== null; ) {
    const page: (typeof pages)[number] = (await get(app, uri)).json()
    pages.push(page)
    uri = page.next_page_uri
  }
  assert.deepEqual(
    pages.map((page) => page.calls.map(({ sid }) => sid)),
    [sids.slice(0, 2), sids.slice(2, 4), sids.slice(4)],
  )
  assert.deepEqual(
    pages.map(({ start, end }) => [start, end]),
    [
      [0, 1],
      [2, 3],
      [4, 4],
    ],
  )
  assert.equal(
    pages[0]?.next_page_uri,
    `${base}/Calls.json?From=%2B15005550006&PageSize=2&Page=1&PageToken=PA${sids[1]}`,
  )
  assert.equal(pages[0]?.previous_page_uri, null)
  const back = (await get(app, pages[2]!.previous_page_uri!)).json()
  assert.deepEqual(back.calls, pages[1]?.calls)
  assert.equal(back.page, 1)
})

for (const [query, found] of [
  ['Status=completed', [1]],
  ['To=415-555-0101', [1]],
  ['To=%20415%20555%200101', [1]],
  ['StartTime=2020-08-11', [0, 1]],
  ['StartTime=2020-08-12', [2]],
  ['StartTime%3E=2020-08-12', [2]],
  ['StartTime%3E=2020-08-11T17:44:09Z', [1, 2]],
  ['StartTime%3C=2020-08-11', [0, 1]],
  ['StartTime%3C=2020-08-11T17:44:08Z', [0]],
  ['EndTime%3E=2020-08-01', [1]],
  [`ParentCallSid=CA${'9'.repeat(32)}`, [2]],
] as const) {
  test(`the list can be narrowed by ${decodeURIComponent(query)}`, async () => {
    const { app, calls } = await platform()
    const sids = [
      aCall({ startedAt: NOW }),
      aCall({
        startedAt: (NOW + 1000) as Instant,
        endedAt: (NOW + 2000) as Instant,
        status: 'completed',
        to: '+14155550101',
      }),
      aCall({
        startedAt: (NOW + 86_400_000) as Instant,
        parentCallSid: `CA${'9'.repeat(32)}` as ReturnType<typeof newSid<'CA'>>,
      }),
    ].map((call) => {
      calls.put(call)
      return call.sid
    })
    const listed: string[] = (await get(app, `/Calls.json?${query}`))
      .json()
      .calls.map(({ sid }: { sid: string }) => sid)
    assert.deepEqual(listed.map((sid) => sids.indexOf(sid as (typeof sids)[number])).sort(), found)
  })
}

test('Call Events are paged by a token of exchange and place', async () => {
  const { app, calls } = await platform()
  const call = aCall()
  calls.put(call)
  for (let count = 0; count < 3; count++) await post(app, `/Calls/${call.sid}.json`, { TimeLimit: String(count + 1) })
  const seen: string[] = []
  for (let uri: string | null = `/Calls/${call.sid}/Events.json?PageSize=1`; uri !== null; ) {
    const response = await get(app, uri)
    const page: { events: { request: { parameters: { time_limit: string } } }[]; next_page_uri: string | null } =
      response.json()
    assert.equal(page.events.length, 1)
    seen.push(page.events[0]!.request.parameters.time_limit)
    uri = page.next_page_uri
  }
  assert.deepEqual(seen, ['1', '2', '3'])
})
