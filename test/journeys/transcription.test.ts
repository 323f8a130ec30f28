/** Messages are written down: what the app and Event Streams are told, and what REST knows of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeWav, toneSamples } from '../../src/wire/codec/test-sound-files.ts'
import { type Journey, journey } from '../kit/journey.ts'
import { aRecognizer, words } from '../kit/recognizer.ts'
import { callPhone } from '../kit/recordings.ts'
import { createSink, eventsTo, short, subscribe, voice } from '../kit/sinks.ts'

const PROCESSED = 'status-callback.transcription.processed'

const message = (attributes: string) => ({
  '/voice': () =>
    `<Record action="/done" playBeep="false" timeout="4" transcribe="true" transcribeCallback="/written" ${attributes}/>`,
  '/done': () => '<Hangup/>',
  '/written': () => ({ status: 204 }),
  '/status': () => ({ status: 204 }),
  '/events': () => ({}),
})

const sound = makeWav({
  channels: [toneSamples({ hz: 440, sampleRate: 8000, lengthMs: 3000 })],
  sampleRate: 8000,
  coding: 'pcm16',
})

const codes = async ({ client }: Journey, sid: string) =>
  (await client.calls(sid).notifications.list()).map(({ errorCode }) => errorCode)

test('words are written down in their order; REST shows the text, and deletes it', async (t) => {
  const run = await journey(t, message(''))
  const { ringback, app, client } = run
  const sink = await createSink(client, 'webhook', { destination: `${app.url}/events`, method: 'POST' })
  await subscribe(client, sink, [voice(PROCESSED)])
  const script = [
    { waitMs: 1000 },
    { say: 'Hello, this is Ada.' },
    { waitMs: 2000 },
    { say: 'Please ring me back, damn it.' },
  ]
  const { sid } = await callPhone(run, script, { statusCallback: `${app.url}/status` })
  await ringback.clock.untilIdle()
  const done = await app.requested('/done')
  const written = await app.requested('/written')
  const { RecordingSid: recordingSid, RecordingUrl: recordingUrl } = done.parameters
  const { TranscriptionSid: transcriptionSid } = written.parameters
  assert.match(transcriptionSid!, /^TR[0-9a-f]{32}$/)
  assert.equal(written.method, 'POST')
  const standard = ['AccountSid', 'CallSid', 'From', 'To', 'CallStatus', 'ApiVersion', 'Direction']
  for (const name of standard) assert.equal(typeof written.parameters[name], 'string', name)
  assert.equal(written.parameters.CallSid, sid)
  const text = 'Hello, this is Ada. Please ring me back, damn it.'
  const own = Object.entries(written.parameters).filter(([name]) => /^(?:Transcription|Recording)/.test(name))
  assert.deepEqual(Object.fromEntries(own), {
    RecordingSid: recordingSid,
    RecordingUrl: recordingUrl,
    TranscriptionSid: transcriptionSid,
    TranscriptionStatus: 'completed',
    TranscriptionText: text,
    TranscriptionUrl: `${recordingUrl}/Transcriptions/${transcriptionSid}`,
  })

  const fetched = await client.transcriptions(transcriptionSid!).fetch()
  const { status, transcriptionText, type, duration } = fetched
  assert.deepEqual([fetched.recordingSid, status, transcriptionText, type], [recordingSid, 'completed', text, 'fast'])
  assert.equal(duration, (await client.recordings(recordingSid!).fetch()).duration)
  const sids = (found: readonly { sid: string }[]) => found.map((one) => one.sid)
  assert.deepEqual(sids(await client.transcriptions.list()), [transcriptionSid])
  assert.deepEqual(sids(await client.recordings(recordingSid!).transcriptions.list()), [transcriptionSid])
  const ofRecording = client.recordings(recordingSid!).transcriptions(transcriptionSid!)
  assert.equal((await ofRecording.fetch()).transcriptionText, text)

  const [event, ...others] = eventsTo(app, '/events').filter((one) => short(one) === PROCESSED)
  assert.equal(others.length, 0)
  assert.equal(event?.data.request.parameters.TranscriptionText, text)
  assert.deepEqual(await codes(run, sid), [])

  await ofRecording.remove()
  await assert.rejects(client.transcriptions(transcriptionSid!).fetch(), { status: 404, code: 20404 })
  assert.deepEqual(sids(await client.transcriptions.list()), [])
})

test('a caller who hangs up in the middle of a word has not said it', async (t) => {
  const run = await journey(t, message('maxLength="3"'))
  // 60 ms a character: three seconds end in the last word but one.
  await callPhone(run, [{ say: 'One two three four five six seven eight nine ten eleven' }])
  const { parameters } = await run.app.requested('/written')
  assert.equal(parameters.TranscriptionText, 'One two three four five six seven eight nine ten')
})

test('sound whose words nobody knows goes to the recognizer', async (t) => {
  const service = await aRecognizer(t, () => words('This is Ada.'))
  const settings = { recognitionProvider: 'openai', recognitionUrl: service.url }
  const run = await journey(t, message(''), { settings })
  await run.ringback.sound('ada', sound)
  const { sid } = await callPhone(run, [{ waitMs: 1000 }, { play: 'ada' }, { waitMs: 1500 }, { say: 'Bye.' }])
  const { parameters } = await run.app.requested('/written')
  assert.deepEqual([parameters.TranscriptionStatus, parameters.TranscriptionText], ['completed', 'This is Ada. Bye.'])
  assert.equal(service.asked[0]?.fields.language, 'en')
  assert.deepEqual(await codes(run, sid), [])
})

test('without a recognizer it has failed, and the call is told why', async (t) => {
  const run = await journey(t, message(''))
  await run.ringback.sound('ada', sound)
  const { sid } = await callPhone(run, [{ waitMs: 1000 }, { play: 'ada' }])
  const { parameters } = await run.app.requested('/written')
  assert.deepEqual([parameters.TranscriptionStatus, parameters.TranscriptionText], ['failed', ''])
  const fetched = await run.client.transcriptions(parameters.TranscriptionSid!).fetch()
  assert.deepEqual([fetched.status, fetched.transcriptionText], ['failed', null])
  assert.deepEqual(await codes(run, sid), ['81005'])
})

test('too short a message is not transcribed', async (t) => {
  const run = await journey(t, message(''))
  const { sid } = await callPhone(run, [{ waitMs: 1000 }, { say: 'Hello.' }])
  await run.app.requested('/done')
  assert.equal(run.app.to('/written').length, 0)
  assert.deepEqual(await run.client.transcriptions.list(), [])
  assert.deepEqual(await codes(run, sid), ['13617'])
})

test('nothing was said: the text is (blank) where silence is kept, and there is none where it is not', async (t) => {
  const run = await journey(t, message('trim="do-not-trim"'))
  await callPhone(run, [{ waitMs: 1000 }])
  const { parameters } = await run.app.requested('/written')
  assert.deepEqual([parameters.TranscriptionStatus, parameters.TranscriptionText], ['completed', '(blank)'])
  const trimmed = await journey(t, message(''))
  await callPhone(trimmed, [{ waitMs: 1000 }])
  await trimmed.app.requested('/done')
  assert.equal(trimmed.app.to('/written').length, 0)
})
