/** Partial results while the caller speaks, and what Event Streams tells of a Gather. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { journey } from '../kit/journey.ts'
import { createSink, eventsTo, short, subscribe, voice } from '../kit/sinks.ts'

const TO = '+15551230001'
const PARTIAL = 'status-callback.gather.partial.captured'
const FINISHED = 'twiml.gather.finished'

const NAMES = ['SequenceNumber', 'UnstableSpeechResult', 'StableSpeechResult', 'Stability']
const essence = (parameters: Readonly<Record<string, string>>) => NAMES.map((name) => parameters[name])

test('each word is told once it has been spoken; a sink hears of that and of the result', async (t) => {
  const run = await journey(t, {
    '/voice': () =>
      '<Gather input="speech" speechTimeout="2" action="/action" partialResultCallback="/partial"><Say>Speak</Say></Gather>',
    '/partial': () => '<Hangup/>',
    '/action': () => '<Say>Thank you</Say>',
    '/status': () => ({ status: 204 }),
    '/events': () => ({}),
  })
  const { ringback, app, client } = run
  const sink = await createSink(client, 'webhook', { destination: `${app.url}/events`, method: 'POST' })
  await subscribe(client, sink, [voice(PARTIAL), voice(FINISHED)])
  await ringback.phone(TO, {
    script: [{ hear: 'speak' }, { say: 'I lost' }, { waitMs: 500 }, { say: 'my damn shit.' }],
  })
  const { sid } = await client.calls.create({
    to: TO,
    from: ringback.number,
    url: `${app.url}/voice`,
    statusCallback: `${app.url}/status`,
  })
  await ringback.over(sid)
  await ringback.clock.untilIdle()
  const partials = app.to('/partial')
  const wanted = [
    ['0', 'I', '', '0.9'],
    ['1', 'I lost', 'I', '0.9'],
    ['2', 'I lost my', 'I lost', '0.9'],
    ['3', 'I lost my damn', 'I lost my', '0.9'],
    ['4', 'I lost my damn s***.', 'I lost my damn', '0.9'],
  ]
  assert.deepEqual(
    partials.map(({ parameters }) => essence(parameters)),
    wanted,
  )
  for (const { method, parameters } of partials) {
    assert.equal(method, 'POST')
    assert.deepEqual([parameters.CallSid, parameters.CallStatus], [sid, 'in-progress'])
  }
  assert.equal((await app.requested('/action')).parameters.SpeechResult, 'I lost my damn s***.')
  const events = eventsTo(app, '/events')
  const captured = events.filter((event) => short(event) === PARTIAL)
  assert.deepEqual(captured.map(({ data }) => essence(data.request.parameters)).toSorted(), wanted)
  const [finished] = events.filter((event) => short(event) === FINISHED)
  assert.equal(finished?.data.request.parameters.SpeechResult, 'I lost my damn s***.')
})

test('a partial result callback that cannot be resolved is alerted, and the Gather goes on', async (t) => {
  const { ringback, app, client } = await journey(t, { '/action': () => '<Hangup/>' })
  await ringback.phone(TO, { script: [{ waitMs: 500 }, { say: 'Here I am' }] })
  const { sid } = await client.calls.create({
    to: TO,
    from: ringback.number,
    twiml: `<Response><Gather input="speech" speechTimeout="auto" action="${app.url}/action" partialResultCallback="/partial"/></Response>`,
  })
  await ringback.over(sid)
  assert.equal((await app.requested('/action')).parameters.SpeechResult, 'Here I am')
  const alerts = await client.calls(sid).notifications.list()
  assert.deepEqual(
    alerts.map(({ errorCode }) => errorCode),
    ['11100'],
  )
})
