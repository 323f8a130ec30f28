/** What is said on a call is told while it is said: what an app hears of it, in which order, and as far as it was said. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import twilio from 'twilio'
import { makeWav, toneSamples } from '../../src/wire/codec/test-sound-files.ts'
import { ADA, dialledIn } from '../kit/dials.ts'
import { type Journey, journey } from '../kit/journey.ts'
import { CALLBACK, rowsOf, startTranscription, toldOf } from '../kit/live-transcription.ts'
import { aRecognizer, words } from '../kit/recognizer.ts'
import { callPhone, PHONE } from '../kit/recordings.ts'

const NO_CONTENT = () => ({ status: 204 })
/** A tone is as good as any words that nobody knows. */
const sound = makeWav({
  channels: [toneSamples({ hz: 440, sampleRate: 8000, lengthMs: 1500 })],
  sampleRate: 8000,
  coding: 'pcm16',
})
const codes = async ({ client }: Journey, sid: string) =>
  (await client.calls(sid).notifications.list()).map(({ errorCode }) => errorCode)

test('both tracks: started, what each said, stopped at the end of the call; signed, and numbered', async (t) => {
  const run = await journey(t, {
    '/voice': () =>
      `${startTranscription(
        'name="talk" inboundTrackLabel="caller" outboundTrackLabel="agent" hints="Ada, pizza" speechModel="long"',
        '<Config name="utteranceSplit" value="1000"/>',
      )}<Say>Who is there?</Say><Pause length="3"/><Say>Goodbye.</Say>`,
    [CALLBACK]: NO_CONTENT,
  })
  const { ringback, app } = run
  const { sid: callSid } = await callPhone(run, [{ hear: 'Who is there?' }, { say: 'It is Ada.' }, { waitMs: 60_000 }])
  const told = toldOf(app)
  const transcriptionSid = told[0]?.TranscriptionSid ?? ''
  assert.match(transcriptionSid, /^GT[0-9a-f]{32}$/)
  const about = { AccountSid: ringback.accountSid, CallSid: callSid, TranscriptionSid: transcriptionSid }
  const content = { ...about, TranscriptionEvent: 'transcription-content', LanguageCode: 'en-US', Final: 'true' }
  // Answered after 2.1 s. The murmur takes 60 ms a character: the prompt ends at 780 ms, its utterance 800 ms later.
  assert.deepEqual(told, [
    {
      ...about,
      TranscriptionEvent: 'transcription-started',
      Timestamp: '2030-01-01T00:00:02.100000Z',
      SequenceId: '1',
      Name: 'talk',
      Track: 'both_tracks',
      InboundTrackLabel: 'caller',
      OutboundTrackLabel: 'agent',
      LanguageCode: 'en-US',
      PartialResults: 'false',
      TranscriptionEngine: 'google',
      ProviderConfiguration:
        '{"profanityFilter":"true","speechModel":"long","enableAutomaticPunctuation":"true","hints":"Ada, pizza","utteranceSplit":"1000"}',
    },
    {
      ...content,
      Timestamp: '2030-01-01T00:00:03.680000Z',
      SequenceId: '2',
      Track: 'outbound_track',
      TranscriptionData: '{"transcript":"Who is there?","confidence":0.98}',
    },
    {
      ...content,
      Timestamp: '2030-01-01T00:00:04.280000Z',
      SequenceId: '3',
      Track: 'inbound_track',
      TranscriptionData: '{"transcript":"It is Ada.","confidence":0.98}',
    },
    {
      ...content,
      Timestamp: '2030-01-01T00:00:06.360000Z',
      SequenceId: '4',
      Track: 'outbound_track',
      TranscriptionData: '{"transcript":"Goodbye.","confidence":0.98}',
    },
    {
      ...about,
      TranscriptionEvent: 'transcription-stopped',
      Timestamp: '2030-01-01T00:00:06.360000Z',
      SequenceId: '5',
    },
  ])
  for (const { headers, parameters } of app.to(CALLBACK))
    assert.ok(
      twilio.validateRequest(
        ringback.authToken,
        String(headers['x-twilio-signature']),
        `${app.url}${CALLBACK}`,
        parameters,
      ),
    )
  assert.deepEqual(await codes(run, callSid), [])
})

test('a prompt that a key cuts: its words as far as they were heard; it goes on in the next document', async (t) => {
  const run = await journey(t, {
    '/voice': () =>
      `${startTranscription('track="outbound_track"')}<Gather numDigits="1" action="/done"><Say>one two three four five</Say></Gather>`,
    '/done': () => '<Pause length="2"/><Say>Thank you.</Say>',
    [CALLBACK]: NO_CONTENT,
  })
  await callPhone(run, [{ waitMs: 900 }, { press: '4' }, { waitMs: 60_000 }])
  // "three" begins at 480 ms and takes until 780.
  assert.deepEqual(rowsOf(run.app), ['started', 'outbound: one two three', 'outbound: Thank you.', 'stopped'])
})

/** A caller is put through, and both legs are transcribed: that of the agent from its answer, by REST. */
async function putThrough(t: TestContext) {
  const run: Journey = await journey(t, {
    '/voice': () =>
      `${startTranscription()}<Dial action="/done"><Number url="/whisper" statusCallback="/answered" statusCallbackEvent="answered">${ADA}</Number></Dial>`,
    '/answered': async ({ parameters: { CallSid = '' } }) => {
      const statusCallbackUrl = `${run.app.url}/agent`
      await run.client.calls(CallSid).transcriptions.create({ statusCallbackUrl, partialResults: true })
      return { status: 204 }
    },
    '/whisper': () => '<Say>A call.</Say>',
    '/done': () => '<Say>Bye</Say>',
    [CALLBACK]: NO_CONTENT,
    '/agent': NO_CONTENT,
  })
  const { ringback, app } = run
  await ringback.phone(ADA, {
    answer: { afterMs: 3000 },
    script: [
      { hear: 'A call' },
      { waitMs: 1500 },
      { say: 'Ada here' },
      { hear: 'the pizza' },
      { waitMs: 1000 },
      { hangup: true },
    ],
  })
  const callSid = await dialledIn(run, [{ hear: 'Ada here' }, { say: 'It is about the damn pizza, shit' }])
  const known = new Map([callSid, ringback.accountSid].map((sid, index) => [sid, `known ${index}`]))
  const same = (text: string) =>
    text.replaceAll(/[A-Z]{2}[0-9a-f]{32}/g, (sid) => {
      if (!known.has(sid)) known.set(sid, `sid ${known.size}`)
      return known.get(sid)!
    })
  const bodies = (path: string) => app.to(path).map(({ body }) => same(body))
  return { rows: rowsOf(app), agent: rowsOf(app, '/agent'), bodies: [...bodies(CALLBACK), ...bodies('/agent')] }
}

test('two parties: each leg hears its own party inbound, and outbound what that party is played', async (t) => {
  const { rows, agent, bodies } = await putThrough(t)
  assert.deepEqual(rows, [
    'started',
    'outbound: Ada here',
    'inbound: It is about the damn pizza, s***',
    'outbound: Bye',
    'stopped',
  ])
  assert.deepEqual(agent, [
    'started',
    'outbound: A…',
    'outbound: A call.…',
    'outbound: A call.',
    'inbound: Ada…',
    'inbound: Ada here…',
    'outbound: It…',
    'outbound: It is…',
    'outbound: It is about…',
    'inbound: Ada here',
    'outbound: It is about the…',
    'outbound: It is about the damn…',
    'outbound: It is about the damn pizza,…',
    'outbound: It is about the damn pizza, s***…',
    'outbound: It is about the damn pizza, s***',
    'stopped',
  ])
  // Byte for byte, but for the SIDs.
  assert.deepEqual((await putThrough(t)).bodies, bodies)
})

test('partial results: not final, with their stability and without confidence', async (t) => {
  const run = await journey(t, {
    '/voice': () =>
      `${startTranscription('partialResults="true" languageCode="en-GB" profanityFilter="false"')}<Pause length="9"/>`,
    [CALLBACK]: NO_CONTENT,
  })
  await callPhone(run, [{ waitMs: 500 }, { say: 'Bloody shit' }, { waitMs: 60_000 }])
  const told = toldOf(run.app)
  assert.deepEqual(
    told.map(({ SequenceId, Final, Stability, TranscriptionData, LanguageCode }) => [
      SequenceId,
      Final,
      Stability,
      TranscriptionData,
      LanguageCode,
    ]),
    [
      ['1', undefined, undefined, undefined, 'en-GB'],
      ['2', 'false', '0.9', '{"transcript":"Bloody"}', 'en-GB'],
      ['3', 'false', '0.9', '{"transcript":"Bloody shit"}', 'en-GB'],
      ['4', 'true', undefined, '{"transcript":"Bloody shit","confidence":0.98}', 'en-GB'],
      ['5', undefined, undefined, undefined, undefined],
    ],
  )
})

test('sound whose words nobody knows goes to the recognizer, in its place', async (t) => {
  const service = await aRecognizer(t, () => words('This is Ada.'))
  const settings = { recognitionProvider: 'openai', recognitionUrl: service.url }
  const run = await journey(
    t,
    {
      '/voice': () =>
        `${startTranscription('track="inbound_track" languageCode="fr-FR" hints="Ada, $CLASS"')}<Pause length="9"/>`,
      [CALLBACK]: NO_CONTENT,
    },
    { settings },
  )
  await run.ringback.sound('ada', sound)
  const { sid } = await callPhone(run, [
    { waitMs: 500 },
    { play: 'ada' },
    { waitMs: 300 },
    { say: 'Bye.' },
    { waitMs: 60_000 },
  ])
  assert.deepEqual(rowsOf(run.app), ['started', 'inbound: This is Ada. Bye.', 'stopped'])
  const [{ fields }] = service.asked as [(typeof service.asked)[0]]
  assert.deepEqual([service.asked.length, fields.language, fields.prompt], [1, 'fr', 'Ada'])
  assert.deepEqual(await codes(run, sid), [])
})

test('without a recognizer that is told once, with an alert, and what is known goes on', async (t) => {
  const run = await journey(t, {
    '/voice': () =>
      `${startTranscription()}<Play>/music.wav</Play><Say>Hello.</Say><Play>/music.wav</Play><Pause length="4"/>`,
    '/music.wav': () => ({ headers: { 'content-type': 'audio/wav' }, body: sound }),
    [CALLBACK]: NO_CONTENT,
  })
  await run.ringback.sound('ada', sound)
  const { sid } = await callPhone(run, [{ waitMs: 500 }, { play: 'ada' }, { say: 'Bye.' }, { waitMs: 60_000 }])
  assert.deepEqual(rowsOf(run.app), ['started', 'error', 'outbound: Hello.', 'inbound: Bye.', 'stopped'])
  const [, error] = toldOf(run.app)
  assert.equal(error?.TranscriptionErrorCode, '32651')
  assert.match(error?.TranscriptionError ?? '', /no recognizer is set/)
  assert.deepEqual(await codes(run, sid), ['32651'])
})

test('a recognizer that fails is told once, too', async (t) => {
  const service = await aRecognizer(t, () => ({ status: 500, body: '' }))
  const settings = { recognitionProvider: 'openai', recognitionUrl: service.url }
  const run = await journey(
    t,
    { '/voice': () => `${startTranscription()}<Pause length="15"/>`, [CALLBACK]: NO_CONTENT },
    { settings },
  )
  await run.ringback.sound('ada', sound)
  const { sid } = await callPhone(run, [
    { play: 'ada' },
    { waitMs: 2000 },
    { play: 'ada' },
    { waitMs: 2000 },
    { say: 'Bye.' },
    { waitMs: 60_000 },
  ])
  assert.equal(service.asked.length, 2)
  assert.deepEqual(rowsOf(run.app), ['started', 'error', 'inbound: Bye.', 'stopped'])
  assert.deepEqual(await codes(run, sid), ['32651'])
})

test('on the real clock, from the media worker', async (t) => {
  const run = await journey(
    t,
    { '/voice': () => `${startTranscription()}<Say>Hi.</Say><Pause length="1"/>`, [CALLBACK]: NO_CONTENT },
    { clock: 'real' },
  )
  await run.ringback.phone(PHONE, {})
  await callPhone(run, { answer: { afterMs: 0 }, script: [{ say: 'Hello.' }, { waitMs: 9000 }] })
  assert.deepEqual(rowsOf(run.app).toSorted(), ['inbound: Hello.', 'outbound: Hi.', 'started', 'stopped'])
  assert.deepEqual(
    toldOf(run.app).map(({ SequenceId }) => SequenceId),
    ['1', '2', '3', '4'],
  )
})
