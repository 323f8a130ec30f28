/** What a recording makes known to Event Streams. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { journey } from '../kit/journey.ts'
import { callPhone } from '../kit/recordings.ts'
import { createSink, eventsTo, short, subscribe, voice } from '../kit/sinks.ts'

const RECORDED = 'status-callback.recording.processed'
const FINISHED = 'twiml.record.finished'

const NAMES = ['RecordingSource', 'RecordingStatus', 'RecordingSid', 'RecordingDuration', 'RecordingUrl']
const essence = (parameters: Readonly<Record<string, string>>) => NAMES.map((name) => parameters[name] ?? '')

test('a message and a recorded call reach a sink, with what the app was told', async (t) => {
  const run = await journey(t, {
    '/voice': () =>
      '<Record action="/done" maxLength="3" playBeep="false" trim="do-not-trim" recordingStatusCallback="/message" recordingStatusCallbackEvent="in-progress completed"/>',
    '/done': () => '<Say>Thank you.</Say>',
    '/message': () => ({ status: 204 }),
    '/call': () => ({ status: 204 }),
    '/status': () => ({ status: 204 }),
    '/events': () => ({}),
  })
  const { ringback, app, client } = run
  const sink = await createSink(client, 'webhook', { destination: `${app.url}/events`, method: 'POST' })
  await subscribe(client, sink, [voice(RECORDED), voice(FINISHED)])
  const { sid } = await callPhone(run, [{ say: 'Hello, it is me again, and I have a lot to say.' }], {
    record: true,
    recordingChannels: 'dual',
    recordingStatusCallback: `${app.url}/call`,
    statusCallback: `${app.url}/status`,
  })
  await ringback.clock.untilIdle()
  const events = eventsTo(app, '/events')
  assert.ok(events.every(({ data }) => data.sid === sid))
  const [finished, ...others] = events.filter((event) => short(event) === FINISHED)
  assert.equal(others.length, 0)
  assert.equal(finished?.data.request.parameters.RecordingSid, (await app.requested('/done')).parameters.RecordingSid)
  // Every recording status callback is one event, also the one that a recording has begun.
  const processed = events
    .filter((event) => short(event) === RECORDED)
    .map(({ data }) => essence(data.request.parameters))
  const callbacks = [...app.to('/message'), ...app.to('/call')].map(({ parameters }) => essence(parameters))
  assert.deepEqual(
    callbacks.map(([source, status]) => [source, status]),
    [
      ['RecordVerb', 'in-progress'],
      ['RecordVerb', 'completed'],
      ['OutboundAPI', 'completed'],
    ],
  )
  assert.deepEqual(processed.toSorted(), callbacks.toSorted())
})
