import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectNumber, journey } from '../kit/journey.ts'

const CALLER = '+15551230009'

test('a phone dials a number with a VoiceUrl and presses its way through', async (t) => {
  const all = await journey(t, {
    '/voice': () => '<Gather numDigits="1" action="/menu"><Say>For sales, press 1.</Say></Gather>',
    '/menu': ({ parameters }) => `<Say>You chose ${parameters.Digits}</Say>`,
    '/status': () => ({ status: 204 }),
  })
  const { ringback, app, client } = all
  await connectNumber(all, { voiceUrl: `${app.url}/voice`, voiceMethod: 'GET', statusCallback: `${app.url}/status` })
  await ringback.phone(CALLER, { script: [{ hear: 'press 1' }, { press: '1' }, { hear: '/chose \\d/' }] })
  const sid = await ringback.dialIn(CALLER)
  assert.equal(await ringback.over(sid), 'completed')

  const [voice] = app.to('/voice')
  assert.deepEqual(
    [voice?.method, voice?.parameters.CallStatus, voice?.parameters.Direction],
    ['GET', 'ringing', 'inbound'],
  )
  assert.deepEqual(
    [voice?.parameters.From, voice?.parameters.To, voice?.parameters.CallSid],
    [CALLER, ringback.number, sid],
  )
  assert.ok(voice?.parameters.CallToken)
  assert.deepEqual(
    app.to('/menu').map(({ parameters }) => [parameters.Digits, parameters.CallStatus]),
    [['1', 'in-progress']],
  )
  assert.deepEqual(
    app.to('/status').map(({ parameters }) => [parameters.CallStatus, parameters.SequenceNumber]),
    [['completed', '0']],
  )
  const story = await ringback.heard(sid)
  assert.equal(story.script?.state, 'done')
  assert.equal(story.heard.at(-1)?.text, 'You chose 1')
  const call = await client.calls(sid).fetch()
  assert.deepEqual(
    [call.direction, call.from, call.to, call.phoneNumberSid?.slice(0, 2)],
    ['inbound', CALLER, ringback.number, 'PN'],
  )
})

test('an application answers for a number, and static add-on results ride along', async (t) => {
  const all = await journey(t, { '/app': () => '<Say>Hi</Say>' })
  const { ringback, app, client } = all
  const application = await client.applications.create({ friendlyName: 'IVR', voiceUrl: `${app.url}/app` })
  await connectNumber(all, { voiceApplicationSid: application.sid, voiceUrl: `${app.url}/not-used` })
  const [number] = await client.incomingPhoneNumbers.list()
  const addOns = '{"status":"successful","results":{}}'
  const form = new URLSearchParams({ AddOns: addOns })
  const authorization = `Basic ${Buffer.from(`${ringback.accountSid}:${ringback.authToken}`).toString('base64')}`
  await fetch(`${ringback.url}${number!.uri}`, { method: 'POST', headers: { authorization }, body: form })
  const sid = await ringback.dialIn(CALLER)
  await ringback.over(sid)
  assert.deepEqual(
    app.requests.map(({ path, parameters }) => [path, parameters.AddOns]),
    [['/app', addOns]],
  )
  const [event] = await client.calls(sid).events.list()
  assert.equal((event!.request as { parameters: { add_ons: string } }).parameters.add_ons, addOns)
})

test('Reject refuses without answering, and its reason shows as the status', async (t) => {
  for (const [verb, status] of [
    ['<Reject/>', 'no-answer'],
    ['<Reject reason="busy"/>', 'busy'],
  ] as const) {
    const all = await journey(t, { '/voice': () => verb })
    await connectNumber(all, { voiceUrl: `${all.app.url}/voice` })
    const sid = await all.ringback.dialIn(CALLER)
    assert.equal(await all.ringback.over(sid), status)
    assert.equal((await all.client.calls(sid).fetch()).duration, '0')
  }
})

test('Pause first lets it ring on, and an empty document answers and hangs up', async (t) => {
  const all = await journey(t, { '/voice': () => '<Pause length="8"/><Say>Hello</Say>' }, { held: true })
  await connectNumber(all, { voiceUrl: `${all.app.url}/voice` })
  const late = await all.ringback.dialIn(CALLER)
  await all.ringback.clock.advance(7999)
  assert.equal((await all.client.calls(late).fetch()).status, 'ringing')
  await all.ringback.clock.advance(1)
  assert.equal((await all.client.calls(late).fetch()).status, 'in-progress')
  all.ringback.clock.auto()
  await all.ringback.over(late)
  all.app.route('/voice', () => '')
  const empty = await all.ringback.dialIn(CALLER)
  assert.equal(await all.ringback.over(empty), 'completed')
})

test('a number without a URL fails the call at once and says nothing', async (t) => {
  const { ringback, client } = await journey(t)
  const sid = await ringback.dialIn(CALLER)
  assert.equal(await ringback.over(sid), 'failed')
  assert.deepEqual(await client.calls(sid).notifications.list(), [])
})

test('calling a number of the account runs its VoiceUrl as a call of its own', async (t) => {
  const all = await journey(t, {
    '/out': () => '<Pause length="1"/><Play digits="5"/><Pause length="5"/>',
    '/in': () => '<Gather numDigits="1" action="/pressed"/>',
    '/pressed': () => '<Hangup/>',
  })
  const { ringback, app, client } = all
  await connectNumber(all, { voiceUrl: `${app.url}/in` })
  const { sid } = await client.calls.create({ to: ringback.number, from: '+15551230001', url: `${app.url}/out` })
  assert.equal(await ringback.over(sid), 'completed')
  const calls = await client.calls.list()
  assert.deepEqual(calls.map(({ direction, status }) => [direction, status]).toSorted(), [
    ['inbound', 'completed'],
    ['outbound-api', 'completed'],
  ])
  assert.equal(app.to('/pressed')[0]?.parameters.Digits, '5')
})
