import assert from 'node:assert/strict'
import { test } from 'node:test'
import { APOLOGY } from '../../src/engine/interpreter/interpreter.ts'
import type { AppAnswer, Handler } from '../kit/customer-app.ts'
import { journey } from '../kit/journey.ts'

const TO = '+15551230001'
const XML = { 'content-type': 'text/xml' }

const FAILURES: readonly { readonly what: string; readonly answer: AppAnswer | string; readonly code: number }[] = [
  { what: 'a 404', answer: { status: 404 }, code: 11200 },
  { what: 'a 500', answer: { status: 500, headers: XML, body: '<Response/>' }, code: 11200 },
  { what: 'a reset connection', answer: { reset: true }, code: 11205 },
  { what: 'no answer within the read timeout', answer: { hang: true }, code: 11200 },
  { what: 'bad XML', answer: { headers: XML, body: '<Response><Say>Hi</Response>' }, code: 12100 },
  { what: 'another root', answer: { headers: XML, body: '<Answer/>' }, code: 12102 },
  {
    what: 'a content type that is no TwiML',
    answer: { headers: { 'content-type': 'application/json' }, body: '{}' },
    code: 12300,
  },
  { what: 'no content type', answer: { body: '<Response/>' }, code: 12300 },
  { what: 'an empty body', answer: { headers: XML }, code: 11770 },
  {
    what: 'a body over 64 kB',
    answer: { headers: XML, body: `<Response><!--${'x'.repeat(70_000)}--></Response>` },
    code: 11750,
  },
]

for (const { what, answer, code } of FAILURES) {
  test(`${what} goes to the fallback URL with its code, and to the apology without one`, async (t) => {
    const failing: Handler = () => answer
    const { ringback, app, client } = await journey(t, { '/voice': failing, '/fallback': () => '<Say>Saved</Say>' })
    const url = `${app.url}/voice#rt=300`
    const saved = await client.calls.create({
      to: TO,
      from: ringback.number,
      url,
      fallbackUrl: `${app.url}/fallback`,
      fallbackMethod: 'GET',
    })
    const sorry = await client.calls.create({ to: TO, from: ringback.number, url })
    assert.deepEqual([await ringback.over(saved.sid), await ringback.over(sorry.sid)], ['completed', 'completed'])

    const [fallback, ...more] = app.to('/fallback')
    assert.equal(more.length, 0)
    assert.deepEqual(
      [fallback?.method, fallback?.parameters.ErrorCode, fallback?.parameters.CallSid],
      ['GET', String(code), saved.sid],
    )
    assert.match(fallback?.parameters.ErrorUrl ?? '', /\/voice$/)
    assert.deepEqual(
      (await ringback.heard(saved.sid)).heard.map(({ text }) => text),
      ['Saved'],
    )
    assert.deepEqual(
      (await ringback.heard(sorry.sid)).heard.map(({ text }) => text),
      [APOLOGY],
    )
    const { alerts } = await ringback.ask<{ alerts: { code: number; level: string }[] }>(
      'GET',
      `/Alerts?callSid=${sorry.sid}`,
    )
    assert.deepEqual(
      alerts.map((alert) => [alert.code, alert.level]),
      [[code, 'error']],
    )
  })
}

test('when the fallback fails too, the caller hears the apology', async (t) => {
  const { ringback, app, client } = await journey(t, {
    '/voice': () => ({ status: 500 }),
    '/fallback': () => ({ status: 503 }),
  })
  const { sid } = await client.calls.create({
    to: TO,
    from: ringback.number,
    url: `${app.url}/voice`,
    fallbackUrl: `${app.url}/fallback`,
  })
  await ringback.over(sid)
  assert.deepEqual(
    (await ringback.heard(sid)).heard.map(({ text }) => text),
    [APOLOGY],
  )
  assert.deepEqual([app.to('/voice').length, app.to('/fallback').length], [1, 1])
})

test('the fallback covers later documents too, and its own document goes on as usual', async (t) => {
  const { ringback, app, client } = await journey(t, {
    '/voice': () => '<Say>One</Say><Redirect>/gone</Redirect>',
    '/fallback': () => '<Say>Two</Say><Redirect>/three</Redirect>',
    '/three': () => '<Say>Three</Say>',
  })
  const { sid } = await client.calls.create({
    to: TO,
    from: ringback.number,
    url: `${app.url}/voice`,
    fallbackUrl: `${app.url}/fallback`,
  })
  await ringback.over(sid)
  assert.deepEqual(
    (await ringback.heard(sid)).heard.map(({ text }) => text),
    ['One', 'Two', 'Three'],
  )
  assert.equal(app.to('/fallback')[0]?.parameters.ErrorUrl, `${app.url}/gone`)
})

test('redirects of documents chain, relative to the document they stand in', async (t) => {
  const { ringback, app, client } = await journey(t, {
    '/a/start': () => '<Say>One</Say><Redirect method="GET">../b/next?x=1&amp;y=2</Redirect><Say>Never</Say>',
    '/b/next': () => '<Say>Two</Say><Redirect>last</Redirect>',
    '/b/last': () => '<Say>Three</Say>',
  })
  const { sid } = await client.calls.create({ to: TO, from: ringback.number, url: `${app.url}/a/start` })
  await ringback.over(sid)
  assert.deepEqual(
    (await ringback.heard(sid)).heard.map(({ text }) => text),
    ['One', 'Two', 'Three'],
  )
  assert.deepEqual(
    app.requests.map(({ method, path }) => [method, path]),
    [
      ['POST', '/a/start'],
      ['GET', '/b/next'],
      ['POST', '/b/last'],
    ],
  )
})

test('a loop of redirects ends with an alert and the apology instead of running for ever', async (t) => {
  const { ringback, app, client } = await journey(t, { '/voice': () => '<Redirect/>' })
  const { sid } = await client.calls.create({ to: TO, from: ringback.number, url: `${app.url}/voice` })
  assert.equal(await ringback.over(sid), 'completed')
  const { alerts } = await ringback.ask<{ alerts: { code: number }[] }>('GET', `/Alerts?callSid=${sid}`)
  assert.deepEqual(
    alerts.map(({ code }) => code),
    [81003],
  )
  assert.equal(app.requests.length, 200)
})

test('an action URL that inline TwiML cannot resolve is an error, with its code', async (t) => {
  const { ringback, client } = await journey(t)
  const { sid } = await client.calls.create({
    to: TO,
    from: ringback.number,
    twiml: '<Response><Redirect>/relative</Redirect></Response>',
  })
  await ringback.over(sid)
  const { alerts } = await ringback.ask<{ alerts: { code: number }[] }>('GET', `/Alerts?callSid=${sid}`)
  assert.deepEqual(
    alerts.map(({ code }) => code),
    [11100],
  )
  assert.deepEqual(
    (await ringback.heard(sid)).heard.map(({ text }) => text),
    [APOLOGY],
  )
})

test('text is spoken and audio is played, then the call ends', async (t) => {
  const { ringback, app, client } = await journey(t, {
    '/text': () => ({ headers: { 'content-type': 'text/plain' }, body: 'Just words & no markup' }),
    '/audio': () => ({ headers: { 'content-type': 'audio/ulaw' }, body: new Uint8Array(8000) }),
  })
  const text = await client.calls.create({ to: TO, from: ringback.number, url: `${app.url}/text` })
  const audio = await client.calls.create({ to: TO, from: ringback.number, url: `${app.url}/audio` })
  await ringback.over(text.sid)
  await ringback.over(audio.sid)
  assert.deepEqual(
    (await ringback.heard(text.sid)).heard.map(({ kind, text }) => [kind, text]),
    [['say', 'Just words & no markup']],
  )
  assert.deepEqual(
    (await ringback.heard(audio.sid)).heard.map(({ kind, url, lengthMs }) => [kind, url, lengthMs]),
    [['play', `${app.url}/audio`, 1000]],
  )
})

test('a failing status callback is a warning and never touches the call', async (t) => {
  const { ringback, app, client } = await journey(t, { '/status': () => ({ status: 500 }) })
  const { sid } = await client.calls.create({
    to: TO,
    from: ringback.number,
    twiml: '<Response><Say>Hi</Say></Response>',
    statusCallback: `${app.url}/status`,
    statusCallbackEvent: ['answered', 'completed'],
  })
  assert.equal(await ringback.over(sid), 'completed')
  assert.equal(app.to('/status').length, 2)
  const { alerts } = await ringback.ask<{ alerts: { code: number; level: string }[] }>('GET', `/Alerts?callSid=${sid}`)
  assert.deepEqual(
    alerts.map(({ code, level }) => [code, level]),
    [
      [15003, 'warning'],
      [15003, 'warning'],
    ],
  )
})

test('one slow app does not hold up another call', async (t) => {
  const { ringback, app, client } = await journey(
    t,
    { '/slow': () => ({ hang: true }), '/quick': () => '<Say>Quick</Say>' },
    { clock: 'real' },
  )
  await ringback.phone(TO, { answer: { afterMs: 0 } })
  const slow = await client.calls.create({ to: TO, from: ringback.number, url: `${app.url}/slow` })
  await app.requested('/slow')
  const quick = await client.calls.create({ to: TO, from: ringback.number, url: `${app.url}/quick` })
  assert.equal(await ringback.over(quick.sid), 'completed')
  assert.equal((await client.calls(slow.sid).fetch()).status, 'in-progress')
})
