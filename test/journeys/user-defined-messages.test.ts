/** An app and a Voice SDK client on a call send each other JSON: by the official client, and by a phone's script and hand. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import twilio from 'twilio'
import { connectNumber, journey } from '../kit/journey.ts'
import { createSink, eventsTo, subscribe, typesFor } from '../kit/sinks.ts'

const ALICE = 'client:alice'
const TELEPHONE = '+15551230001'
const NO_CONTENT = () => ({ status: 204 })

test('an app shows a client what to do and is told what it typed; nothing of it is an event', async (t) => {
  const { ringback, app, client } = await journey(
    t,
    { '/voice': () => '<Pause length="20"/>', '/message': NO_CONTENT, '/events': () => ({}), '/status': NO_CONTENT },
    { held: true },
  )
  const sink = await createSink(client, 'webhook', { destination: `${app.url}/events`, method: 'POST' })
  await subscribe(client, sink, await typesFor(client, 'webhook'))
  await ringback.phone(ALICE, {
    answer: { afterMs: 1000 },
    script: [{ waitMs: 2000 }, { message: { typed: '42', sure: true } }, { waitMs: 5000 }, { hangup: true }],
  })
  const { sid } = await client.calls.create({
    to: ALICE,
    from: ringback.number,
    url: `${app.url}/voice`,
    statusCallback: `${app.url}/status`,
  })
  const call = client.calls(sid)
  // It does not ring yet.
  await assert.rejects(call.userDefinedMessages.create({ content: '{}' }), { code: 21220 })
  await ringback.clock.advance(600)

  const callback = `${app.url}/message?tenant=7`
  const subscription = await call.userDefinedMessageSubscriptions.create({ callback, idempotencyKey: '1' })
  assert.match(subscription.sid, /^ZY[0-9a-f]{32}$/)
  assert.match(subscription.uri, new RegExp(`/Calls/${sid}/UserDefinedMessageSubscriptions/${subscription.sid}.json$`))
  const content = { show: 'your code', digits: 2 }
  const message = await call.userDefinedMessages.create({ content: JSON.stringify(content), idempotencyKey: '1' })
  const again = await call.userDefinedMessages.create({ content: JSON.stringify(content), idempotencyKey: '1' })
  assert.match(message.sid, /^KX[0-9a-f]{32}$/)
  assert.deepEqual(
    [again.sid, message.callSid, message.accountSid, message.dateCreated.getTime()],
    [message.sid, sid, ringback.accountSid, ringback.clock.now() - (ringback.clock.now() % 1000)],
  )

  await ringback.clock.advance(3000)
  const told = await app.requested('/message')
  assert.ok(
    twilio.validateRequest(
      ringback.authToken,
      String(told.headers['x-twilio-signature']),
      `${app.url}${told.target}`,
      told.parameters,
    ),
  )
  const { Sid, ...rest } = told.parameters
  assert.deepEqual(rest, {
    AccountSid: ringback.accountSid,
    CallSid: sid,
    Content: '{"typed":"42","sure":true}',
    ContentType: 'application/json',
    SequenceNumber: '1',
  })
  assert.deepEqual((await ringback.heard(sid)).messages, [
    { atMs: 0, sid: message.sid, from: 'app', content },
    { atMs: 2000, sid: Sid, from: 'phone', content: { typed: '42', sure: true } },
  ])

  // By hand, and nobody is told any more once the subscription is gone.
  await ringback.ask('POST', `/Calls/${sid}/Message`, { content: ['by hand'] })
  assert.equal((await app.requested('/message', 2)).parameters.SequenceNumber, '2')
  assert.equal(await call.userDefinedMessageSubscriptions(subscription.sid).remove(), true)
  await assert.rejects(call.userDefinedMessageSubscriptions(subscription.sid).remove(), { code: 20404 })
  await ringback.ask('POST', `/Calls/${sid}/Message`, { content: 'unheard' })
  ringback.clock.auto()
  assert.equal(await ringback.over(sid), 'completed')
  assert.deepEqual((await ringback.heard(sid)).messages?.map(({ content }) => content).slice(2), [
    ['by hand'],
    'unheard',
  ])
  await assert.rejects(call.userDefinedMessages.create({ content: '{}' }), { code: 21220 })

  assert.equal(app.to('/message').length, 2)
  const exchanges = (await call.events.list()).filter(({ request }) => request.url === callback)
  assert.equal(exchanges.length, 2)
  await ringback.clock.untilIdle()
  const about = eventsTo(app, '/events').map(({ data }) => data.request.parameters)
  assert.ok(about.length > 0)
  assert.deepEqual(
    about.filter(({ ContentType }) => ContentType !== undefined),
    [],
  )
})

test('the caller and the one it is connected with are two calls: only the client takes messages', async (t) => {
  const run = await journey(
    t,
    { '/voice': () => '<Dial><Client>alice</Client></Dial>', '/message': () => ({ status: 503 }) },
    { held: true },
  )
  const { ringback, app, client } = run
  await connectNumber(run, { voiceUrl: `${app.url}/voice` })
  const parent = await ringback.dialIn(TELEPHONE)
  await ringback.clock.advance(4000)
  const [child] = await client.calls.list({ parentCallSid: parent })
  assert.equal(child?.status, 'in-progress')

  const callback = { callback: `${app.url}/message` }
  for (const refused of [
    client.calls(parent).userDefinedMessages.create({ content: '{}' }),
    client.calls(parent).userDefinedMessageSubscriptions.create(callback),
  ])
    await assert.rejects(refused, { code: 21220, status: 400 })
  await assert.rejects(ringback.ask('POST', `/Calls/${parent}/Message`, { content: {} }), /20409/)

  await client.calls(child.sid).userDefinedMessageSubscriptions.create(callback)
  await ringback.ask('POST', `/Calls/${child.sid}/Message`, { content: {} })
  await app.requested('/message')
  ringback.clock.auto()
  await client.calls(parent).update({ status: 'completed' })
  await ringback.over(child.sid)
  const alerts = await client.calls(child.sid).notifications.list()
  assert.deepEqual(
    alerts.map(({ errorCode, log }) => [errorCode, log]),
    [['32711', '1']],
  )
})

test('a client that calls in sends and takes messages while its call still rings', async (t) => {
  const run = await journey(t, { '/message': NO_CONTENT }, { held: true })
  const { ringback, app, client } = run
  await connectNumber(run, { voiceUrl: `${app.url}/slow` })
  app.route('/slow', async () => {
    await app.requested('/message')
    return '<Hangup/>'
  })
  const sid = await ringback.dialIn(ALICE)
  const call = client.calls(sid)
  assert.equal((await call.fetch()).status, 'ringing')
  await call.userDefinedMessages.create({ content: '"hold the line"' })
  await call.userDefinedMessageSubscriptions.create({ callback: `${app.url}/message`, method: 'GET' })
  await ringback.ask('POST', `/Calls/${sid}/Message`, { content: 'I do' })
  const told = await app.requested('/message')
  assert.deepEqual([told.method, told.parameters.Content], ['GET', '"I do"'])
  ringback.clock.auto()
  await ringback.over(sid)
  assert.deepEqual(
    (await ringback.heard(sid)).messages?.map(({ atMs, from, content }) => [atMs, from, content]),
    [
      [0, 'app', 'hold the line'],
      [0, 'phone', 'I do'],
    ],
  )
})
