/** Live transcriptions begin, are named, are stopped, are refused; and what else than the app hears of them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Journey, journey } from '../kit/journey.ts'
import { CALLBACK, rowsOf, startTranscription, toldOf, transcription } from '../kit/live-transcription.ts'
import { callPhone, ringPhone } from '../kit/recordings.ts'
import { createSink, eventsTo, subscribe, voice } from '../kit/sinks.ts'

const NO_CONTENT = () => ({ status: 204 })
const PROCESSED = 'status-callback.transcription.processed'

const alerts = async ({ client }: Journey, sid: string) =>
  (await client.calls(sid).notifications.list()).map(({ errorCode }) => errorCode).toSorted()

test('Stop by name: the words until then, and the call goes on; a name that is not running is a warning', async (t) => {
  const run = await journey(t, {
    '/voice': () =>
      `${startTranscription('name="one" track="outbound_track"')}${startTranscription('name="two" track="inbound_track"')}
       <Say>Before.</Say><Redirect>/next</Redirect>`,
    '/next': () =>
      `<Stop>${transcription('name="one"')}</Stop><Stop>${transcription('name="one"')}<Transcription/></Stop><Say>After.</Say><Pause length="2"/>`,
    [CALLBACK]: NO_CONTENT,
  })
  const { sid } = await callPhone(run, [{ hear: 'After' }, { say: 'Bye.' }, { waitMs: 60_000 }])
  assert.deepEqual(rowsOf(run.app), ['started', 'started', 'outbound: Before.', 'stopped', 'inbound: Bye.', 'stopped'])
  assert.deepEqual(await alerts(run, sid), ['81001', '81001'])
})

test('what cannot be started is an alert, and tells nobody: a name twice, an engine that is none, too many', async (t) => {
  const eight = Array.from({ length: 8 }, () => '<Transcription/>').join('')
  const run = await journey(t, {
    '/voice': () =>
      `<Start>${transcription('name="x"')}${transcription('name="x"')}${transcription('transcriptionEngine="oracle"')}
       ${transcription('transcriptionEngine="deepgram" statusCallbackMethod="GET"')}${eight}${transcription()}</Start><Pause length="1"/>`,
    [CALLBACK]: NO_CONTENT,
  })
  const { sid } = await callPhone(run, [{ waitMs: 60_000 }])
  assert.deepEqual(
    toldOf(run.app)
      .map(({ TranscriptionEvent, TranscriptionEngine = '' }) => `${TranscriptionEvent} ${TranscriptionEngine}`)
      .toSorted(),
    [
      'transcription-started deepgram',
      'transcription-started google',
      'transcription-stopped ',
      'transcription-stopped ',
    ],
  )
  assert.equal(run.app.to(CALLBACK).filter(({ method }) => method === 'GET').length, 2)
  assert.deepEqual(await alerts(run, sid), ['32650', '81021', '81021'])
})

test('before an inbound call is answered: it begins, and hears what comes', async (t) => {
  const run = await journey(t, {
    '/voice': () => `${startTranscription()}<Pause length="2"/><Say>Welcome.</Say>`,
    [CALLBACK]: NO_CONTENT,
  })
  const [number] = await run.client.incomingPhoneNumbers.list({ phoneNumber: run.ringback.number })
  await run.client.incomingPhoneNumbers(number!.sid).update({ voiceUrl: `${run.app.url}/voice` })
  await run.ringback.phone('+15551230009', { script: [{ waitMs: 60_000 }] })
  await run.ringback.over(await run.ringback.dialIn('+15551230009'))
  assert.deepEqual(rowsOf(run.app), ['started', 'outbound: Welcome.', 'stopped'])
})

test('by REST: begun in the middle of a prompt, stopped by SID and by name, refused when it may not be', async (t) => {
  const run = await journey(
    t,
    { '/voice': () => '<Say>one two three four five six seven eight</Say><Pause length="9"/>', [CALLBACK]: NO_CONTENT },
    { held: true },
  )
  const { ringback, app, client } = run
  const callSid = await ringPhone(run, { answer: { afterMs: 1000 }, script: [{ waitMs: 20_000 }] })
  const call = client.calls(callSid)
  const statusCallbackUrl = `${app.url}${CALLBACK}`
  await assert.rejects(call.transcriptions.create({ statusCallbackUrl }), { status: 400, code: 21220 })
  await assert.rejects(call.transcriptions('x').update({ status: 'stopped' }), { status: 400, code: 21220 })
  // Answered after 1.1 s: "three" is over 780 ms later.
  await ringback.clock.advance(1880)
  for (const wrong of [
    { languageCode: 'English please' },
    { track: 'some_track' as 'both_tracks' },
    { partialResults: 'maybe' as unknown as boolean },
    { name: 'n'.repeat(256) },
  ])
    await assert.rejects(call.transcriptions.create(wrong), { status: 400, code: 20001 })
  await assert.rejects(call.transcriptions.create({ statusCallbackUrl: 'ftp://app' }), { status: 400, code: 21609 })
  await assert.rejects(call.transcriptions.create({ statusCallbackUrl, statusCallbackMethod: 'PUT' }), {
    status: 400,
    code: 21209,
  })
  const created = await call.transcriptions.create({
    name: 'mine',
    statusCallbackUrl,
    track: 'outbound_track',
    outboundTrackLabel: 'agent',
    transcriptionEngine: 'deepgram',
    speechModel: 'nova-3',
    profanityFilter: false,
    enableAutomaticPunctuation: false,
    hints: 'one,two',
    languageCode: 'en-GB',
    enableProviderData: true,
  })
  assert.match(created.sid, /^GT[0-9a-f]{32}$/)
  assert.deepEqual(
    [created.accountSid, created.callSid, created.name, created.status, created.uri],
    [
      ringback.accountSid,
      callSid,
      'mine',
      'in-progress',
      `/2010-04-01/Accounts/${ringback.accountSid}/Calls/${callSid}/Transcriptions/${created.sid}.json`,
    ],
  )
  const { parameters } = await app.requested(CALLBACK)
  assert.deepEqual(
    [parameters.Name, parameters.TranscriptionEngine, parameters.OutboundTrackLabel, parameters.ProviderConfiguration],
    [
      'mine',
      'deepgram',
      'agent',
      '{"profanityFilter":"false","speechModel":"nova-3","enableAutomaticPunctuation":"false","hints":"one,two"}',
    ],
  )
  await assert.rejects(call.transcriptions.create({ name: 'mine' }), { status: 409, code: 20409 })
  await assert.rejects(call.transcriptions('other').update({ status: 'stopped' }), { status: 404, code: 20404 })
  await assert.rejects(call.transcriptions('mine').update({ status: 'paused' as 'stopped' }), { code: 20001 })
  const nameless = await call.transcriptions.create()
  assert.equal(nameless.name, nameless.sid)
  const none = await call.transcriptions.create({ transcriptionEngine: 'oracle', statusCallbackUrl, name: 'none' })
  assert.deepEqual([none.name, none.status], ['none', 'stopped'])

  await ringback.clock.advance(1000)
  const stopped = await call.transcriptions('mine').update({ status: 'stopped' })
  assert.deepEqual([stopped.sid, stopped.status], [created.sid, 'stopped'])
  assert.equal((await call.transcriptions(created.sid).update({ status: 'stopped' })).status, 'stopped')
  assert.equal((await call.transcriptions(nameless.sid).update({ status: 'stopped' })).status, 'stopped')
  await app.requested(CALLBACK, 3)
  assert.deepEqual(rowsOf(app), ['started', 'outbound: four five six', 'stopped'])
  assert.equal((await call.fetch()).status, 'in-progress')
  // Its name is free again.
  await call.transcriptions.create({ name: 'mine' })
  ringback.clock.auto()
  await ringback.over(callSid)
  await assert.rejects(call.transcriptions('mine').update({ status: 'stopped' }), { status: 400, code: 21220 })
  await assert.rejects(client.calls(`CA${'0'.repeat(32)}`).transcriptions.create(), { status: 404, code: 20404 })
  assert.deepEqual(await alerts(run, callSid), ['32650'])
})

for (const [what, eventsTranscriptionContent, wanted] of [
  ['an event sink hears of the beginning and the end, not of the words', false, ['started', 'stopped']],
  ['with events.transcriptionContent of the words, too', true, ['started', 'content', 'stopped']],
] as const)
  test(what, async (t) => {
    const run = await journey(
      t,
      {
        '/voice': () => `${startTranscription('name="talk"')}<Say>Hello.</Say><Pause length="1"/>`,
        [CALLBACK]: NO_CONTENT,
        '/events': () => ({}),
      },
      { settings: { eventsTranscriptionContent } },
    )
    const { app, client, ringback } = run
    const sink = await createSink(client, 'webhook', { destination: `${app.url}/events`, method: 'POST' })
    await subscribe(client, sink, [voice(PROCESSED)])
    const { sid } = await callPhone(run, [{ waitMs: 60_000 }])
    await ringback.clock.untilIdle()
    assert.deepEqual(
      eventsTo(app, '/events').map(({ data }) => [data.sid, data.request.parameters.TranscriptionEvent]),
      wanted.map((event) => [sid, `transcription-${event}`]),
    )
    const told = (await client.calls(sid).events.list())
      .map(({ request }) => (request as { parameters: Record<string, string> }).parameters)
      .flatMap(({ transcription_event: event, TranscriptionEvent: other }) => event ?? other ?? [])
    assert.deepEqual(told, ['transcription-started', 'transcription-content', 'transcription-stopped'])
  })

test('an app that refuses its callbacks is alerted of ten, and one that is gone is not waited for', async (t) => {
  const run = await journey(t, {
    '/voice': () =>
      `${startTranscription('partialResults="true"')}<Say>one two three four five six seven eight nine ten eleven twelve</Say>`,
    [CALLBACK]: ({ parameters }) =>
      parameters.TranscriptionEvent === 'transcription-started' ? NO_CONTENT() : { reset: true },
  })
  const { sid } = await callPhone(run, [{ waitMs: 60_000 }])
  const told = toldOf(run.app).map(({ TranscriptionEvent, Final }) => [TranscriptionEvent, Final])
  assert.deepEqual(told.slice(-2), [
    // The last word was under way when the call ended: the final that waited behind it is dropped.
    ['transcription-content', 'false'],
    ['transcription-stopped', undefined],
  ])
  assert.equal((await alerts(run, sid)).length, 10)
})
