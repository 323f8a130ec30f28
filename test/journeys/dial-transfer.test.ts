/** Parties that ask to be replaced, and SIP parties that are asked to call somebody else; told to the app and to a sink. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ADA, BOB, CALLER, dialledIn, spans } from '../kit/dials.ts'
import { journey } from '../kit/journey.ts'
import { createSink, eventsTo, short, subscribe, voice } from '../kit/sinks.ts'

const TOLD = ['twiml.dial.finished', 'twiml.call.transferred', 'twiml.call.requested'].map(voice)

test('the party transfers the caller, who goes on with the document of referUrl', async (t) => {
  const run = await journey(t, {
    '/voice': () => `<Dial referUrl="/refer" action="/done">${ADA}</Dial>`,
    '/refer': () => `<Dial action="/done">${BOB}</Dial>`,
    '/done': () => '<Say>Bye</Say>',
  })
  const { ringback, app, client } = run
  await ringback.phone(ADA, { script: [{ hear: 'Bob please' }, { transfer: BOB }, { waitMs: 5000 }] })
  await ringback.phone(BOB, {
    answer: { afterMs: 500 },
    script: [{ say: 'Bob here' }, { waitMs: 500 }, { hangup: true }],
  })
  const callSid = await dialledIn(run, [{ waitMs: 3000 }, { say: 'Bob please' }])
  const refer = (await app.requested('/refer')).parameters
  assert.deepEqual([refer.ReferTransferTarget, refer.CallSid, refer.From], [BOB, callSid, CALLER])
  const children = await client.calls.list({ parentCallSid: callSid })
  assert.deepEqual(children.map(({ to, status }) => [to, status]).toReversed(), [
    [ADA, 'completed'],
    [BOB, 'completed'],
  ])
  assert.equal(app.to('/done').length, 1)
  const heard = (await spans(run, callSid)).map(([, , , text]) => text)
  assert.deepEqual(heard.slice(-3), ['(ringback)', 'Bob here', 'Bye'])
})

test('finished Dials, transfers and what parties hear first are events', async (t) => {
  const run = await journey(
    t,
    {
      '/events': () => ({ status: 200 }),
      '/status': () => ({}),
      '/voice': () =>
        `<Dial referUrl="/refer" action="/done"><Number url="/whisper" statusCallback="/status">${ADA}</Number></Dial>`,
      '/whisper': () => '<Say>A call</Say>',
      '/refer': () => `<Dial action="/done" timeout="5">${BOB}</Dial>`,
      '/done': () => '<Hangup/>',
    },
    { settings: { eventsGate: 'always' } },
  )
  const { ringback, app, client } = run
  await ringback.phone(ADA, { script: [{ hear: 'A call' }, { waitMs: 1000 }, { transfer: BOB }] })
  await ringback.phone(BOB, { answer: 'busy' })
  const sinkSid = await createSink(client, 'webhook', { destination: `${app.url}/events`, method: 'POST' })
  await subscribe(client, sinkSid, TOLD)
  const callSid = await dialledIn(run)
  await ringback.clock.untilIdle()
  const sent = eventsTo(app, '/events')
  assert.deepEqual(sent.map(short), [
    'twiml.call.requested',
    'twiml.call.requested',
    'twiml.call.transferred',
    'twiml.dial.finished',
  ])
  const [, whispered, transferred, finished] = sent.map(({ data }) => data.request.parameters)
  assert.equal(whispered!.ParentCallSid, callSid)
  assert.equal(transferred!.ReferTransferTarget, BOB)
  assert.equal(finished!.DialCallStatus, 'busy')
})

test('the caller transfers the party, which goes on alone', async (t) => {
  const run = await journey(t, {
    '/voice': () => `<Dial referUrl="/refer" action="/done">${ADA}</Dial>`,
    '/refer': () => '<Say>One moment please</Say>',
  })
  await run.ringback.phone(ADA, { script: [{ hear: 'One moment please' }] })
  const callSid = await dialledIn(run, [{ waitMs: 4000 }, { transfer: 'sip:bob@example.com' }, { waitMs: 9000 }])
  const [child] = await run.client.calls.list({ parentCallSid: callSid })
  const refer = (await run.app.requested('/refer')).parameters
  assert.deepEqual([refer.CallSid, refer.ReferTransferTarget], [child!.sid, 'sip:bob@example.com'])
  assert.equal((await run.ringback.heard(child!.sid)).script?.state, 'done')
  assert.equal(run.app.to('/done').length, 0)
})

test('without referUrl a transfer changes nothing and is alerted', async (t) => {
  const run = await journey(t, { '/voice': () => `<Dial>${ADA}</Dial><Say>Over</Say>` })
  await run.ringback.phone(ADA, {
    script: [{ waitMs: 100 }, { transfer: BOB }, { say: 'still here' }, { hangup: true }],
  })
  const callSid = await dialledIn(run)
  const [child] = await run.client.calls.list({ parentCallSid: callSid })
  const { alerts } = await run.ringback.ask<{ alerts: { code: number }[] }>('GET', `/Alerts?callSid=${child!.sid}`)
  assert.deepEqual(
    alerts.map(({ code }) => code),
    [13802],
  )
  assert.deepEqual(
    (await spans(run, callSid)).slice(-2).map(([, , , text]) => text),
    ['still here', 'Over'],
  )
})

const SIP_CALLER = 'sip:ada@example.com'
const TARGET = 'sip:bob@example.com'

for (const [answer, status, notify] of [
  [{ afterMs: 1000 }, 'in-progress', '200'],
  ['busy', 'busy', '486'],
  ['reject', 'busy', '603'],
  ['unreachable', 'failed', '404'],
  ['no-answer', 'no-answer', '408'],
] as const) {
  test(`Refer to a party that is ${JSON.stringify(answer)}: ${status}`, async (t) => {
    const run = await journey(t, {
      '/voice': () => `<Refer action="/referred"><Sip>${TARGET}?x-team=blue</Sip></Refer>`,
      '/referred': () => '<Say>That was it</Say>',
    })
    const { ringback, client, app } = run
    await ringback.phone(SIP_CALLER, { script: [{ hear: 'That was it', withinMs: 90_000 }] })
    await ringback.phone(TARGET, { answer })
    const { sid } = await client.calls.create({ to: SIP_CALLER, from: ringback.number, url: `${app.url}/voice` })
    await ringback.over(sid)
    const { ReferCallStatus, ReferSipResponseCode, NotifySipResponseCode } = (await app.requested('/referred'))
      .parameters
    assert.deepEqual([ReferCallStatus, ReferSipResponseCode, NotifySipResponseCode], [status, '202', notify])
    assert.equal((await ringback.heard(sid)).script?.state, 'done')
  })
}

test('whoever hangs up before the referred call is answered has cancelled it', async (t) => {
  const run = await journey(t, {
    '/voice': () => `<Refer action="/referred"><Sip>${TARGET}</Sip></Refer>`,
    '/referred': () => '<Say>Nobody hears this</Say>',
  })
  const { ringback, client, app } = run
  await ringback.phone(SIP_CALLER, { script: [{ waitMs: 3000 }, { hangup: true }] })
  await ringback.phone(TARGET, { answer: 'no-answer' })
  const { sid } = await client.calls.create({ to: SIP_CALLER, from: ringback.number, url: `${app.url}/voice` })
  await ringback.over(sid)
  const referred = (await app.requested('/referred')).parameters
  assert.deepEqual(
    [referred.ReferCallStatus, referred.NotifySipResponseCode, referred.CallStatus],
    ['canceled', '180', 'completed'],
  )
})

test('a call that is not over SIP cannot be referred', async (t) => {
  const run = await journey(t, { '/voice': () => `<Refer><Sip>${TARGET}</Sip></Refer><Say>Next</Say>` })
  const callSid = await dialledIn(run)
  const { alerts } = await run.ringback.ask<{ alerts: { code: number }[] }>('GET', `/Alerts?callSid=${callSid}`)
  assert.deepEqual(
    alerts.map(({ code }) => code),
    [13801],
  )
  assert.deepEqual(
    (await spans(run, callSid)).map(([, , , text]) => text),
    ['Next'],
  )
})
