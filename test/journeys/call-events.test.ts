import assert from 'node:assert/strict'
import { test } from 'node:test'
import { journey } from '../kit/journey.ts'

const TO = '+15551230001'

interface EventRequest {
  readonly method: string
  readonly url: string
  readonly parameters: Readonly<Record<string, string>>
}
interface EventResponse {
  readonly response_code: number
  readonly request_duration: number
  readonly content_type: string
  readonly response_body: unknown
  readonly date_created: string
}
type Event = { readonly request: EventRequest; readonly response: EventResponse }

test('every exchange of a call comes back in order, with snake_case parameters and JSON bodies as objects', async (t) => {
  const { ringback, app, client } = await journey(t, {
    '/voice': () => '<Gather numDigits="1" action="/action"><Say>Press</Say></Gather>',
    '/action': () => ({ headers: { 'content-type': 'text/xml' }, body: '<Response/>' }),
    '/status': () => ({ headers: { 'content-type': 'application/json' }, body: '{"ok":true}' }),
  })
  await ringback.phone(TO, { script: [{ hear: 'press' }, { press: '7' }] })
  const { sid } = await client.calls.create({
    to: TO,
    from: ringback.number,
    url: `${app.url}/voice`,
    statusCallback: `${app.url}/status`,
    statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
  })
  await ringback.over(sid)
  const events = (await client.calls(sid).events.list()) as unknown as Event[]
  const path = (url: string) => new URL(url).pathname.replace(ringback.accountSid, 'AC').replace(sid, 'CA')
  assert.deepEqual(
    events.map(({ request, response }) => [
      request.method,
      path(request.url),
      request.parameters.call_status,
      response.response_code,
    ]),
    [
      ['POST', '/2010-04-01/Accounts/AC/Calls/CA.json', undefined, 201],
      ['POST', '/status', 'initiated', 200],
      ['POST', '/status', 'ringing', 200],
      ['POST', '/status', 'in-progress', 200],
      ['POST', '/voice', 'in-progress', 200],
      ['POST', '/action', 'in-progress', 200],
      ['POST', '/status', 'completed', 200],
    ],
  )
  assert.equal(events[5]!.request.parameters.digits, '7')
  assert.deepEqual(events[1]!.response.response_body, { ok: true })
  assert.equal(
    events[4]!.response.response_body,
    '<Response><Gather numDigits="1" action="/action"><Say>Press</Say></Gather></Response>',
  )
  assert.equal((events[0]!.response.response_body as { sid: string }).sid, sid)
  for (const { request, response } of events) {
    assert.ok(Object.keys(request.parameters).every((name) => /^[a-z0-9_]+$/.test(name)))
    assert.match(response.date_created, /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000$/)
    assert.ok(Number.isInteger(response.request_duration))
  }
})

test('the published sample: the same keys, types and nine parameters', async (t) => {
  const { ringback, client } = await journey(t)
  const { sid } = await client.calls.create({
    to: '+123456789',
    from: '+987654321',
    twiml: '<Response><Say>Hi!</Say></Response>',
    timeout: 55,
  })
  await ringback.over(sid)
  const authorization = `Basic ${Buffer.from(`${ringback.accountSid}:${ringback.authToken}`).toString('base64')}`
  const answer = await fetch(`${ringback.url}/2010-04-01/Accounts/${ringback.accountSid}/Calls/${sid}/Events.json`, {
    headers: { authorization },
  })
  const page = (await answer.json()) as { events: Event[]; [key: string]: unknown }
  const uri = `/2010-04-01/Accounts/${ringback.accountSid}/Calls/${sid}/Events.json?PageSize=50&Page=0`
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
  const [{ request, response }] = events as [Event]
  assert.equal(request.method, 'POST')
  assert.equal(request.url, `${ringback.url}/2010-04-01/Accounts/${ringback.accountSid}/Calls/${sid}.json`)
  assert.deepEqual(request.parameters, {
    status_callback_method: 'POST',
    twiml: '<Response><Say>Hi!</Say></Response>',
    trim: 'trim-silence',
    timeout: '55',
    method: 'POST',
    from: '+987654321',
    to: '+123456789',
    account_sid: ringback.accountSid,
    machine_detection_timeout: '0',
  })
  assert.deepEqual([response.response_code, response.content_type.split(';')[0]], [201, 'application/json'])
  assert.equal((response.response_body as { sid: string }).sid, sid)
  assert.deepEqual(Object.keys(response).toSorted(), [
    'content_type',
    'date_created',
    'request_duration',
    'response_body',
    'response_code',
  ])
})

test('refused requests on a call are in its story too, and secrets are not', async (t) => {
  const { ringback, client } = await journey(t)
  const { sid } = await client.calls.create({
    to: 'sip:bob@example.com',
    from: ringback.number,
    twiml: '<Response/>',
    sipAuthUsername: 'bob',
    sipAuthPassword: 'hunter2',
  })
  await ringback.over(sid)
  await assert.rejects(client.calls(sid).update({ twiml: '<Response/>' }), { code: 21220 })
  const events = (await client.calls(sid).events.list()) as unknown as Event[]
  assert.deepEqual(
    events.map(({ response }) => response.response_code),
    [201, 400],
  )
  assert.equal(events[0]!.request.parameters.sip_auth_password, '***')
})

test('1,001 events come in two pages, and the client follows them', async (t) => {
  let left = 999
  const { ringback, app, client } = await journey(t, {
    '/voice': () => (left-- > 1 ? '<Pause length="1"/><Redirect/>' : '<Hangup/>'),
    '/status': () => ({ status: 204 }),
  })
  const { sid } = await client.calls.create({
    to: TO,
    from: ringback.number,
    url: `${app.url}/voice`,
    statusCallback: `${app.url}/status`,
  })
  await ringback.over(sid)
  const first = await client.calls(sid).events.page({ pageSize: 1000 })
  assert.equal(first.instances.length, 1000)
  const second = await first.nextPage()
  assert.equal(second?.instances.length, 1)
  assert.equal(await second?.nextPage(), undefined)
  const all = (await client.calls(sid).events.list({ pageSize: 1000 })) as unknown as Event[]
  assert.equal(all.length, 1001)
  assert.equal(all.at(-1)?.request.parameters.call_status, 'completed')
  assert.equal((await client.calls(sid).events.list()).length, 1001)
  await assert.rejects(client.calls(sid).events.page({ pageSize: 1001 }), { status: 400, code: 20007 })
})
