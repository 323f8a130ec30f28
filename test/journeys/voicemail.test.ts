/** A simulated caller leaves a voicemail: what the app is told, what is in the file, and what the ledger says of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectNumber, type Journey, journey } from '../kit/journey.ts'
import { parseWav, powerAt, soundings } from '../kit/wav-file.ts'

const CALLER = '+15551230001'
const WORDS = 'Hello, this is Ada. Please ring me back.' // 40 characters: 2,400 ms
const GREETING = 'Leave a message.' // 16 characters: 960 ms
/** The beep comes after the greeting; the recording after its 400 ms. */
const BEGINS_MS = 960 + 400

const voicemail = (attributes: string) => ({
  '/voice': () => `<Say>${GREETING}</Say><Record action="/done" ${attributes}/>`,
  '/done': () => '<Say>Thank you.</Say>',
  '/recorded': () => ({ status: 204 }),
})

async function fetchRecording({ ringback, client }: Journey, sid: string, suffix = '.wav'): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`${ringback.accountSid}:${ringback.authToken}`).toString('base64')}`
  return fetch(`${ringback.url}/2010-04-01/Accounts/${client.accountSid}/Recordings/${sid}${suffix}`, {
    headers: { authorization },
  })
}

async function leaveMessage(journeyed: Journey, script: Parameters<Journey['ringback']['phone']>[1]['script']) {
  const { ringback } = journeyed
  await connectNumber(journeyed, { voiceUrl: `${journeyed.app.url}/voice` })
  await ringback.phone(CALLER, { script: script! })
  const callSid = await ringback.dialIn(CALLER)
  await ringback.over(callSid)
  return callSid
}

test('words and a pressed tone are in the file where the ledger says they are', async (t) => {
  const run = await journey(
    t,
    voicemail('finishOnKey="#" trim="do-not-trim" timeout="3" recordingStatusCallback="/recorded"'),
  )
  const { app, ringback, client } = run
  const callSid = await leaveMessage(run, [
    { hear: GREETING },
    { waitMs: 1400 },
    { say: WORDS },
    { waitMs: 500 },
    { press: '5', inBand: true },
  ])
  const done = await app.requested('/done')
  const recorded = await app.requested('/recorded')
  const { RecordingSid: sid } = done.parameters
  const heard = await ringback.heard(callSid)
  const said = heard.said[0]!
  const pressed = heard.pressed[0]!
  const wav = parseWav(new Uint8Array(await (await fetchRecording(run, sid!)).arrayBuffer()))
  const [channel] = wav.channels
  const spoken = soundings(channel!)
  const near = (actual: number, expected: number) =>
    assert.ok(Math.abs(actual - expected) <= 20, `${actual} ms is not within 20 ms of ${expected}`)
  near(spoken[0]![0], said.atMs - BEGINS_MS)
  near(spoken[0]![1], said.atMs - BEGINS_MS + 2400)
  near(spoken[1]![0], pressed.atMs - BEGINS_MS)
  near(spoken[1]![1], pressed.atMs - BEGINS_MS + 100)
  const [from, to] = spoken[1]!
  assert.ok(powerAt(channel!, 770, from, to) > 0.3, 'the low tone of 5')
  assert.ok(powerAt(channel!, 1336, from, to) > 0.3, 'the high tone of 5')
  assert.ok(powerAt(channel!, 852, from, to) < 0.05, 'no other low tone')
  // Three seconds of silence after the key end it.
  near(wav.lengthMs, pressed.atMs - BEGINS_MS + 100 + 3000)
  assert.equal(done.parameters.RecordingDuration, String(Math.ceil(wav.lengthMs / 1000)))
  assert.equal(done.parameters.Digits, undefined)
  assert.deepEqual(recorded.parameters, {
    AccountSid: ringback.accountSid,
    CallSid: callSid,
    RecordingSid: sid,
    RecordingUrl: `${ringback.url}/2010-04-01/Accounts/${ringback.accountSid}/Recordings/${sid}`,
    RecordingStatus: 'completed',
    RecordingDuration: String(Math.ceil(wav.lengthMs / 1000)),
    RecordingChannels: '1',
    RecordingStartTime: recorded.parameters.RecordingStartTime,
    RecordingSource: 'RecordVerb',
    RecordingTrack: 'inbound',
    ErrorCode: '0',
  })
  assert.equal(done.parameters.RecordingUrl, recorded.parameters.RecordingUrl)
  const beep = heard.heard.find(({ verb }) => verb === 'Record')
  assert.deepEqual([beep?.kind, beep?.text, beep?.playedMs], ['tone', '(beep)', 400])
  const fetched = await client.recordings(sid!).fetch()
  assert.deepEqual(
    [fetched.status, fetched.source, fetched.channels, fetched.callSid, fetched.duration],
    ['completed', 'RecordVerb', 1, callSid, String(Math.ceil(wav.lengthMs / 1000))],
  )
})

test('trimmed, the words alone are left; the key that ends it is told', async (t) => {
  const run = await journey(t, voicemail(''))
  const { app } = run
  await leaveMessage(run, [{ hear: GREETING }, { waitMs: 2400 }, { say: WORDS }, { waitMs: 1000 }, { press: '1' }])
  const done = await app.requested('/done')
  assert.equal(done.parameters.Digits, '1')
  assert.equal(done.parameters.RecordingDuration, '6')
  const wav = parseWav(
    new Uint8Array(await (await fetchRecording(run, String(done.parameters.RecordingSid))).arrayBuffer()),
  )
  assert.ok(Math.abs(wav.lengthMs - 2400) <= 40, `${wav.lengthMs} ms`)
})

test('whoever hangs up has left a message too', async (t) => {
  const run = await journey(
    t,
    voicemail('recordingStatusCallback="/recorded" recordingStatusCallbackEvent="in-progress completed"'),
  )
  const { app, client } = run
  const callSid = await leaveMessage(run, [{ hear: GREETING }, { waitMs: 1000 }, { say: WORDS }, { hangup: true }])
  const done = await app.requested('/done')
  assert.equal(done.parameters.Digits, 'hangup')
  assert.equal(done.parameters.CallStatus, 'completed')
  await app.requested('/recorded', 2)
  const statuses = app.to('/recorded').map(({ parameters }) => parameters.RecordingStatus)
  assert.deepEqual(statuses, ['in-progress', 'completed'])
  const [listed] = await client.calls(callSid).recordings.list()
  assert.equal(listed?.status, 'completed')
  const events = await client.calls(callSid).events.list()
  assert.ok(events.some(({ request }) => String(request.url).endsWith('/recorded')))
})

test('nobody speaks: the recording is absent, the app goes on', async (t) => {
  const run = await journey(
    t,
    voicemail('timeout="2" recordingStatusCallback="/recorded" recordingStatusCallbackEvent="completed absent"'),
  )
  const { app, client } = run
  await leaveMessage(run, [])
  const done = await app.requested('/done')
  assert.equal(done.parameters.RecordingDuration, '2')
  const recorded = await app.requested('/recorded')
  assert.deepEqual([recorded.parameters.RecordingStatus, recorded.parameters.ErrorCode], ['absent', '16102'])
  const fetched = await client.recordings(String(done.parameters.RecordingSid)).fetch()
  assert.deepEqual([fetched.status, fetched.errorCode], ['absent', 16102])
  assert.equal((await fetchRecording(run, fetched.sid)).status, 404)
})
