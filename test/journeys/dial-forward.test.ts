/** A caller is put through: who rings, who hears what, what the app is told of it all. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ADA, BOB, CALLER, dialledIn, spans } from '../kit/dials.ts'
import { journey } from '../kit/journey.ts'

const EVENTS = 'statusCallbackEvent="initiated ringing answered completed"'

test('each side hears what the other says, and the app is told of both calls', async (t) => {
  const run = await journey(t, {
    '/voice': () => `<Dial action="/done"><Number statusCallback="/child" ${EVENTS}>${ADA}</Number></Dial>`,
    '/done': () => '<Say>Bye</Say>',
    '/child': () => ({ status: 204 }),
  })
  const { ringback, app, client } = run
  await ringback.phone(ADA, {
    answer: { afterMs: 3000 },
    script: [{ say: 'Ada here' }, { hear: 'hello' }, { waitMs: 1000 }, { hangup: true }],
  })
  const callSid = await dialledIn(run, [{ hear: 'Ada here' }, { say: 'Hello Ada' }])
  const { DialCallSid: childSid, ...done } = (await app.requested('/done')).parameters
  // Picked up at once; rings after 100 ms; answered three seconds later. "Ada here" takes 480 ms, "Hello Ada" 540.
  assert.deepEqual(await spans(run, callSid), [
    [100, 'Dial', 'tone', '(ringback)', 3000],
    [3100, 'Dial', 'party', 'Ada here', 480],
    [4880, 'Say', 'say', 'Bye', 300],
  ])
  assert.deepEqual(await spans(run, childSid!), [[480, 'Dial', 'party', 'Hello Ada', 540]])
  assert.deepEqual(
    [done.DialCallStatus, done.DialCallDuration, done.DialBridged, done.RecordingUrl, done.CallSid, done.CallStatus],
    ['completed', '2', 'true', undefined, callSid, 'in-progress'],
  )
  const told = app.to('/child').map(({ parameters }) => parameters)
  assert.deepEqual(
    told.map(({ CallStatus, SequenceNumber }) => [CallStatus, SequenceNumber]),
    [
      ['initiated', '0'],
      ['ringing', '1'],
      ['in-progress', '2'],
      ['completed', '3'],
    ],
  )
  for (const parameters of told) {
    const { CallSid, ParentCallSid, Direction, From, To, CallbackSource } = parameters
    assert.deepEqual(
      [CallSid, ParentCallSid, Direction, From, To, CallbackSource],
      [childSid, callSid, 'outbound-dial', CALLER, ADA, 'call-progress-events'],
    )
  }
  const last = told.at(-1)!
  assert.deepEqual([last.CallDuration, last.Duration, last.SipResponseCode], ['2', '1', '200'])
  const [listed, ...others] = await client.calls.list({ parentCallSid: callSid })
  assert.deepEqual(
    [listed?.sid, listed?.direction, listed?.parentCallSid, listed?.status, listed?.duration, others.length],
    [childSid, 'outbound-dial', callSid, 'completed', '2', 0],
  )
})

test('all ring, the second answers first, the first is cancelled', async (t) => {
  const run = await journey(t, {
    '/voice': () =>
      `<Dial action="/done"><Number statusCallback="/ada">${ADA}</Number><Number statusCallback="/bob">${BOB}</Number></Dial>`,
    '/done': () => '<Hangup/>',
    '/ada': () => ({}),
    '/bob': () => ({}),
  })
  const { ringback, app } = run
  await ringback.phone(ADA, { answer: { afterMs: 5000 } })
  await ringback.phone(BOB, { answer: { afterMs: 4000 }, script: [{ waitMs: 2500 }, { hangup: true }] })
  await dialledIn(run)
  const [ada] = app.to('/ada')
  const [bob] = app.to('/bob')
  const done = await app.requested('/done')
  assert.deepEqual([ada!.parameters.CallStatus, ada!.parameters.CallDuration], ['canceled', '0'])
  assert.deepEqual([bob!.parameters.CallStatus, bob!.parameters.CallDuration], ['completed', '3'])
  assert.equal(done.parameters.DialCallSid, bob!.parameters.CallSid)
})

test('nobody answers: the call is forwarded to voicemail', async (t) => {
  const run = await journey(t, {
    '/voice': () => `<Dial timeout="10" action="/done">${ADA}</Dial>`,
    '/done': ({ parameters }) =>
      parameters.DialCallStatus === 'no-answer'
        ? '<Say>Leave a message.</Say><Record timeout="2" action="/message"/>'
        : '<Hangup/>',
    '/message': () => '<Hangup/>',
  })
  const { ringback, app } = run
  await ringback.phone(ADA, { answer: 'no-answer' })
  const callSid = await dialledIn(run, [
    { hear: '(ringback)' },
    { hear: 'message' },
    { waitMs: 500 },
    { say: 'Ring me' },
  ])
  const done = await app.requested('/done')
  assert.deepEqual(
    [done.parameters.DialCallDuration, done.parameters.DialBridged, done.parameters.DialCallStatus],
    ['0', 'false', 'no-answer'],
  )
  const message = await app.requested('/message')
  assert.match(message.parameters.RecordingUrl!, /RE/)
  const [rung, again, cut, greeting] = await spans(run, callSid)
  // 15 seconds of ringing from the dialling: two of them whole, the third cut.
  assert.deepEqual(
    [rung, again],
    [
      [100, 'Dial', 'tone', '(ringback)', 6000],
      [6100, 'Dial', 'tone', '(ringback)', 6000],
    ],
  )
  assert.deepEqual([cut?.[4], greeting?.[0]], [2900, 15_000])
})

test('one after the other: the next is tried when one is busy', async (t) => {
  const run = await journey(t, {
    '/voice': () => `<Dial sequential="true" action="/done"><Number>${ADA}</Number><Client>bob</Client></Dial>`,
    '/done': () => '<Hangup/>',
  })
  const { ringback, app, client } = run
  await ringback.phone(ADA, { answer: 'busy' })
  await ringback.phone('client:bob', { answer: { afterMs: 100 }, script: [{ hangup: true }] })
  const callSid = await dialledIn(run)
  const children = await client.calls.list({ parentCallSid: callSid })
  assert.deepEqual(
    children.map(({ to, status }) => [to, status]),
    [
      ['client:bob', 'completed'],
      [ADA, 'busy'],
    ],
  )
  assert.equal((await app.requested('/done')).parameters.DialCallSid, children[0]!.sid)
})

for (const [phone, status, code] of [
  [{ answer: 'busy' }, 'busy', '486'],
  [{ answer: 'reject' }, 'busy', '603'],
  [{ answer: 'unreachable' }, 'failed', '404'],
  [{ answer: 'no-answer' }, 'no-answer', '487'],
] as const) {
  test(`a party that is ${phone.answer}: the action and the party's last callback say ${status}`, async (t) => {
    const run = await journey(t, {
      '/voice': () => `<Dial action="/done"><Sip statusCallback="/child">sip:ada@example.com</Sip></Dial>`,
      '/done': () => '<Hangup/>',
      '/child': () => ({}),
    })
    await run.ringback.phone('sip:ada@example.com', phone)
    await dialledIn(run)
    const done = (await run.app.requested('/done')).parameters
    const child = (await run.app.requested('/child')).parameters
    assert.deepEqual(Object.fromEntries(Object.entries(done).filter(([name]) => name.startsWith('Dial'))), {
      DialCallStatus: status,
      DialCallSid: child.CallSid,
      DialCallDuration: '0',
      DialBridged: 'false',
      DialSipResponseCode: code,
    })
    assert.deepEqual(
      [child.CallStatus, child.CallDuration, child.Duration, child.SipResponseCode, child.SequenceNumber],
      [status, '0', '0', code, '0'],
    )
  })
}

test('click to call: the platform rings one party, which then dials the other under the number it was called from', async (t) => {
  const run = await journey(t, {
    '/voice': () => `<Say>Putting you through</Say><Dial>${BOB}</Dial><Say>Gone</Say>`,
  })
  const { ringback, app, client } = run
  await ringback.phone(BOB, { answer: { afterMs: 1000 }, script: [{ hear: 'Hi' }, { hangup: true }] })
  await ringback.phone(ADA, { script: [{ hear: 'through' }, { waitMs: 2000 }, { say: 'Hi' }] })
  const { sid } = await client.calls.create({ to: ADA, from: ringback.number, url: `${app.url}/voice` })
  assert.equal(await ringback.over(sid), 'completed')
  const [child] = await client.calls.list({ parentCallSid: sid })
  assert.deepEqual([child?.from, child?.to, child?.status], [ringback.number, BOB, 'completed'])
  assert.equal((await ringback.heard(sid)).heard.at(-1)?.text, 'Gone')
})
