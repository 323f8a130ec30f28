/** Sinks that fail in every way: what is tried again and when, what becomes a dead letter, and that nobody else waits. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { StartRingback } from '../../src/testing/index.ts'
import type { AppAnswer, Handler } from '../kit/customer-app.ts'
import { journey } from '../kit/journey.ts'
import { attemptLog, createSink, deadLetters, eventsTo, placeCall, short, subscribe, voice } from '../kit/sinks.ts'

const COMPLETED = voice('status-callback.call.completed')
const PROGRESS = ['initiated', 'ringing', 'answered', 'completed'].map((name) => voice(`status-callback.call.${name}`))
const OK: AppAnswer = { status: 200 }

/** A platform, and a webhook sink at the app's `/events` subscribed to some types. */
async function bed(
  t: TestContext,
  events: Handler,
  about: { types?: readonly string[]; configuration?: object; options?: StartRingback } = {},
) {
  const routes = { '/voice': () => '<Say>Hi</Say>', '/status': () => ({ status: 204 }), '/events': events }
  const made = await journey(t, routes, about.options)
  const { app, client, ringback } = made
  const destination = `${app.url}/events`
  const sinkSid = await createSink(client, 'webhook', { destination, method: 'POST', ...about.configuration })
  await subscribe(client, sinkSid, about.types ?? [COMPLETED])
  const call = async () => {
    const sid = await placeCall(made)
    await ringback.over(sid)
    await ringback.clock.untilIdle()
    return sid
  }
  const pass = async (ms: number) => {
    await ringback.clock.advance(ms)
    await ringback.clock.untilIdle()
  }
  return { ...made, sinkSid, call, pass }
}

test('a receiver that answers 500 for half an hour loses nothing: each event arrives once, under one id', async (t) => {
  let broken = true
  const { app, ringback, call, pass, sinkSid } = await bed(t, () => (broken ? { status: 500, body: 'no luck' } : OK), {
    types: PROGRESS,
  })
  const calls = [await call(), await call(), await call()]
  for (let minutes = 0; minutes < 30; minutes++) await pass(60_000)
  const failed = app.to('/events').length
  broken = false
  for (let minutes = 0; minutes < 30; minutes++) await pass(60_000)

  const accepted = app.to('/events').slice(failed)
  const events = accepted.flatMap(
    ({ body }) => JSON.parse(body) as { id: string; type: string; data: { sid: string } }[],
  )
  assert.deepEqual(
    events.map(({ type, data }) => `${data.sid} ${type}`).toSorted(),
    calls.flatMap((sid) => PROGRESS.map((type) => `${sid} ${type}`)).toSorted(),
  )
  assert.equal(new Set(eventsTo(app, '/events').map(({ id }) => id)).size, events.length)
  assert.deepEqual(await deadLetters(ringback), [])

  const log = await attemptLog(ringback, `&sinkSid=${sinkSid}`)
  assert.equal(log.length, app.to('/events').length)
  const [first] = log
  assert.deepEqual([first!.outcome, first!.code, first!.status, first!.answer], ['retrying', 91306, 500, 'no luck'])
  // One delivery keeps its id and its events over all attempts; the breaker kept the number of requests low meanwhile.
  const tokens = app.to('/events').map(({ headers }) => headers['i-twilio-idempotency-token'])
  assert.deepEqual(
    tokens,
    log.map(({ deliveryId }) => deliveryId),
  )
  assert.ok(failed < 200, `${failed} requests in half an hour of failures`)
  const alerts = await ringback.ask<{ alerts: { code: number }[] }>('GET', '/Alerts')
  assert.ok(alerts.alerts.some(({ code }) => code === 91306))
})

test('404 is final at once: a dead letter with 91305 and the event, and a redrive delivers it under its id', async (t) => {
  let status = 404
  const { app, ringback, call, pass, sinkSid } = await bed(t, () => ({ status }), { types: PROGRESS })
  const callSid = await call()
  const letters = await deadLetters(ringback, `&sinkSid=${sinkSid}`)
  assert.deepEqual(letters.map(short).toSorted(), PROGRESS.map((type) => short({ type })).toSorted())
  for (const { code, attempts, callSid: about, event, eventId } of letters) {
    assert.deepEqual([code, attempts, about, event.id, event.data.sid], [91305, 1, callSid, eventId, callSid])
  }
  const one = await ringback.ask<{ why: string }>('GET', `/DeadLetters/${letters[0]!.sid}`)
  assert.equal(one.why, 'the endpoint answered 404')
  await pass(600_000)
  const before = app.to('/events').length

  status = 200
  const asked = { sinkSid, types: [COMPLETED] }
  const job = await ringback.ask<{ sid: string }>('POST', '/Redrives', asked)
  await ringback.clock.untilIdle()
  const { status: state, events } = await ringback.ask<{ status: string; events: number }>(
    'GET',
    `/Redrives/${job.sid}`,
  )
  assert.deepEqual([state, events], ['completed', 1])
  const redriven = eventsTo(app, '/events').slice(-1)
  assert.equal(app.to('/events').length, before + 1)
  assert.deepEqual(
    redriven.map(({ id }) => id),
    letters.filter(({ type }) => type === COMPLETED).map(({ eventId }) => eventId),
  )
  const left = await deadLetters(ringback)
  assert.equal(left.length, PROGRESS.length - 1)
  const jobs = await ringback.ask<{ redrives: { sid: string }[] }>('GET', '/Redrives')
  assert.deepEqual(
    jobs.redrives.map(({ sid }) => sid),
    [job.sid],
  )
})

test('429 with Retry-After is tried again when the receiver said, not before', async (t) => {
  let patient = true
  const { app, ringback, call, pass } = await bed(t, () =>
    patient ? { status: 429, headers: { 'retry-after': '300' } } : OK,
  )
  await call()
  const [refused] = await attemptLog(ringback)
  assert.deepEqual([refused!.outcome, refused!.code], ['retrying', 91305])
  assert.equal(Date.parse(refused!.nextAttemptAt!) - Date.parse(refused!.at), 300_000)
  patient = false
  await pass(299_000)
  assert.equal(app.to('/events').length, 1)
  await pass(1000)
  assert.equal(app.to('/events').length, 2)
  assert.deepEqual(
    (await attemptLog(ringback)).map(({ outcome, trigger, attempt }) => [outcome, trigger, attempt]),
    [
      ['retrying', 'event', 1],
      ['delivered', 'retry', 2],
    ],
  )
})

for (const [what, answer, code] of [
  ['hangs', { hang: true }, 91308],
  ['resets the connection', { reset: true }, 91308],
  ['redirects', { status: 302, headers: { location: '/elsewhere' } }, 91300],
] as const) {
  test(`a receiver that ${what} is tried again, with ${code}`, async (t) => {
    let times = 0
    const { app, ringback, call, pass } = await bed(t, () => (++times === 1 ? answer : OK), {
      configuration: { timeout_sec: 1 },
    })
    await call()
    await pass(10_000)
    const log = await attemptLog(ringback)
    assert.deepEqual(
      log.map(({ outcome, code }) => [outcome, code]),
      [
        ['retrying', code],
        ['delivered', null],
      ],
    )
    assert.equal(app.to('/elsewhere').length, 0)
    assert.equal(new Set(eventsTo(app, '/events').map(({ id }) => id)).size, 1)
  })
}

test('nobody listens: 91307; after four hours the event is a dead letter', async (t) => {
  const { ringback, client, call, pass } = await bed(t, () => OK)
  const dead = await createSink(client, 'webhook', { destination: 'http://127.0.0.1:1/', method: 'POST' })
  await subscribe(client, dead, [COMPLETED])
  await call()
  for (let quarters = 0; quarters < 18; quarters++) await pass(900_000)
  const letters = await deadLetters(ringback)
  assert.deepEqual(
    letters.map(({ sinkSid, code, type }) => [sinkSid, code, type]),
    [[dead, 91307, COMPLETED]],
  )
  assert.ok(letters[0]!.attempts >= 10, `${letters[0]!.attempts} attempts in four hours`)
  assert.equal((await client.events.v1.sinks(dead).fetch()).status, 'active')
})

test('410 fails the sink, a test that arrives makes it active again', async (t) => {
  let status = 410
  const { app, ringback, client, call, sinkSid } = await bed(t, () => ({ status }))
  await call()
  const sink = client.events.v1.sinks(sinkSid)
  await until(async () => (await sink.fetch()).status === 'failed')
  assert.deepEqual(
    (await deadLetters(ringback)).map(({ code }) => code),
    [91305],
  )
  await call()
  assert.equal(app.to('/events').length, 1)

  status = 200
  await sink.sinkTest.create()
  await until(async () => (await sink.fetch()).status === 'active')
  await ringback.clock.untilIdle()
  // What happened meanwhile was kept.
  assert.deepEqual(eventsTo(app, '/events').map(short), [
    'status-callback.call.completed',
    'com.twilio.eventstreams.test-event',
    'status-callback.call.completed',
  ])
})

test('a sink that hangs delays no other: its neighbour has everything while the request still hangs', async (t) => {
  const { app, ringback, client } = await bed(t, () => ({ hang: true }), {
    types: PROGRESS,
    configuration: { timeout_sec: 30 },
    options: { settings: { eventsHoldClock: false } },
  })
  app.route('/healthy', () => OK)
  const healthy = await createSink(client, 'webhook', {
    destination: `${app.url}/healthy`,
    method: 'POST',
    batch_events: false,
  })
  await subscribe(client, healthy, PROGRESS)
  const calls = await Promise.all(Array.from({ length: 5 }, () => placeCall({ client, ringback, app })))
  await Promise.all(calls.map((sid) => ringback.over(sid)))
  await app.requested('/healthy', calls.length * PROGRESS.length)
  const hanging = (await attemptLog(ringback)).filter(({ sinkSid }) => sinkSid !== healthy)
  assert.ok(hanging.length > 0)
  assert.deepEqual(new Set(hanging.map(({ outcome }) => outcome)), new Set([null]))
})

test('the breaker of a failing sink opens, probes, and closes; its metrics say so', async (t) => {
  let broken = true
  const { app, ringback, call, pass, sinkSid } = await bed(t, () => (broken ? { status: 503 } : OK), {
    types: PROGRESS,
    configuration: { batch_events: false },
  })
  for (let calls = 0; calls < 4; calls++) await call()
  assert.match(
    await metrics(ringback.url),
    new RegExp(`ringback_sink_breaker\\{sink="${sinkSid}",type="webhook",state="open"\\} 1`),
  )
  const sofar = app.to('/events').length
  await call()
  assert.equal(app.to('/events').length, sofar)
  await pass(30_000)
  assert.equal(app.to('/events').length, sofar + 1)
  broken = false
  for (let minutes = 0; minutes < 20; minutes++) await pass(60_000)
  const text = await metrics(ringback.url)
  assert.match(text, new RegExp(`ringback_sink_breaker\\{sink="${sinkSid}",type="webhook",state="closed"\\} 1`))
  assert.match(text, new RegExp(`ringback_sink_queue_depth\\{sink="${sinkSid}",type="webhook"\\} 0`))
  assert.match(
    text,
    new RegExp(`ringback_sink_attempts_total\\{sink="${sinkSid}",type="webhook",outcome="delivered"\\} \\d+`),
  )
  assert.match(text, new RegExp(`ringback_sink_lag_entries\\{sink="${sinkSid}",type="webhook"\\} 0`))
  const accepted = app.to('/events').length
  assert.equal(new Set(eventsTo(app, '/events').map(({ id }) => id)).size, 5 * PROGRESS.length)
  assert.ok(accepted > 0)
})

test('with ordering by call an event waits for the one before, whatever happens to that', async (t) => {
  let failures = 2
  const { app, call, pass } = await bed(t, () => (failures-- > 0 ? { status: 500 } : OK), {
    types: PROGRESS,
    configuration: { ordering: 'call', batch_events: false },
  })
  const callSid = await call()
  for (let minutes = 0; minutes < 5; minutes++) await pass(60_000)
  const accepted = eventsTo(app, '/events').slice(2)
  assert.deepEqual(
    accepted.map(({ data, type }) => [data.sid, type]),
    PROGRESS.map((type) => [callSid, type]),
  )
})

test('a batch with one event that the receiver cannot take is halved until only that one is a dead letter', async (t) => {
  const poison = voice('status-callback.call.ringing')
  let down = true
  const { app, ringback, call, pass } = await bed(
    t,
    ({ body }) => (down ? { status: 500 } : body.includes(poison) ? { status: 413 } : OK),
    { types: PROGRESS },
  )
  for (let calls = 0; calls < 3; calls++) await call()
  down = false
  for (let minutes = 0; minutes < 30; minutes++) await pass(60_000)
  const letters = await deadLetters(ringback)
  assert.deepEqual(
    letters.map(({ type, code }) => [type, code]),
    Array.from({ length: 3 }, () => [poison, 91305]),
  )
  const log = await attemptLog(ringback, '&outcome=delivered')
  assert.equal(log.flatMap(({ events }) => events).length, 3 * (PROGRESS.length - 1))
  assert.ok(app.to('/events').length > 0)
})

test('under the public egress rule a private address is refused with 91307, for Test and delivery alike', async (t) => {
  const { app, ringback, client, sinkSid } = await bed(t, () => OK, {
    types: [voice('api-request.call.created')],
    options: { settings: { egress: 'public' } },
  })
  const named = await createSink(client, 'webhook', {
    destination: `${app.url.replace('127.0.0.1', 'localhost')}/events`,
    method: 'POST',
  })
  const metadata = await createSink(client, 'webhook', { destination: 'http://169.254.169.254/latest', method: 'POST' })
  for (const sid of [sinkSid, named, metadata]) await client.events.v1.sinks(sid).sinkTest.create()
  const callSid = await placeCall({ client, ringback, app }, { url: undefined, twiml: '<Response/>' })
  await ringback.over(callSid)
  await ringback.clock.untilIdle()
  const log = await attemptLog(ringback)
  assert.deepEqual(
    log
      .filter(({ attempt }) => attempt === 1)
      .map(({ trigger, sinkSid: sid, code }) => [trigger, sid, code])
      .toSorted(),
    [
      ['event', sinkSid, 91307],
      ['test', sinkSid, 91307],
      ['test', named, 91307],
      ['test', metadata, 91307],
    ].toSorted(),
  )
  assert.equal(app.to('/events').length, 0)
})

test('a rotated secret signs at once, the old one too for as long as was asked', async (t) => {
  const { app, ringback, client, call, sinkSid } = await bed(t, () => OK, { configuration: { signing: 'both' } })
  const { signingSecret, previousValidUntil } = await ringback.ask<{
    signingSecret: string
    previousValidUntil: string
  }>('POST', `/Sinks/${sinkSid}/Secret`, { overlapSec: 3600 })
  assert.match(signingSecret, /^whsec_[A-Za-z0-9+/]{43}=$/)
  assert.equal(Date.parse(previousValidUntil), ringback.clock.now() + 3_600_000)
  await call()
  await ringback.clock.advance(3_600_000)
  await call()
  const signatures = app.to('/events').map(({ headers }) => String(headers['webhook-signature']).split(' ').length)
  assert.deepEqual(signatures, [2, 1])
  const shown = (await client.events.v1.sinks(sinkSid).fetch()).sinkConfiguration as { signing_secret: string }
  assert.equal(shown.signing_secret, 'whsec_***')
})

test('operations refuse what they cannot do, by name', async (t) => {
  const { ringback, client } = await bed(t, () => OK)
  const [plain, none] = [(await client.events.v1.sinks.list())[0]!.sid, `DG${'0'.repeat(32)}`]
  const [subscription] = await client.events.v1.subscriptions.list()
  const range = { subscriptionSid: subscription!.sid, from: '2030-01-01', to: '2030-01-02' }
  for (const [method, path, body, code] of [
    ['GET', '/Deliveries?sinkSid=x', undefined, 20001],
    ['GET', '/Deliveries?outcome=lost', undefined, 20001],
    ['GET', '/Deliveries?pageToken=x', undefined, 21481],
    ['GET', `/DeadLetters/DL${'0'.repeat(32)}`, undefined, 20404],
    ['POST', '/Redrives', {}, 20001],
    ['POST', '/Redrives', { sinkSid: none }, 20404],
    ['POST', '/Redrives', { sinkSid: plain, from: 'yesterday' }, 20001],
    ['POST', '/Redrives', { sinkSid: plain, type: 'a' }, 20001],
    ['GET', `/Redrives/RD${'0'.repeat(32)}`, undefined, 20404],
    ['POST', '/Replays', { ...range, to: range.from }, 20001],
    ['POST', '/Replays', { ...range, types: ['com.twilio.voice.twiml.call.requested'] }, 20001],
    ['POST', '/Replays', { ...range, subscriptionSid: `DF${'0'.repeat(32)}` }, 20404],
    ['POST', `/Sinks/${plain}/Secret`, undefined, 20001],
    ['POST', `/Sinks/${none}/Secret`, undefined, 20404],
  ] as const) {
    await assert.rejects(ringback.ask(method, path, body), new RegExp(`"code":\\s?${code}`), `${method} ${path}`)
  }
})

const metrics = async (url: string): Promise<string> => (await fetch(`${url}/metrics`)).text()

/** For what is written a moment after it happened. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let looks = 0; !(await isSo()); looks++) if (looks > 200) throw new Error('it never came about')
}
