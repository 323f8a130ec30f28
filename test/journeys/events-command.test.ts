import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import twilio from 'twilio'
import { startRingback } from '../../src/testing/index.ts'
import { type CustomerApp, startApp } from '../kit/customer-app.ts'
import { type Journey, journey, officialClient } from '../kit/journey.ts'
import { runCommand } from '../kit/running-command.ts'

const TO = '+15551230001'

function folder(t: TestContext): string {
  const data = mkdtempSync(join(tmpdir(), 'ringback-events-'))
  t.after(() => rmSync(data, { recursive: true, force: true }))
  return data
}

const ROUTES = {
  '/voice': () => '<Say>Hi</Say>',
  '/status': () => ({ status: 204 }),
  '/events': () => ({ status: 200 }),
}

/** A whole call: its SID. Asked for, it gives four events: created, requested, ringing, completed. */
async function aCall({ client, ringback, app }: Journey, asks = true): Promise<string> {
  const call = await client.calls.create({
    to: TO,
    from: ringback.number,
    url: `${app.url}/voice`,
    ...(asks && { statusCallback: `${app.url}/status`, statusCallbackEvent: ['ringing', 'completed'] }),
  })
  await ringback.over(call.sid)
  return call.sid
}

const typesIn = (text: string) => text.split('\n').flatMap((line) => /^[\d:.]{12} {2}(\S+)/.exec(line)?.[1] ?? [])

test('`events tail` prints a line for each event, of the past when asked and then as they happen', async (t) => {
  const data = folder(t)
  const all = await journey(t, ROUTES, { data })
  const first = await aCall(all)
  const tail = runCommand(t, data, 'events', 'tail', '--from-start')
  await tail.printed('call.completed')
  const second = await aCall(all)
  await tail.printed('call.completed', 2)
  const types = [
    'api-request.call.created',
    'status-callback.call.ringing',
    'twiml.call.requested',
    'status-callback.call.completed',
  ]
  assert.deepEqual(typesIn(tail.stdout()), [...types, ...types])
  const lines = tail.stdout().split('\n')
  assert.match(lines[2]!, new RegExp(`  twiml.call.requested {12}${first}  200  POST /voice  CallStatus=in-progress$`))
  assert.match(lines[7]!, new RegExp(`  ${second}  204  POST /status  CallStatus=completed  CallDuration=`))
  tail.signal('SIGINT')
  assert.equal(await tail.ended, 0)
  assert.equal(tail.stderr(), '')
})

test('`events tail --json` prints CloudEvents of one call and the types asked for, for another program', async (t) => {
  const data = folder(t)
  const all = await journey(t, ROUTES, { data })
  await aCall(all)
  const call = await aCall(all)
  const args = ['--from-start', '--json', '--call', call, '--type', 'twiml.*', '--type', 'status-callback']
  const tail = runCommand(t, data, 'events', 'tail', ...args)
  await tail.printed('"CallStatus":"completed"')
  const events = tail
    .stdout()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    events.map(({ type, specversion, data: { sid } }) => [type, specversion, sid]),
    ['status-callback.call.ringing', 'twiml.call.requested', 'status-callback.call.completed'].map((type) => [
      `com.twilio.voice.${type}`,
      '1.0',
      call,
    ]),
  )
  tail.signal('SIGTERM')
  assert.equal(await tail.ended, 0)
})

test('`events tail` says once why calls without a status callback give no events', async (t) => {
  const data = folder(t)
  const all = await journey(t, ROUTES, { data })
  const silent = await aCall(all, false)
  await aCall(all)
  const tail = runCommand(t, data, 'events', 'tail', '--from-start')
  await tail.printed('call.completed')
  assert.equal(typesIn(tail.stdout()).length, 4)
  assert.ok(!tail.stdout().includes(silent))
  assert.equal(
    tail.stderr(),
    `ringback: api-request.call.created of ${silent} is no event: the call gave no status callback.\n` +
      'Give the call a StatusCallback, or start the server with --events-gate always. (Said once.)\n',
  )
})

test('with the gate open such calls are told', async (t) => {
  const data = folder(t)
  const all = await journey(t, ROUTES, { data, settings: { eventsGate: 'always' } })
  await aCall(all, false)
  const tail = runCommand(t, data, 'events', 'tail', '--from-start')
  await tail.printed('twiml.call.requested')
  assert.deepEqual(typesIn(tail.stdout()), ['api-request.call.created', 'twiml.call.requested'])
  assert.equal(tail.stderr(), '')
})

test('`events tail` goes on after a restart of the server, without gap or repeat', async (t) => {
  const data = folder(t)
  const app = await startApp(ROUTES)
  t.after(() => app.close())
  const before = await startRingback({ data })
  await aCall({ ringback: before, app, client: officialClient(before) })
  const tail = runCommand(t, data, 'events', 'tail', '--from-start', '--type', 'status-callback.call.completed')
  await tail.printed('completed')
  await before.stop()
  await tail.noted('The server has gone; going on when it is back.')
  const after = await startRingback({ data })
  t.after(() => after.stop())
  await aCall({ ringback: after, app, client: officialClient(after) })
  await tail.printed('CallStatus=completed', 2)
  assert.equal(typesIn(tail.stdout()).length, 2)
})

for (const [args, sentence] of [
  [['tail', '--type', 'twiml.gathering'], "Parameter type is not valid: 'com.twilio.voice.twiml.gathering'"],
  [['tail', '--call', 'CA1'], "Parameter callSid is not valid: 'CA1'"],
  [['listen', '--forward-to', 'http://127.0.0.1:9/', '--type', 'nothing'], 'No event type is com.twilio.voice.nothing'],
  [['listen', '--forward-to', 'ftp://127.0.0.1/'], "Sink could not be saved: SinkConfiguration needs 'destination'"],
] as const) {
  test(`\`events ${args.join(' ')}\` is refused with a sentence, and leaves nothing`, async (t) => {
    const data = folder(t)
    const { client } = await journey(t, {}, { data })
    const command = runCommand(t, data, 'events', ...args)
    assert.equal(await command.ended, 1)
    assert.ok(command.stderr().startsWith(`ringback: ${sentence}`), command.stderr())
    assert.deepEqual(await client.events.v1.sinks.list(), [])
  })
}

test('`events listen` has events delivered, signed as by any sink, and removes its sink when interrupted', async (t) => {
  const data = folder(t)
  const all = await journey(t, ROUTES, { data })
  const { app, client, ringback } = all
  const listen = runCommand(t, data, 'events', 'listen', '--forward-to', `${app.url}/events?from=listen`)
  await listen.printed('Events of 22 types go to')
  const call = await aCall(all)
  const given = [
    'api-request.call.created',
    'status-callback.call.completed',
    'status-callback.call.ringing',
    'twiml.call.requested',
  ]
  await Promise.all(given.map((type) => listen.printed(type)))
  const types = new Set<string>()
  for (const request of app.to('/events')) {
    const signature = request.headers['x-twilio-signature'] as string
    const url = app.url + request.target
    assert.ok(twilio.validateRequestWithBody(ringback.authToken, signature, url, request.body), url)
    for (const event of JSON.parse(request.body)) types.add(event.type.replace('com.twilio.voice.', ''))
  }
  assert.deepEqual([...types].toSorted(), given)
  assert.match(listen.stdout(), /^[\d:.]{12} {2}200 +\d+ ms {2}delivered /m)
  assert.ok(listen.stdout().includes(`twiml.call.requested  ${call.slice(0, 6)}…${call.slice(-4)}`))
  assert.equal((await client.events.v1.sinks.list()).length, 1)
  listen.signal('SIGINT')
  assert.equal(await listen.ended, 0)
  assert.deepEqual(await client.events.v1.subscriptions.list(), [])
  assert.deepEqual(await client.events.v1.sinks.list(), [])
})

test('`events listen` tells failed deliveries, what follows, and the later tries', async (t) => {
  const data = folder(t)
  const all = await journey(t, ROUTES, { data })
  all.app.route('/events', () => ({ status: all.app.to('/events').length > 1 ? 200 : 500 }))
  const args = [
    '--forward-to',
    `${all.app.url.replace('http://', '')}/events`,
    '--type',
    'status-callback.call.ringing',
  ]
  const listen = runCommand(t, data, 'events', 'listen', ...args)
  await listen.printed('Events of 1 types')
  await aCall(all)
  await listen.printed('91306: the endpoint answered 500')
  await all.ringback.clock.advance(2000)
  await listen.printed('delivered')
  assert.match(listen.stdout(), /500 +\d+ ms {2}again in [12] s {4}status-callback\.call\.ringing {2}CA/)
  assert.match(listen.stdout(), /200 +\d+ ms {2}delivered {7}status-callback\.call\.ringing {2}CA\S+ {2}try 2/)
  listen.signal('SIGTERM')
  assert.equal(await listen.ended, 0)
  assert.deepEqual(await all.client.events.v1.sinks.list(), [])
})

/** Stands in for the server where its timing matters: answers from a table, keeps what was asked. */
async function aServer(
  t: TestContext,
  routes: Parameters<typeof startApp>[0],
): Promise<{ app: CustomerApp; data: string }> {
  const app = await startApp({
    '/healthz': () => ({ status: 200 }),
    '/v1/Types': () => ({ body: JSON.stringify({ types: [{ type: 'com.twilio.voice.a', status: 'available' }] }) }),
    ...routes,
  })
  t.after(() => app.close())
  const data = folder(t)
  writeFileSync(join(data, 'server.json'), JSON.stringify({ url: app.url }))
  writeFileSync(join(data, 'credentials.json'), JSON.stringify({ accountSid: 'AC1', authToken: 'token' }))
  return { app, data }
}

const changes = (app: CustomerApp) =>
  app.requests.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`)

test('`events listen` interrupted while it makes its sink removes what it has made', async (t) => {
  const interrupted = Promise.withResolvers<void>()
  const { app, data } = await aServer(t, {
    '/v1/Sinks': async () => {
      listen.signal('SIGINT')
      await interrupted.promise
      return { status: 201, body: '{"sid": "DG1"}' }
    },
    '/v1/Subscriptions': () => ({ status: 201, body: '{"sid": "DF1"}' }),
    '/v1/Sinks/DG1': () => ({ status: 204 }),
    '/v1/Subscriptions/DF1': () => ({ status: 204 }),
  })
  const listen = runCommand(t, data, 'events', 'listen', '--forward-to', 'http://127.0.0.1:9/')
  await app.requested('/v1/Sinks')
  // The signal has been sent; the answer comes after it.
  setImmediate(() => interrupted.resolve())
  assert.equal(await listen.ended, 0)
  assert.deepEqual(changes(app), [
    'POST /v1/Sinks',
    'POST /v1/Subscriptions',
    'DELETE /v1/Subscriptions/DF1',
    'DELETE /v1/Sinks/DG1',
  ])
})

test('`events listen` whose subscription is refused removes its sink and says why', async (t) => {
  const { app, data } = await aServer(t, {
    '/v1/Sinks': () => ({ status: 201, body: '{"sid": "DG1"}' }),
    '/v1/Subscriptions': () => ({ status: 400, body: '{"message": "the account already has 100", "code": 91101}' }),
    '/v1/Sinks/DG1': () => ({ status: 204 }),
  })
  const listen = runCommand(t, data, 'events', 'listen', '--forward-to', 'http://127.0.0.1:9/')
  assert.equal(await listen.ended, 1)
  assert.equal(listen.stderr(), 'ringback: the account already has 100 (91101)\n')
  assert.deepEqual(changes(app), ['POST /v1/Sinks', 'POST /v1/Subscriptions', 'DELETE /v1/Sinks/DG1'])
})

test('`events listen` that cannot remove its sink says what is left', async (t) => {
  const { data } = await aServer(t, {
    '/v1/Sinks': () => ({ status: 201, body: '{"sid": "DG1"}' }),
    '/v1/Subscriptions': () => ({ status: 201, body: '{"sid": "DF1"}' }),
    '/v1/Subscriptions/DF1': () => ({ status: 503, body: '{"message": "it is stopping", "code": 20503}' }),
    '/ringback/v1/Deliveries': () => ({ body: '{"deliveries": [], "nextPageToken": null}' }),
    '/ringback/v1/Events': () => ({ hang: true }),
  })
  const listen = runCommand(t, data, 'events', 'listen', '--forward-to', 'http://127.0.0.1:9/')
  await listen.printed('Ctrl-C ends it.')
  listen.signal('SIGINT')
  assert.equal(await listen.ended, 1)
  assert.equal(listen.stderr(), 'ringback: Sink DG1 and subscription DF1 are left, because it is stopping (20503).\n')
})
