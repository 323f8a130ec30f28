/** Detection as a call and its app live with it: what is asked and told when, what ends it, and what the sinks get. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { detectBeside, detectFirst, detectionJourney } from '../kit/detection.ts'
import { PHONE, ringPhone } from '../kit/recordings.ts'
import { createSink, eventsTo, subscribe, voice } from '../kit/sinks.ts'

const HELLO = { greeting: 'Hello?' }
const HELLO_MS = 360 + 1200
const AMD = voice('status-callback.amd.detected')

test('before the document: the callee hears silence, then the document is asked for with the verdict', async (t) => {
  const run = await detectionJourney(t)
  run.app.route('/status', () => ({ status: 204 }))
  const { sid } = await detectFirst(run, HELLO, 'Enable', {
    statusCallback: `${run.app.url}/status`,
    statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
    asyncAmdStatusCallback: `${run.app.url}/amd`,
  })
  const [asked] = run.app.to('/voice')
  assert.equal(asked?.parameters.CallStatus, 'in-progress')
  assert.equal(asked?.parameters.MachineDetectionDuration, String(HELLO_MS))
  assert.deepEqual(run.app.to('/amd'), [], 'nothing is told beside')
  assert.deepEqual(
    run.app.to('/status').map(({ parameters }) => [parameters.CallStatus, parameters.AnsweredBy]),
    [
      ['initiated', undefined],
      ['ringing', undefined],
      ['in-progress', undefined],
      ['completed', 'human'],
    ],
  )
  const { heard } = await run.ringback.heard(sid)
  assert.deepEqual(
    heard.map(({ atMs, text }) => [atMs, text]),
    [[HELLO_MS, 'Well.']],
  )
})

test('before a document that came with the call', async (t) => {
  const run = await detectionJourney(t)
  const sid = await ringPhone(run, HELLO, {
    twiml: '<Response><Say>Well.</Say></Response>',
    machineDetection: 'Enable',
  })
  await run.ringback.over(sid)
  assert.equal((await run.ringback.heard(sid)).heard[0]?.atMs, HELLO_MS)
  assert.equal((await run.client.calls(sid).fetch()).answeredBy, 'human')
})

test('beside the document: the callback has four parameters and is signed; sinks get its event', async (t) => {
  const run = await detectionJourney(t)
  const { app, client } = run
  app.route('/events', () => ({ status: 200 }))
  const sink = await createSink(client, 'webhook', { destination: `${app.url}/events`, method: 'POST' })
  await subscribe(client, sink, [AMD])
  const { sid } = await detectBeside(run, HELLO, 'DetectMessageEnd')
  const [told] = app.to('/amd')
  assert.deepEqual(told?.parameters, {
    CallSid: sid,
    AccountSid: run.ringback.accountSid,
    AnsweredBy: 'human',
    MachineDetectionDuration: String(HELLO_MS),
  })
  assert.equal(told?.method, 'POST')
  assert.ok(told?.headers['x-twilio-signature'])
  assert.deepEqual([app.to('/voice')[0]?.parameters.AnsweredBy, app.to('/voice').length], [undefined, 1])
  await app.requested('/events')
  await run.ringback.clock.untilIdle()
  const events = eventsTo(app, '/events')
  assert.deepEqual(
    events.map(({ type, data }) => [type, data.sid, data.request.parameters]),
    [[AMD, sid, told?.parameters]],
  )
})

test('before the document there is no request of its own, and so no event', async (t) => {
  const run = await detectionJourney(t)
  const { app, client } = run
  app.route('/events', () => ({ status: 200 }))
  const sink = await createSink(client, 'webhook', { destination: `${app.url}/events`, method: 'POST' })
  await subscribe(client, sink, [AMD, voice('status-callback.call.completed')])
  await detectFirst(run, HELLO, 'Enable', { statusCallback: `${app.url}/amd` })
  await app.requested('/events')
  await run.ringback.clock.untilIdle()
  assert.deepEqual(
    eventsTo(app, '/events').map(({ type }) => type),
    [voice('status-callback.call.completed')],
  )
})

test('by GET the parameters stand in the query', async (t) => {
  const run = await detectionJourney(t)
  const { answeredBy } = await detectBeside(run, HELLO, 'Enable', { asyncAmdStatusCallbackMethod: 'GET' })
  assert.deepEqual([answeredBy, run.app.to('/amd')[0]?.method], ['human', 'GET'])
})

test('a callback that fails is an alert, not the end of the call', async (t) => {
  const run = await detectionJourney(t)
  run.app.route('/amd', () => ({ status: 404 }))
  const { sid, saidAtMs } = await detectBeside(run, HELLO, 'Enable')
  assert.equal(saidAtMs, 0)
  const alerts = await run.client.calls(sid).notifications.list()
  assert.deepEqual(
    alerts.map(({ errorCode }) => errorCode),
    ['15003'],
  )
  assert.equal((await run.client.calls(sid).fetch()).answeredBy, 'human')
})

test('nobody learns a verdict that came too late: the party has hung up', async (t) => {
  const run = await detectionJourney(t)
  const gone = { script: [{ waitMs: 1000 }, { hangup: true as const }] }
  for (const detect of [detectFirst, detectBeside]) {
    const { sid, answeredBy } = await detect(run, gone, 'Enable')
    const call = await run.client.calls(sid).fetch()
    assert.deepEqual([answeredBy, call.answeredBy, call.status, call.duration], [undefined, null, 'completed', '1'])
    assert.deepEqual(await run.client.calls(sid).notifications.list(), [])
  }
  assert.deepEqual([run.app.to('/voice').length, run.app.to('/amd').length], [1, 0])
})

test('a redirect that comes during the detection takes its place', async (t) => {
  const run = await detectionJourney(t)
  run.ringback.clock.hold()
  const sid = await ringPhone(run, { answer: { afterMs: 0 } }, { machineDetection: 'Enable' })
  await run.ringback.clock.advance(1500)
  await run.client.calls(sid).update({ twiml: '<Response><Say>Elsewhere.</Say></Response>' })
  run.ringback.clock.auto()
  await run.ringback.over(sid)
  const call = await run.client.calls(sid).fetch()
  assert.deepEqual([call.answeredBy, run.app.to('/voice').length], [null, 0])
  assert.deepEqual(
    (await run.ringback.heard(sid)).heard.map(({ text }) => text),
    ['Elsewhere.'],
  )
})

test('a redirect does not end the detection beside the document', async (t) => {
  const run = await detectionJourney(t)
  run.ringback.clock.hold()
  const sid = await ringPhone(
    run,
    { answer: { afterMs: 0 } },
    { machineDetection: 'Enable', asyncAmd: 'true', asyncAmdStatusCallback: `${run.app.url}/amd` },
  )
  await run.ringback.clock.advance(1500)
  await run.client.calls(sid).update({ twiml: '<Response><Pause length="20"/></Response>' })
  run.ringback.clock.auto()
  await run.ringback.over(sid)
  assert.equal(run.app.to('/amd')[0]?.parameters.AnsweredBy, 'unknown')
})

test('the app tells a machine its message when the machine listens', async (t) => {
  const run = await detectionJourney(t)
  const words = 'Please leave a message after the tone. Thank you for calling.'
  run.app.route('/voice', ({ parameters }) =>
    parameters.AnsweredBy === 'machine_end_beep' ? '<Say>Call me back.</Say>' : '<Hangup/>',
  )
  const sid = await ringPhone(run, { machine: { greeting: words } }, { machineDetection: 'DetectMessageEnd' })
  await run.ringback.over(sid)
  const { heard, said } = await run.ringback.heard(sid)
  const beepEndsMs = said.at(-1)!.atMs + 400
  assert.deepEqual(
    heard.map(({ text }) => text),
    ['Call me back.'],
  )
  assert.ok(heard[0]!.atMs >= beepEndsMs && heard[0]!.atMs <= beepEndsMs + 100, `${heard[0]!.atMs} ms`)
})

test('SendDigits win, and a call that does not ask gets no verdict', async (t) => {
  const run = await detectionJourney(t)
  const { sid } = await detectBeside(run, HELLO, 'Enable', { sendDigits: '1' })
  assert.equal((await run.client.calls(sid).fetch()).answeredBy, null)
  const plain = await ringPhone(run, HELLO)
  await run.ringback.over(plain)
  assert.equal((await run.client.calls(plain).fetch()).answeredBy, null)
  assert.deepEqual(run.app.to('/amd'), [])
})

test('numbers that behave by themselves: voicemail, fax, and everybody else, who says nothing', async (t) => {
  const run = await detectionJourney(t)
  const { ringback, client, app } = run
  for (const [to, answeredBy] of [
    ['+15005550105', 'machine_end_beep'],
    ['+15005550106', 'fax'],
    [PHONE, 'unknown'],
  ] as const) {
    const { sid } = await client.calls.create({
      to,
      from: ringback.number,
      url: `${app.url}/voice`,
      machineDetection: 'DetectMessageEnd',
    })
    await ringback.over(sid)
    assert.equal((await client.calls(sid).fetch()).answeredBy, answeredBy, to)
  }
})

test('on the clock of the machine, where sound has a thread of its own', async (t) => {
  const run = await detectionJourney(t, { clock: 'real' })
  const phone = { ...HELLO, answer: { afterMs: 0 }, script: [{ waitMs: 1500 }, { hangup: true as const }] }
  const { answeredBy, durationMs } = await detectFirst(run, phone, 'Enable', {
    machineDetectionSpeechEndThreshold: 500,
  })
  assert.equal(answeredBy, 'human')
  // The first words of a process take a moment to become sound.
  assert.ok(durationMs >= 860 && durationMs % 20 === 0, `${durationMs} ms`)
})
