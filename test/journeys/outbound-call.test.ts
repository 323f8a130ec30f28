import assert from 'node:assert/strict'
import { test } from 'node:test'
import { journey } from '../kit/journey.ts'

const TO = '+15551230001'

test('an app written for the official client places a call, is asked for TwiML and told of its progress', async (t) => {
  const { ringback, app, client } = await journey(t, {
    '/voice': () => '<Say>Hello there</Say><Pause length="2"/><Say>Goodbye</Say>',
    '/status': () => ({ status: 204 }),
  })
  const created = await client.calls.create({
    to: TO,
    from: ringback.number,
    url: `${app.url}/voice`,
    statusCallback: `${app.url}/status`,
    statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
  })
  assert.match(created.sid, /^CA[0-9a-f]{32}$/)
  assert.deepEqual(
    [created.status, created.direction, created.dateCreated, created.startTime, created.duration],
    ['queued', 'outbound-api', null, null, null],
  )
  assert.equal(await ringback.over(created.sid), 'completed')

  const callbacks = app.to('/status').map(({ parameters }) => parameters)
  assert.deepEqual(
    callbacks.map(({ CallStatus, SequenceNumber }) => [CallStatus, SequenceNumber]),
    [
      ['initiated', '0'],
      ['ringing', '1'],
      ['in-progress', '2'],
      ['completed', '3'],
    ],
  )
  for (const callback of callbacks) {
    assert.equal(callback.CallSid, created.sid)
    assert.equal(callback.CallbackSource, 'call-progress-events')
    assert.match(callback.Timestamp!, /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000$/)
  }
  // 11 + 7 characters of the timed voice at 60 ms, and two seconds of pause.
  const { heard } = await ringback.heard(created.sid)
  assert.deepEqual(
    heard.map(({ atMs, text, playedMs, cut }) => ({ atMs, text, playedMs, cut })),
    [
      { atMs: 0, text: 'Hello there', playedMs: 660, cut: false },
      { atMs: 2660, text: 'Goodbye', playedMs: 420, cut: false },
    ],
  )
  const last = callbacks.at(-1)!
  assert.deepEqual([last.CallDuration, last.Duration, last.SipResponseCode], ['3', '1', '200'])

  const [voice] = app.to('/voice')
  assert.deepEqual(Object.keys(voice!.parameters).toSorted(), [
    'AccountSid',
    'ApiVersion',
    'CallSid',
    'CallStatus',
    'Called',
    'CalledCity',
    'CalledCountry',
    'CalledState',
    'CalledZip',
    'Caller',
    'CallerCity',
    'CallerCountry',
    'CallerState',
    'CallerZip',
    'Direction',
    'From',
    'FromCity',
    'FromCountry',
    'FromState',
    'FromZip',
    'To',
    'ToCity',
    'ToCountry',
    'ToState',
    'ToZip',
  ])
  assert.deepEqual(
    [voice!.parameters.CallStatus, voice!.parameters.Direction, voice!.parameters.To],
    ['in-progress', 'outbound-api', TO],
  )

  const fetched = await client.calls(created.sid).fetch()
  assert.deepEqual(
    [fetched.status, fetched.duration, fetched.to, fetched.direction],
    ['completed', '3', TO, 'outbound-api'],
  )
  assert.ok(fetched.startTime instanceof Date && fetched.endTime instanceof Date && fetched.dateCreated instanceof Date)
})

for (const [what, to, status, seen, sipResponseCode] of [
  ['a busy phone', '+15005550101', 'busy', ['initiated', 'ringing', 'busy'], '486'],
  ['nobody picks up', '+15005550102', 'no-answer', ['initiated', 'ringing', 'no-answer'], '487'],
  ['an unreachable phone', '+15005550103', 'failed', ['initiated', 'failed'], '404'],
  ['a phone that rejects', '+15005550104', 'busy', ['initiated', 'ringing', 'busy'], '603'],
] as const) {
  test(`${what}: the call ends as ${status} and the app is told`, async (t) => {
    const { ringback, app, client } = await journey(t, { '/status': () => ({ status: 204 }) })
    const { sid } = await client.calls.create({
      to,
      from: ringback.number,
      url: `${app.url}/never`,
      timeout: 20,
      statusCallback: `${app.url}/status`,
      statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
    })
    assert.equal(await ringback.over(sid), status)
    const callbacks = app.to('/status').map(({ parameters }) => parameters)
    assert.deepEqual(
      callbacks.map(({ CallStatus }) => CallStatus),
      seen,
    )
    const last = callbacks.at(-1)!
    assert.deepEqual([last.SipResponseCode, last.CallDuration, last.Duration], [sipResponseCode, '0', '0'])
    assert.equal(app.to('/never').length, 0)
    const call = await client.calls(sid).fetch()
    assert.deepEqual([call.status, call.duration], [status, '0'])
  })
}

test('only the completed callback is sent when no event is named', async (t) => {
  const { ringback, app, client } = await journey(t, { '/status': () => ({ status: 204 }) })
  const { sid } = await client.calls.create({
    to: TO,
    from: ringback.number,
    twiml: '<Response/>',
    statusCallback: `${app.url}/status`,
    statusCallbackMethod: 'GET',
  })
  await ringback.over(sid)
  assert.deepEqual(
    app.requests.map(({ method, parameters }) => [method, parameters.CallStatus]),
    [['GET', 'completed']],
  )
})

test('a live call is redirected by Url and by Twiml, completed, and then refuses both', async (t) => {
  const { ringback, app, client } = await journey(
    t,
    { '/voice': () => '<Pause length="600"/>', '/second': () => '<Say>Second</Say><Pause length="600"/>' },
    { held: true },
  )
  const { sid } = await client.calls.create({ to: TO, from: ringback.number, url: `${app.url}/voice` })
  await ringback.clock.advance(10_000)
  assert.equal((await client.calls(sid).fetch()).status, 'in-progress')
  await client.calls(sid).update({ url: `${app.url}/second`, method: 'GET' })
  await ringback.clock.advance(1000)
  assert.equal(app.to('/second')[0]?.method, 'GET')
  await client.calls(sid).update({ twiml: '<Response><Say>Third</Say><Pause length="600"/></Response>' })
  await ringback.clock.advance(1000)
  const done = await client.calls(sid).update({ status: 'completed' })
  assert.equal(done.status, 'completed')
  assert.deepEqual(
    (await ringback.heard(sid)).heard.map(({ text }) => text),
    ['Second', 'Third'],
  )
  await assert.rejects(client.calls(sid).update({ url: `${app.url}/second` }), { status: 400, code: 21220 })
  assert.equal((await client.calls(sid).update({ status: 'completed' })).status, 'completed')
})

test('a ringing call is cancelled, a live one is not, and only a finished one can be deleted', async (t) => {
  const { ringback, app, client } = await journey(t, { '/status': () => ({ status: 204 }) }, { held: true })
  const ringing = await client.calls.create({
    to: '+15005550102',
    from: ringback.number,
    twiml: '<Response/>',
    statusCallback: `${app.url}/status`,
  })
  await ringback.clock.advance(5000)
  await assert.rejects(client.calls(ringing.sid).remove(), { status: 409, code: 20009 })
  assert.equal((await client.calls(ringing.sid).update({ status: 'canceled' })).status, 'canceled')
  assert.equal(await ringback.over(ringing.sid), 'canceled')
  assert.deepEqual(
    app.to('/status').map(({ parameters }) => [parameters.CallStatus, parameters.SipResponseCode]),
    [['canceled', '487']],
  )

  const live = await client.calls.create({
    to: TO,
    from: ringback.number,
    twiml: '<Response><Pause length="60"/></Response>',
  })
  await ringback.clock.advance(5000)
  assert.equal((await client.calls(live.sid).update({ status: 'canceled' })).status, 'in-progress')
  await client.calls(live.sid).update({ status: 'completed' })
  await ringback.over(live.sid)
  assert.equal(await client.calls(live.sid).remove(), true)
  await assert.rejects(client.calls(live.sid).fetch(), { status: 404, code: 20404 })
  assert.deepEqual(
    (await client.calls.list()).map(({ sid }) => sid),
    [ringing.sid],
  )
})

test('calls are listed newest first and by every filter', async (t) => {
  const { ringback, client } = await journey(t, {}, { held: true })
  const place = async (to: string, from = ringback.number) =>
    (await client.calls.create({ to, from, twiml: '<Response/>' })).sid
  const first = await place('+15005550101')
  await ringback.clock.advance(90_000)
  const second = await place('+15551230002', '+15551239999')
  await ringback.clock.advance(90_000)
  const sids = async (filter: Parameters<typeof client.calls.list>[0]) =>
    (await client.calls.list(filter)).map(({ sid }) => sid)
  const dayOf = (days: number) => new Date(ringback.clock.now() + days * 86_400_000)
  assert.deepEqual(await sids({}), [second, first])
  assert.deepEqual(await sids({ to: '+15005550101' }), [first])
  assert.deepEqual(await sids({ from: '+15551239999' }), [second])
  assert.deepEqual(await sids({ status: 'busy' }), [first])
  assert.deepEqual(await sids({ status: 'completed' }), [second])
  assert.deepEqual(await sids({ startTime: dayOf(0) }), [second, first])
  assert.deepEqual(await sids({ startTimeAfter: dayOf(1) }), [])
  assert.deepEqual(await sids({ startTimeBefore: dayOf(1) }), [second, first])
  assert.deepEqual(await sids({ endTimeAfter: dayOf(-1), status: 'busy' }), [first])
  assert.deepEqual(await sids({ endTimeBefore: dayOf(-1) }), [])
  assert.deepEqual(await sids({ parentCallSid: first }), [])
  assert.deepEqual(await sids({ limit: 1 }), [second])
})

test('a call ends by its time limit with a warning', async (t) => {
  const { ringback, client } = await journey(t)
  const { sid } = await client.calls.create({
    to: TO,
    from: ringback.number,
    twiml: '<Response><Pause length="600"/></Response>',
    timeLimit: 30,
  })
  await ringback.over(sid)
  assert.equal((await client.calls(sid).fetch()).duration, '30')
  const notifications = await client.calls(sid).notifications.list()
  assert.deepEqual(
    notifications.map(({ errorCode, log }) => [errorCode, log]),
    [['32015', '1']],
  )
})

test('SendDigits are pressed after the answer and before the first document', async (t) => {
  const { ringback, app, client } = await journey(t, { '/voice': () => '<Say>Hi</Say>' })
  const { sid } = await client.calls.create({
    to: TO,
    from: ringback.number,
    url: `${app.url}/voice`,
    sendDigits: 'ww12#',
  })
  await ringback.over(sid)
  const { heard } = await ringback.heard(sid)
  assert.deepEqual(
    heard.map(({ kind, text, atMs, lengthMs }) => ({ kind, text, atMs, lengthMs })),
    [
      { kind: 'tone', text: 'ww12#', atMs: 0, lengthMs: 1600 },
      { kind: 'say', text: 'Hi', atMs: 1600, lengthMs: 300 },
    ],
  )
})
