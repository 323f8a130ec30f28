/** A conference from its first participant to its end: what is heard, what the app is told, how it ends. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  callerWith,
  conferenceJourney,
  dialRoom,
  eventsToldOf,
  heardWords,
  phoneNumber,
  toldOf,
  toldOnce,
} from '../kit/conference.ts'

test('two callers: music for the first, a beep, each other, and every callback with its parameters', async (t) => {
  const run = await conferenceJourney(t, {
    '/voice': ({ parameters }) =>
      parameters.From === phoneNumber(1)
        ? dialRoom('participantLabel="alice &amp; co" statusCallbackMethod="GET"')
        : `<Dial action="/done"><Conference endConferenceOnExit="true" statusCallback="/never"> Room
           </Conference></Dial>`,
  })
  const { ringback, app, client } = run
  const alice = await callerWith(run, 1, [{ waitMs: 7000 }, { say: 'hello' }, { waitMs: 60_000 }])
  await ringback.clock.advance(5000)
  const [waiting] = await client.conferences.list({ friendlyName: 'Room' })
  assert.equal(waiting?.status, 'init')
  const bob = await callerWith(run, 2, [{ hear: 'hello' }, { say: 'hi there' }, { waitMs: 5000 }, { hangup: true }])
  await ringback.clock.advance(1000)
  assert.equal((await client.conferences(waiting.sid).fetch()).status, 'in-progress')
  await ringback.clock.untilIdle()
  await ringback.over(alice)
  await ringback.over(bob)

  assert.deepEqual(heardWords(await ringback.heard(alice)), [
    'music (hold music)',
    'tone (enter beep)',
    'party hi there',
  ])
  assert.deepEqual(heardWords(await ringback.heard(bob)), ['tone (enter beep)', 'party hello'])
  assert.deepEqual(eventsToldOf(app), [
    'participant-join',
    'participant-join',
    'conference-start',
    'participant-speech-start',
    'participant-speech-start',
    'participant-speech-stop',
    'participant-speech-stop',
    'participant-leave',
    'participant-leave',
    'conference-end',
  ])
  assert.equal(app.to('/never').length, 0)
  for (const { method } of app.to('/conference')) assert.equal(method, 'GET')
  const all = toldOf(app)
  for (const [index, told] of all.entries()) {
    const { AccountSid, ConferenceSid, FriendlyName, SequenceNumber } = told
    assert.deepEqual(
      [AccountSid, ConferenceSid, FriendlyName, SequenceNumber],
      [ringback.accountSid, waiting.sid, 'Room', String(index + 1)],
    )
    assert.match(told.Timestamp!, /^\w{3}, \d\d \w{3} 2030 00:00:\d\d \+0000$/)
    for (const absent of ['From', 'To', 'CallStatus']) assert.equal(told[absent], undefined)
  }
  assert.deepEqual(
    { ...toldOnce(app, 'participant-join', alice), Timestamp: '' },
    {
      AccountSid: ringback.accountSid,
      ConferenceSid: waiting.sid,
      FriendlyName: 'Room',
      SequenceNumber: '1',
      Timestamp: '',
      StatusCallbackEvent: 'participant-join',
      CallSid: alice,
      Muted: 'false',
      Hold: 'false',
      Coaching: 'false',
      StartConferenceOnEnter: 'true',
      EndConferenceOnExit: 'false',
      ParticipantLabel: 'alice & co',
    },
  )
  const left = toldOnce(app, 'participant-leave', bob)
  assert.deepEqual([left.ReasonParticipantLeft, left.ParticipantCallStatus], ['participant_hung_up', 'completed'])
  const shown = toldOnce(app, 'participant-leave', alice)
  assert.deepEqual(
    [shown.ReasonParticipantLeft, shown.ParticipantCallStatus],
    ['moderator_ended_conference', 'in-progress'],
  )
  const end = toldOnce(app, 'conference-end')
  assert.deepEqual(
    [end.ReasonConferenceEnded, end.CallSidEndingConference, end.CallSid],
    ['participant-with-end-conference-on-exit-left', bob, undefined],
  )
  assert.ok((end.Reason ?? '').length > 10)
  const over = await client.conferences(waiting.sid).fetch()
  assert.deepEqual(
    [over.status, over.reasonConferenceEnded, over.callSidEndingConference],
    ['completed', 'participant-with-end-conference-on-exit-left', bob],
  )
  assert.deepEqual(await client.conferences(waiting.sid).participants.list(), [])
  // What each one's <Dial> came to; the one that hung up is told of too.
  const done = app.to('/done').map(({ parameters }) => parameters)
  assert.deepEqual(
    done.map(({ CallSid, DialCallStatus, DialBridged, DialCallSid }) => [
      CallSid,
      DialCallStatus,
      DialBridged,
      DialCallSid,
    ]),
    [
      [alice, 'answered', 'true', undefined],
      [bob, 'answered', 'true', undefined],
    ].toSorted(
      ([a], [b]) => done.findIndex(({ CallSid }) => CallSid === a) - done.findIndex(({ CallSid }) => CallSid === b),
    ),
  )
  // The callbacks stand in the story of the call that each one names, or that caused it.
  const stories = await Promise.all(
    [alice, bob].map(async (sid) =>
      (await client.calls(sid).events.list()).flatMap(({ request }) => {
        const { parameters } = request as { parameters: Record<string, string> }
        return parameters.status_callback_event ?? parameters.StatusCallbackEvent ?? []
      }),
    ),
  )
  assert.equal(stories.flat().length, all.length)
  assert.ok(stories[1]!.includes('conference-start') && stories[1]!.includes('conference-end'))
})

test('a room where nobody may start waits until the moderator comes', async (t) => {
  const run = await conferenceJourney(t, {
    '/voice': ({ parameters }) =>
      dialRoom(parameters.From === phoneNumber(3) ? '' : 'startConferenceOnEnter="false" waitUrl=""'),
  })
  const { ringback, app } = run
  const calls = [await callerWith(run, 1), await callerWith(run, 2)]
  await ringback.clock.advance(3000)
  assert.deepEqual(eventsToldOf(app), ['participant-join', 'participant-join'])
  calls.push(await callerWith(run, 3))
  await ringback.clock.advance(3000)
  assert.deepEqual(eventsToldOf(app).slice(2), ['participant-join', 'conference-start'])
  for (const sid of calls) assert.deepEqual(heardWords(await ringback.heard(sid)), ['tone (enter beep)'])
})

test('with one left the room stays, silent; the last one ends it', async (t) => {
  const run = await conferenceJourney(t)
  const { ringback, app, client } = run
  const first = await callerWith(run, 1)
  await ringback.clock.advance(1000)
  const second = await callerWith(run, 2, [{ waitMs: 2000 }, { hangup: true }])
  await ringback.clock.advance(60_000)
  assert.equal((await client.conferences.list())[0]?.status, 'in-progress')
  assert.deepEqual(heardWords(await ringback.heard(first)), [
    'music (hold music)',
    'tone (enter beep)',
    'tone (exit beep)',
  ])
  await client.calls(first).update({ twiml: '<Response><Say>elsewhere</Say></Response>' })
  await ringback.clock.advance(5000)
  assert.equal(await ringback.over(second), 'completed')
  const left = toldOnce(app, 'participant-leave', first)
  assert.deepEqual(
    [left.ReasonParticipantLeft, left.ParticipantCallStatus],
    ['participant_updated_via_api', 'in-progress'],
  )
  const end = toldOnce(app, 'conference-end')
  assert.deepEqual([end.ReasonConferenceEnded, end.CallSidEndingConference], ['last-participant-left', first])
  // The redirected one's <Dial> is abandoned: nobody is told what became of it.
  assert.deepEqual(
    app.to('/done').map(({ parameters }) => parameters.CallSid),
    [second],
  )
})

test('the wait document: its requests, its sounds, its end, and one that cannot be had', async (t) => {
  const run = await conferenceJourney(t, {
    '/voice': ({ parameters }) => dialRoom(`waitUrl="/${parameters.From === phoneNumber(1) ? 'wait' : 'broken'}"`),
    '/wait': ({ parameters }) =>
      parameters.ConferenceSid ? '<Say>please wait</Say><Dial>+15550001</Dial><Say>still</Say>' : '<Say>lost</Say>',
    '/broken': () => ({ status: 500 }),
  })
  const { ringback, app, client } = run
  const first = await callerWith(run, 1)
  await ringback.clock.advance(20_000)
  assert.deepEqual(heardWords(await ringback.heard(first)), ['say please wait', 'say still'])
  const [wait] = app.to('/wait')
  assert.deepEqual([wait?.method, wait?.parameters.FriendlyName, wait?.parameters.CallSid], ['POST', 'Room', first])
  const codes = async (sid: string) => (await client.calls(sid).notifications.list()).map(({ errorCode }) => errorCode)
  assert.ok((await codes(first)).includes('13238'))
  // The second one would start the conference, and need not wait: the document is not asked for.
  const second = await callerWith(run, 2, [{ waitMs: 1000 }, { hangup: true }])
  await ringback.clock.advance(5000)
  assert.equal(app.to('/broken').length, 0)
  await client.calls(first).update({ status: 'completed' })
  await ringback.over(second)
  // Alone it has to, and is not let in.
  const third = await callerWith(run, 2)
  await ringback.over(third)
  const done = app.to('/done').find(({ parameters }) => parameters.CallSid === third)
  assert.deepEqual([done?.parameters.DialCallStatus, done?.parameters.DialBridged], ['failed', 'false'])
  assert.equal(toldOf(app).filter(({ CallSid }) => CallSid === third).length, 0)
  assert.equal((await client.conferences.list()).length, 1)
  assert.ok((await codes(third)).includes('11200'))
})

test('who is not let in goes on: a full room, a label in use, a label that cannot be one, nobody to coach', async (t) => {
  const attributes = [
    'participantLabel="host"',
    'maxParticipants="1"',
    'participantLabel="host"',
    'participantLabel="a/b"',
    `coach="CA${'0'.repeat(32)}"`,
  ]
  const run = await conferenceJourney(t, {
    '/voice': ({ parameters }) => dialRoom(attributes[Number(parameters.From?.slice(-1))]!),
  })
  const { ringback, app, client } = run
  await callerWith(run, 0)
  await ringback.clock.advance(1000)
  for (const [index, code] of [
    [1, '16020'],
    [2, '16025'],
    [3, '16023'],
    [4, '13240'],
  ] as const) {
    const sid = await callerWith(run, index)
    await ringback.over(sid)
    const [alert] = await client.calls(sid).notifications.list()
    assert.equal(alert?.errorCode, code)
    const done = app.to('/done').find(({ parameters }) => parameters.CallSid === sid)
    assert.equal(done?.parameters.DialCallStatus, 'failed')
  }
  assert.deepEqual(eventsToldOf(app), ['participant-join'])
})

test('the star and the time limit of <Dial> take a caller out; the action goes on with it', async (t) => {
  const run = await conferenceJourney(t, {
    '/voice': ({ parameters }) =>
      dialRoom(
        '',
        parameters.From === phoneNumber(1)
          ? 'action="/done" hangupOnStar="true"'
          : parameters.From === phoneNumber(2)
            ? 'action="/done" timeLimit="10" hangupOnStar="false"'
            : '',
      ),
    '/done': () => '<Say>thank you</Say>',
  })
  const { ringback, app } = run
  const star = await callerWith(run, 1, [{ waitMs: 3000 }, { press: '1*' }])
  const limited = await callerWith(run, 2, [{ waitMs: 2000 }, { press: '*' }])
  const third = await callerWith(run, 3)
  await ringback.clock.advance(20_000)
  for (const [sid, atMs] of [
    [star, 3000],
    [limited, 10_000],
  ] as const) {
    const { heard } = await ringback.heard(sid)
    const thanks = heard.find(({ text }) => text === 'thank you')
    assert.ok(thanks && thanks.atMs >= atMs && thanks.atMs < atMs + 500, JSON.stringify(thanks))
    const left = toldOnce(app, 'participant-leave', sid)
    assert.deepEqual([left.ReasonParticipantLeft, left.ParticipantCallStatus], ['participant_hung_up', 'in-progress'])
  }
  assert.equal(
    toldOf(app).filter(
      ({ CallSid, StatusCallbackEvent }) => CallSid === third && StatusCallbackEvent === 'participant-leave',
    ).length,
    0,
  )
})
