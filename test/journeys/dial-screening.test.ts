/** A party hears something of its own before it is connected, and may refuse. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ADA, BOB, CALLER, dialledIn, spans } from '../kit/dials.ts'
import { journey } from '../kit/journey.ts'

const SCREEN = {
  '/screen': () => '<Gather numDigits="1" timeout="3" action="/choice"><Say>Press 1 to accept</Say></Gather><Hangup/>',
  '/choice': ({ parameters }: { parameters: Readonly<Record<string, string>> }) =>
    parameters.Digits === '1' ? '<Say>Connecting</Say>' : '<Hangup/>',
  '/done': () => '<Say>Done</Say>',
}

for (const [key, bridged] of [
  ['1', 'true'],
  ['2', 'false'],
] as const) {
  test(`the party presses ${key}: ${bridged === 'true' ? 'the call is put through' : 'it is not'}`, async (t) => {
    const run = await journey(t, {
      ...SCREEN,
      '/voice': () => `<Dial action="/done"><Number url="/screen">${ADA}</Number></Dial>`,
    })
    const { ringback, app } = run
    await ringback.phone(ADA, {
      script: [
        { hear: 'accept' },
        { press: key },
        { waitMs: 2000 },
        { say: 'Ada' },
        { waitMs: 1000 },
        { hangup: true },
      ],
    })
    const callSid = await dialledIn(run)
    const done = await app.requested('/done')
    const [screen] = app.to('/screen')
    const childSid = done.parameters.DialCallSid
    assert.deepEqual(
      [done.parameters.DialBridged, done.parameters.DialCallStatus, screen!.parameters.CallSid],
      [bridged, 'completed', childSid],
    )
    assert.deepEqual(
      [screen!.parameters.ParentCallSid, screen!.parameters.CallStatus, screen!.parameters.From, screen!.parameters.To],
      [callSid, 'in-progress', CALLER, ADA],
    )
    const heard = (await spans(run, callSid)).map(([, verb, , text]) => `${verb} ${text}`)
    assert.deepEqual(heard, ['Dial (ringback)', ...(bridged === 'true' ? ['Dial Ada'] : []), 'Say Done'])
    const screened = (await spans(run, childSid!)).map(([, , , text]) => text)
    assert.deepEqual(screened, bridged === 'true' ? ['Press 1 to accept', 'Connecting'] : ['Press 1 to accept'])
  })
}

test('nobody presses a key: the party is hung up and the caller goes on', async (t) => {
  const run = await journey(t, {
    ...SCREEN,
    '/voice': () => `<Dial><Number url="/screen">${ADA}</Number><Number>${BOB}</Number></Dial><Say>Sorry</Say>`,
  })
  await run.ringback.phone(BOB, { answer: 'no-answer' })
  const callSid = await dialledIn(run)
  assert.equal((await spans(run, callSid)).at(-1)?.[3], 'Sorry')
  const children = await run.client.calls.list({ parentCallSid: callSid })
  assert.deepEqual(children.map(({ status }) => status).toSorted(), ['canceled', 'completed'])
})

test('keys for an extension are tones that the party hears before anything else', async (t) => {
  const run = await journey(t, {
    '/voice': () => `<Dial action="/done"><Number sendDigits="ww12" url="/hello">${ADA}</Number></Dial>`,
    '/hello': () => '<Say>A call for you</Say>',
    '/done': () => '<Hangup/>',
  })
  await run.ringback.phone(ADA, { script: [{ hear: 'ww12' }, { hear: 'for you' }, { waitMs: 100 }, { hangup: true }] })
  await dialledIn(run)
  const { DialCallSid, DialBridged } = (await run.app.requested('/done')).parameters
  assert.equal(DialBridged, 'true')
  assert.deepEqual(await spans(run, DialCallSid!), [
    [0, 'SendDigits', 'tone', 'ww12', 1400],
    [1400, 'Say', 'say', 'A call for you', 840],
  ])
})

test('with answerOnBridge the caller rings on, and hears nothing, until the party has accepted', async (t) => {
  const run = await journey(t, {
    ...SCREEN,
    '/voice': () => `<Dial answerOnBridge="true" action="/done"><Number url="/screen">${ADA}</Number></Dial>`,
  })
  const { ringback, client } = run
  await ringback.phone(ADA, {
    script: [{ hear: 'accept' }, { press: '1' }, { hear: 'thanks' }, { hangup: true }],
  })
  const callSid = await dialledIn(run, [{ waitMs: 1000 }, { say: 'Thanks' }])
  const childSid = (await run.app.requested('/done')).parameters.DialCallSid!
  const [call, child] = await Promise.all([client.calls(callSid).fetch(), client.calls(childSid).fetch()])
  assert.equal(call.status, 'completed')
  // Rings 100 ms after the dialling, is up 2 s later, and says yes after another two.
  const { heard } = await ringback.heard(callSid)
  assert.deepEqual(
    heard.map(({ verb, text }) => [verb, text]),
    [['Say', 'Done']],
  )
  const thanks = (await spans(run, childSid)).at(-1)!
  assert.deepEqual(thanks.slice(1, 4), ['Dial', 'party', 'Thanks'])
  assert.ok(Number(child.duration) > Number(call.duration) - 1)
})
