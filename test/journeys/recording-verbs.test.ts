/** `<Start><Recording>` and `<Stop>`, and the ways a `<Record>` can end. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Journey, journey } from '../kit/journey.ts'
import { callPhone, NEAR_MS, near, nearStretches, playedStretches, recordedWav, ringPhone } from '../kit/recordings.ts'
import { soundings } from '../kit/wav-file.ts'

const alertsOf = async ({ ringback }: Journey, callSid: string) =>
  (await ringback.ask<{ alerts: { code: number; message: string }[] }>('GET', `/Alerts?callSid=${callSid}`)).alerts

test('Start and Stop record what lies between them, by name, beside everything else', async (t) => {
  const run = await journey(t, {
    '/voice': () =>
      '<Say>Before</Say><Start><Recording name="middle" trim="do-not-trim" recordingStatusCallback="/recorded?of=middle" recordingStatusCallbackEvent="in-progress completed"/><Recording name="all" channels="mono" recordingStatusCallback="/recorded?of=all"/></Start><Say>In the middle</Say><Pause length="1"/><Stop><Recording name="middle"/></Stop><Say>After that</Say>',
    '/recorded': () => ({ status: 204 }),
  })
  const { app, ringback, client } = run
  const { sid, heard } = await callPhone(run, [{ waitMs: 1000 }, { say: 'Yes' }])
  const told = app.to('/recorded').map(({ target, parameters }) => [target, parameters.RecordingStatus])
  assert.deepEqual(told.toSorted(), [
    ['/recorded?of=all', 'completed'],
    ['/recorded?of=middle', 'completed'],
    ['/recorded?of=middle', 'in-progress'],
  ])
  const bySource = await client.calls(sid).recordings.list()
  assert.deepEqual(
    bySource.map(({ source, status }) => [source, status]),
    Array(2).fill(['StartCallRecordingTwiML', 'completed']),
  )
  const sidOf = (name: string) =>
    app.to('/recorded').find(({ target }) => target.endsWith(name))!.parameters.RecordingSid!
  // "Before" takes 360 ms, "In the middle" 780 and is followed by a second of silence.
  const middle = await recordedWav(ringback, sidOf('middle'))
  assert.equal(middle.channels.length, 2)
  near(middle.lengthMs, 1780, 'the middle')
  nearStretches(soundings(middle.channels[0]!), [[640, 940]], 'the phone')
  nearStretches(soundings(middle.channels[1]!), [[0, 780]], 'the platform')
  const all = await recordedWav(ringback, sidOf('all'))
  assert.equal(all.channels.length, 1)
  assert.equal(playedStretches(heard).length, 3)
  near(all.lengthMs, 780 + 1000 + 600, 'all of it, trimmed')
})

test('Stop of a name that nothing has is alerted and passed over', async (t) => {
  const run = await journey(t, {
    '/voice': () => '<Start><Recording name="one"/></Start><Stop><Recording name="other"/></Stop><Say>Hello</Say>',
  })
  const { sid, heard } = await callPhone(run, [])
  assert.deepEqual(
    heard.heard.map(({ text }) => text),
    ['Hello'],
  )
  assert.match((await alertsOf(run, sid))[0]?.message ?? '', /nothing named "other" is running/)
  assert.equal((await run.client.calls(sid).recordings.list())[0]?.status, 'completed')
})

const record = (attributes: string) => ({
  '/voice': () => `<Record action="/done" trim="do-not-trim" ${attributes}/>`,
  '/done': () => '<Say>Thank you</Say>',
  '/recorded': () => ({ status: 204 }),
})

interface Ending {
  readonly what: string
  readonly attributes: string
  readonly keys?: string
  readonly inBand?: true
  readonly endsMs: number
  /** What the action is told. */
  readonly digits?: string
}

const ENDINGS: readonly Ending[] = [
  { what: 'the longest length', attributes: 'maxLength="4" timeout="0"', endsMs: 4000 },
  { what: 'a letter ends nothing', attributes: 'maxLength="4"', keys: 'AD', endsMs: 4000 },
  { what: 'a key that is not named', attributes: 'maxLength="4" finishOnKey="#"', keys: '19*', endsMs: 4000 },
  { what: 'no key at all', attributes: 'maxLength="4" finishOnKey=""', keys: '1#', endsMs: 4000 },
  { what: 'any key by default: a digit', attributes: '', keys: '7', endsMs: 2000, digits: '7' },
  { what: 'any key by default: the star', attributes: '', keys: '*', endsMs: 2000, digits: '*' },
  { what: 'any key by default: the hash', attributes: '', keys: '#', endsMs: 2000, digits: '#' },
  { what: 'one of several', attributes: 'finishOnKey="*#"', keys: '12#', endsMs: 2400, digits: '#' },
  { what: 'a key in the sound', attributes: 'finishOnKey="9"', keys: '9', inBand: true, endsMs: 2000, digits: '9' },
]

for (const { what, attributes, keys, inBand = false, endsMs, digits } of ENDINGS) {
  test(`Record ends: ${what}`, async (t) => {
    const run = await journey(t, record(`playBeep="false" ${attributes}`))
    const press = keys === undefined ? [] : [{ press: keys, inBand }]
    // Speaks for 1,800 ms, so that no silence ends it before the keys do.
    const script = [{ say: 'a'.repeat(30) }, { waitMs: 200 }, ...press, { say: 'a'.repeat(60) }]
    const { heard } = await callPhone(run, script)
    const { parameters } = await run.app.requested('/done')
    assert.equal(parameters.Digits, digits)
    const { lengthMs } = await recordedWav(run.ringback, parameters.RecordingSid!)
    // A tone has to sound for a while before it is a key.
    const withinMs = inBand ? 60 : NEAR_MS
    near(lengthMs, endsMs, 'the recording', withinMs)
    assert.equal(parameters.RecordingDuration, String(Math.ceil(lengthMs / 1000)))
    assert.deepEqual(
      heard.heard.map(({ verb, text }) => [verb, text]),
      [['Say', 'Thank you']],
    )
    near(heard.heard[0]?.atMs, endsMs, 'the next document', withinMs)
  })
}

test('a redirect by REST in the middle: the recording completes, the action is not asked', async (t) => {
  const run = await journey(
    t,
    { ...record('recordingStatusCallback="recorded"'), '/other': () => '<Say>Somewhere else</Say>' },
    { held: true },
  )
  const { app, ringback, client } = run
  const sid = await ringPhone(run, { answer: { afterMs: 1000 }, script: [{ say: 'a'.repeat(100) }] })
  await ringback.clock.advance(1100 + 400 + 2000)
  await client.calls(sid).update({ url: `${app.url}/other` })
  ringback.clock.auto()
  await ringback.over(sid)
  const { parameters } = await app.requested('/recorded')
  assert.deepEqual([parameters.RecordingStatus, parameters.RecordingDuration], ['completed', '2'])
  near((await recordedWav(ringback, parameters.RecordingSid!)).lengthMs, 2000)
  assert.equal(app.to('/done').length, 0)
  assert.equal((await ringback.heard(sid)).heard.at(-1)?.text, 'Somewhere else')
})

test('Record without an action asks the current document again, with the recording', async (t) => {
  const run = await journey(t, {
    '/voice': ({ parameters }) =>
      parameters.RecordingSid ? '<Say>You have left a message</Say>' : '<Record method="GET" maxLength="2"/>',
  })
  const { sid, heard } = await callPhone(run, [{ say: 'a'.repeat(40) }])
  assert.deepEqual(
    run.app.to('/voice').map(({ method, parameters }) => [method, parameters.RecordingDuration]),
    [
      ['POST', undefined],
      ['GET', '2'],
    ],
  )
  assert.equal(heard.heard.at(-1)?.text, 'You have left a message')
  assert.deepEqual(await alertsOf(run, sid), [])
})

test('inline TwiML has no document to ask: Record without an action is an error, with one it is not', async (t) => {
  const run = await journey(t, record(''))
  const { app, client } = run
  const without = await callPhone(run, [], { twiml: '<Response><Record maxLength="2"/></Response>' })
  assert.deepEqual(
    (await alertsOf(run, without.sid)).map(({ code }) => code),
    [11100],
  )
  assert.match(without.heard.heard[0]?.text ?? '', /application error/)
  assert.equal((await client.calls(without.sid).recordings.list()).length, 0)
  const twiml = `<Response><Record maxLength="2" action="${app.url}/done" recordingStatusCallback="/recorded"/></Response>`
  const withOne = await callPhone(run, [{ say: 'a'.repeat(40) }], { twiml })
  assert.equal((await app.requested('/done')).parameters.RecordingDuration, '2')
  // The callback alone is lost, and that is said.
  const [alert] = await alertsOf(run, withOne.sid)
  assert.deepEqual([alert?.code, app.to('/recorded').length], [11100, 0])
  assert.match(alert?.message ?? '', /recordingStatusCallback/)
})

for (const [playBeep, expected] of [
  ['true', [['Record', '(beep)', 0]]],
  ['false', []],
] as const)
  test(`playBeep="${playBeep}": ${expected.length === 0 ? 'no' : 'one'} beep, and none in the file`, async (t) => {
    const run = await journey(t, { ...record(`maxLength="2" playBeep="${playBeep}"`), '/done': () => '<Hangup/>' })
    const { heard } = await callPhone(run, [{ waitMs: 1400 }, { say: 'Hello' }])
    assert.deepEqual(
      heard.heard.map(({ verb, text, atMs }) => [verb, text, atMs]),
      expected,
    )
    const { RecordingSid: sid } = (await run.app.requested('/done')).parameters
    const beganMs = expected.length * 400
    nearStretches(
      soundings((await recordedWav(run.ringback, sid!)).channels[0]!),
      [[1400 - beganMs, 1700 - beganMs]],
      'the file',
    )
  })
